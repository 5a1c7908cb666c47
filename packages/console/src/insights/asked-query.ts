import { InsightsSyntaxError, parseInsights } from "@nephoscope/languages/insights";
import { type Span, spanOf } from "../time-range/time-range.ts";
import { countedByTime, eventsOfQuery } from "./events-of-query.ts";
import { type GroupChoice, groupsOfQuery } from "./group-choice.ts";
import type { QueryState } from "./query-state.ts";
import type { QueryRequest } from "./run-query.ts";
import { type Bin, binFor } from "./time-bins.ts";
import { type PlannedColumns, plannedColumns } from "./time-columns.ts";

/** A query as it was asked: what is sent for it, and what the page needs to know to show its answer. */
export interface AskedQuery {
  /** The person's own text and groups. */
  readonly text: string;
  readonly groups: GroupChoice;
  readonly request: QueryRequest;
  /** Characters of the request's text before the person's own. */
  readonly added: number;
  readonly span: Span;
  readonly columns: PlannedColumns;
  /** The text of the events behind the result, with the groups where the text has them; undefined where the query would be refused. */
  readonly events: string | undefined;
  readonly histogram: { readonly bin: Bin; readonly request: QueryRequest } | undefined;
}

/** Bars are no thinner than people can point at. */
const MOST_BINS = 100;
/** Without a limit of the call's own, the server gives so many rows whatever the text asks for. */
const ROWS_WITHOUT_LIMIT = 10_000;
const MOST_ROWS = 100_000;

export function askQuery({ query, groups, range }: QueryState, nowMs: number): AskedQuery {
  const exact = spanOf(range, nowMs);
  // Whole seconds, to the end of the last one, are what StartQuery takes.
  const [startTime, endTime] = [Math.floor(exact.startMs / 1_000), Math.floor(exact.endMs / 1_000)];
  const span = { startMs: startTime * 1_000, endMs: endTime * 1_000 + 999 };
  const { logGroupNames, queryString, added } = groupsOfQuery(query, groups);
  const request = { queryString, logGroupNames, startTime, endTime, limit: undefined };
  const asked = { text: query, groups, added, span };
  try {
    const columns = plannedColumns(query);
    const events = eventsOfQuery(queryString);
    const bin = binFor(span, MOST_BINS);
    return {
      ...asked,
      columns,
      events,
      request: { ...request, limit: limitOf(query) },
      histogram: { bin, request: { ...request, queryString: countedByTime(events, bin.text) } },
    };
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) throw error;
    // The server says what is wrong, for all who ask it.
    return { ...asked, columns: { names: [], times: new Set() }, events: undefined, request, histogram: undefined };
  }
}

/** What the call has to allow so that the text's own limit holds. */
function limitOf(query: string): number | undefined {
  const limits = parseInsights(query).commands.flatMap((command) => (command.kind === "limit" ? [command.count] : []));
  return limits.some((count) => count > ROWS_WITHOUT_LIMIT) ? MOST_ROWS : undefined;
}
