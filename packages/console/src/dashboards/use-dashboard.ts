import {
  type DashboardBody,
  type DashboardReading,
  NotJson,
  readDashboardBody,
} from "@nephoscope/languages/dashboard-body";
import { useMemo } from "react";
import { useNow } from "../chart/use-now.ts";
import { readTimeRange, type Span, spanOf, type TimeRange } from "../time-range/time-range.ts";
import { rangeOfBody } from "./dashboard-range.ts";
import { useVariables, type Variables } from "./use-variables.ts";

const DEFAULT_RANGE: TimeRange = { kind: "relative", amount: 3, unit: "hour" };

export interface Dashboard {
  /** As it is written; undefined when it is wrong. */
  readonly body: DashboardBody | undefined;
  readonly faults: readonly string[];
  readonly variables: Variables;
  readonly range: TimeRange;
  readonly span: Span;
  readonly nowMs: number;
  readonly readNow: () => void;
  /** Seconds between two readings; empty for never. */
  readonly refresh: string;
}

/** A dashboard's body with what the address says of it: range, refresh, and values of variables. */
export function useDashboard(text: string, query: URLSearchParams): Dashboard {
  const asked = query.get("refresh") ?? "60";
  const refresh = asked === "off" ? "" : asked;
  const [nowMs, readNow] = useNow(refresh === "" ? undefined : Number(refresh) * 1_000 || undefined);
  const { body, faults } = useMemo(() => reading(text), [text]);
  const variables = useVariables(body, query);
  const rangeText = query.get("range") ?? "";
  const { start, end } = body ?? {};
  const range = useMemo(
    () => readTimeRange(rangeText) ?? rangeOfBody({ start, end }, nowMs) ?? DEFAULT_RANGE,
    [rangeText, start, end, nowMs],
  );
  const span = useMemo(() => spanOf(range, nowMs), [range, nowMs]);
  return { body, faults, variables, range, span, nowMs, readNow, refresh };
}

function reading(text: string): { readonly body: DashboardBody | undefined; readonly faults: readonly string[] } {
  const { body, errors } = read(text);
  return { body, faults: errors.map(({ dataPath, message }) => `${dataPath || "/"}: ${message}`) };
}

function read(text: string): Pick<DashboardReading, "body" | "errors"> {
  try {
    return readDashboardBody(text);
  } catch (error) {
    if (error instanceof NotJson) return { body: undefined, errors: [{ dataPath: "", message: error.message }] };
    throw error;
  }
}
