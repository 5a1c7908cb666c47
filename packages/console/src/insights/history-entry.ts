import { isChosen } from "./group-choice.ts";
import type { QueryState } from "./query-state.ts";

/** The groups and range that DescribeQueries writes before a query's text; names hold neither quotes nor commas. */
const ECHO = /^SOURCE ("[^"]+"(?:, "[^"]+")*) START=(\d{1,15}) END=(\d{1,15}) \| ([\s\S]*)$/;

/**
 * What to show to ask an earlier query again, from DescribeQueries' `queryString`. A text that chooses its own groups comes back as it
 * is, without a range: `range` is used then.
 */
export function stateOfHistory(queryString: string, range: QueryState["range"]): QueryState {
  const match = ECHO.exec(queryString);
  const [, names = "", start = "", end = "", query = ""] = match ?? [];
  if (match === null) return { query: queryString, groups: { kind: "names", names: [] }, range };
  return {
    query,
    groups: { kind: "names", names: names.slice(1, -1).split('", "') },
    range: { kind: "absolute", startMs: Number(start), endMs: Number(end) },
  };
}

/** Whether the page can run it as it is. */
export const isRunnable = ({ query, groups }: QueryState): boolean => query.trim() !== "" && isChosen(groups, query);
