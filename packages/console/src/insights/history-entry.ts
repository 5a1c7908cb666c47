import { type GroupChoice, isChosen } from "./group-choice.ts";
import type { QueryState } from "./query-state.ts";

/** The groups and range that DescribeQueries writes before a query's text; names hold neither quotes nor commas. */
const ECHO = /^SOURCE ("[^"]+"(?:, "[^"]+")*) START=(\d{1,15}) END=(\d{1,15}) \| ([\s\S]*)$/;

/** What `sourceOf` writes for all groups and for those of prefixes without quotes in them. */
const OF_PAGE =
  /^SOURCE logGroups\((?:namePrefix: \[('[^'\\]*'(?:, '[^'\\]*')*)\])?(?:, )?(class: \['INFREQUENT_ACCESS'\])?\) \| ([\s\S]*)$/;

/**
 * What to show to ask an earlier query again, from DescribeQueries' `queryString`. A text that chooses its own groups comes back as it
 * is, without a range: `range` is used then.
 */
export function stateOfHistory(queryString: string, range: QueryState["range"]): QueryState {
  const own = OF_PAGE.exec(queryString);
  if (own !== null) {
    const [, prefixes, rare, query = ""] = own;
    return { query, groups: groupsOf(prefixes, rare === undefined ? "STANDARD" : "INFREQUENT_ACCESS"), range };
  }
  const match = ECHO.exec(queryString);
  const [, names = "", start = "", end = "", query = ""] = match ?? [];
  if (match === null) return { query: queryString, groups: { kind: "names", names: [] }, range };
  return {
    query,
    groups: { kind: "names", names: names.slice(1, -1).split('", "') },
    range: { kind: "absolute", startMs: Number(start), endMs: Number(end) },
  };
}

function groupsOf(prefixes: string | undefined, logClass: "STANDARD" | "INFREQUENT_ACCESS"): GroupChoice {
  if (prefixes === undefined) return { kind: "all", logClass };
  return { kind: "prefixes", prefixes: prefixes.slice(1, -1).split("', '"), logClass };
}

/** Whether the page can run it as it is. */
export const isRunnable = ({ query, groups }: QueryState): boolean => query.trim() !== "" && isChosen(groups, query);
