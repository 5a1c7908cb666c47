import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import type { ResultRow } from "./result-pages.ts";
import type { ResultKey } from "./sealed-results.ts";

export type QueryStatus = "Scheduled" | "Running" | "Complete" | "Failed" | "Cancelled" | "Timeout";

/** What GetQueryResults reports besides the rows; numbers describe the whole result, not a page. */
export interface QueryStatistics {
  readonly recordsMatched: number;
  readonly recordsScanned: number;
  /** Events in range that an index or the limit left unread. */
  readonly recordsSkipped: number;
  /** Bytes that the engine read, unpacked. */
  readonly bytesScanned: number;
  readonly logGroupsScanned: number;
}

/** A query as it is kept for seven days. Its rows are in the object store, in pages; those of a small result beside it. */
export interface QueryRecord {
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
  /** Epoch seconds, both inclusive. */
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number | undefined;
  readonly status: QueryStatus;
  readonly createTime: number;
  readonly userIdentity: string;
  readonly durationMs?: number;
  readonly statistics?: QueryStatistics;
  /** Rows of each stored page, in order; none for a small result. */
  readonly pages: readonly number[];
  /** What the rows are encrypted under, in this order; absent where nothing that was read is encrypted. */
  readonly sealedBy?: readonly ResultKey[];
  /** Why it failed, for people. */
  readonly failure?: string;
}

export const QUERY_KIND = "logs.query";
/** A mark that exists while a query runs, so that a new start finds those that a crash interrupted. */
export const RUNNING_QUERY_KIND = "logs.running-query";

export function queryRef(scope: Scope, queryId: string): ResourceRef {
  return { kind: QUERY_KIND, account: scope.account, region: scope.region, key: queryId };
}

export function runningQueryRef(scope: Scope, queryId: string): ResourceRef {
  return { ...queryRef(scope, queryId), kind: RUNNING_QUERY_KIND };
}

/** The rows of a small result, which are stored together with the query's end: most queries then wait for no file. */
export type SmallResult =
  | { readonly rows: readonly ResultRow[] }
  /** The JSON of the rows, encrypted, in base64. */
  | { readonly sealed: string };

export function smallResultRef(scope: Scope, queryId: string): ResourceRef {
  return { ...queryRef(scope, queryId), kind: "logs.query-result" };
}

export function findQuery(state: State, scope: Scope, queryId: string): Resource<QueryRecord> | undefined {
  return state.get<QueryRecord>(queryRef(scope, queryId));
}
