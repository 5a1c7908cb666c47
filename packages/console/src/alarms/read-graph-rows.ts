import type { MetricRow } from "@nephoscope/languages/dashboard-body";
import { readGraphSource, rowsOf } from "../metrics/graph-state.ts";

/** Rows of a graph as an address holds them; none where the text is not right, for an address is anyone's text. */
export function readGraphRows(text: string | null): readonly MetricRow[] {
  if (text === null) return [];
  // The region counts for nothing here, but a graph has one.
  const read = readGraphSource(`{"metrics":${text}}`, "us-east-1");
  return typeof read === "string" ? [] : rowsOf(read);
}
