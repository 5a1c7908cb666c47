import type { DashboardBody, Variable } from "@nephoscope/languages/dashboard-body";
import { useQueries, useQuery } from "@tanstack/react-query";
import type { RE2JS as RE2 } from "re2js";
import { useMemo } from "react";
import { monitoring } from "../api/services.ts";
import { type Choices, choicesOf, type Replace, withChoices } from "./variables.ts";

const DAY_SECONDS = 86_400;
/** CloudWatch searches metrics that had values in the last two weeks (user guide, search expressions). */
const SEARCHED_DAYS = 14;
/** What is not plain text is a regular expression; it runs in linear time, for a dashboard is anyone's text. */
const REGEX = /[\\^$.*+?()[\]{}|]/;

export interface Variables {
  readonly list: readonly Variable[];
  readonly choices: Choices;
  /** Values that searches found, by the variable's id; undefined while they are looked for. */
  readonly found: ReadonlyMap<string, readonly string[] | undefined>;
  readonly errors: readonly unknown[];
  /** The body as it is shown; undefined when it is wrong with these values. */
  readonly body: DashboardBody | undefined;
}

const NONE: readonly Variable[] = [];

/** A dashboard's variables with what is chosen by the address. */
export function useVariables(body: DashboardBody | undefined, query: URLSearchParams): Variables {
  const list = body?.variables ?? NONE;
  const searched = list.filter(({ search, populateFrom }) => search !== undefined && populateFrom !== undefined);
  const answers = useQueries({
    queries: searched.map(({ search = "", populateFrom = "" }) => ({
      queryKey: ["monitoring", "values of a variable", search, populateFrom],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => valuesOf(search, populateFrom, signal),
      staleTime: 60_000,
    })),
  });
  const found = new Map(searched.map(({ id }, index) => [id, answers[index]?.data] as const));
  const regexes = list.some(({ type, pattern = "" }) => type === "pattern" && REGEX.test(pattern));
  const engine = useQuery({ queryKey: ["re2js"], queryFn: () => import("re2js"), enabled: regexes });
  const { RE2JS } = engine.data ?? {};
  const known = new Map([...found].map(([id, values]) => [id, values ?? []] as const));
  const choices = choicesOf(list, query, known);
  const key = JSON.stringify([...choices]);
  const shown = useMemo(() => {
    const replace: Replace = (text, pattern, value) => {
      const fitting = REGEX.test(pattern) ? compiled(RE2JS, pattern) : undefined;
      return fitting === undefined
        ? text.replaceAll(pattern, () => value)
        : fitting.matcher(text).replaceAll(() => value);
    };
    const chosen: Choices = new Map(JSON.parse(key));
    return body === undefined ? undefined : withChoices(body, chosen, replace);
  }, [body, key, RE2JS]);
  return { list, choices, found, errors: answers.flatMap(({ error }) => error ?? []), body: shown };
}

/** Undefined for what is no expression: that is plain text with odd characters. */
function compiled(engine: typeof RE2 | undefined, pattern: string): RE2 | undefined {
  try {
    return engine?.compile(pattern);
  } catch {
    return undefined;
  }
}

/** The values of a dimension of the metrics that a search finds. */
async function valuesOf(search: string, dimension: string, signal: AbortSignal): Promise<readonly string[]> {
  const end = Math.ceil(Date.now() / 1_000 / DAY_SECONDS) * DAY_SECONDS;
  const { MetricDataResults = [] } = await monitoring(
    "GetMetricData",
    {
      StartTime: end - SEARCHED_DAYS * DAY_SECONDS,
      EndTime: end,
      MetricDataQueries: [
        {
          Id: "found",
          Expression: `SEARCH('${search.replaceAll("'", "\\'")}', 'SampleCount', ${DAY_SECONDS})`,
          // A label of braces is filled in by the service.
          Label: `\${PROP('Dim.${dimension.replaceAll("'", "")}')}`,
        },
      ],
    },
    signal,
  );
  return [...new Set(MetricDataResults.flatMap(({ Label }) => (Label ? [Label] : [])))].sort();
}
