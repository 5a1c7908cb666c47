import { emptyResult, type Result, type ResultField, withRows } from "../result-table/result-model.ts";

/** What is asked. Times are seconds since 1970, both inclusive. */
export interface QueryRequest {
  readonly queryString: string;
  readonly logGroupNames: readonly string[] | undefined;
  readonly startTime: number;
  readonly endTime: number;
  /** Rows; without it the server's own bound of 10,000 holds. */
  readonly limit: number | undefined;
}

export interface QueryStatistics {
  readonly recordsMatched: number;
  readonly recordsScanned: number;
  readonly bytesScanned: number;
  readonly logGroupsScanned: number;
  readonly estimatedRecordsSkipped: number;
  readonly estimatedBytesSkipped: number;
}

/** One answer of GetQueryResults. */
export interface QueryAnswer {
  readonly status: string;
  readonly results: readonly (readonly ResultField[])[];
  readonly statistics: QueryStatistics;
  readonly nextToken: string | undefined;
}

/** The calls that running a query makes. */
export interface QueryCalls {
  start(request: QueryRequest, signal: AbortSignal): Promise<string>;
  results(
    queryId: string,
    page: { readonly maxItems: number; readonly nextToken: string | undefined },
    signal: AbortSignal,
  ): Promise<QueryAnswer>;
  stop(queryId: string): Promise<void>;
  /** Whether what failed may work when it is tried again. */
  isTransient(error: unknown): boolean;
  /** Resolves after some milliseconds; rejects when the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
}

/** `starting` and `loading` are of the page: the query has no id yet, or has ended and its rows are being fetched. */
export type RunStatus =
  | "starting"
  | "Scheduled"
  | "Running"
  | "loading"
  | "Complete"
  | "Failed"
  | "Cancelled"
  | "Timeout"
  | "Unknown";

export interface Run {
  readonly queryId: string | undefined;
  readonly status: RunStatus;
  readonly result: Result;
  /** The rows are of a part of the range, to look at while the query runs. */
  readonly preliminary: boolean;
  readonly statistics: QueryStatistics;
  readonly elapsedMs: number;
  /** The token of the rows that were not fetched, because those that are here fill enough memory. */
  readonly rest: string | undefined;
}

const NO_STATISTICS: QueryStatistics = {
  recordsMatched: 0,
  recordsScanned: 0,
  bytesScanned: 0,
  logGroupsScanned: 0,
  estimatedRecordsSkipped: 0,
  estimatedBytesSkipped: 0,
};

/** Rows of the first page, and of what is shown while the query runs: a screen's worth comes at once, whatever a row holds. */
const FIRST_ROWS = 1_000;
/** The API gives no more rows in an answer. */
const PAGE_ROWS = 10_000;
/** Characters that a further page should hold: the page stays responsive while it is read. */
const PAGE_SIZE = 4_000_000;
/** Characters that are fetched without being asked for; a tab of the browser takes twice as many bytes. */
const KEPT_SIZE = 64_000_000;
/** The first questions follow quickly, because most queries take less than a second. */
const POLL_MS = [50, 100, 200, 300, 500];
const LONGEST_POLL_MS = 1_000;

const UNDER_WAY: ReadonlySet<string> = new Set(["Scheduled", "Running", "Unknown"]);
export const isUnderWay = ({ status }: Pick<Run, "status">): boolean =>
  status === "starting" || status === "loading" || UNDER_WAY.has(status);

/**
 * Starts a query and tells how it goes until its rows are here: `changed` is handed each state, in order. Rows beyond `KEPT_SIZE` stay
 * with the server; `fetchRest` gets them. When `signal` fires the query is stopped at the server, and the promise rejects.
 * @param planned names of the columns, in their order
 */
export async function runQuery(
  calls: QueryCalls,
  request: QueryRequest,
  planned: readonly string[],
  changed: (run: Run) => void,
  signal: AbortSignal,
): Promise<Run> {
  const began = calls.now();
  let run: Run = {
    queryId: undefined,
    status: "starting",
    result: emptyResult(planned),
    preliminary: false,
    statistics: NO_STATISTICS,
    elapsedMs: 0,
    rest: undefined,
  };
  const tell = (change: Partial<Run>) => {
    run = { ...run, ...change };
    changed(run);
  };
  tell({});
  // The start itself is not given up with the signal: a query that started without our knowing its id could not be stopped.
  const queryId = await calls.start(request, new AbortController().signal);
  tell({ queryId, status: "Running", elapsedMs: calls.now() - began });
  try {
    for (let asked = 0; ; asked++) {
      signal.throwIfAborted();
      const answer = await patientResults(calls, queryId, { maxItems: FIRST_ROWS, nextToken: undefined }, signal);
      const result = withRows(emptyResult(planned), answer.results);
      const { statistics } = answer;
      const elapsedMs = calls.now() - began;
      if (!UNDER_WAY.has(answer.status)) {
        const status = answer.nextToken === undefined ? statusOf(answer.status) : "loading";
        tell({ status, result, statistics, elapsedMs, preliminary: false, rest: answer.nextToken });
        if (answer.nextToken !== undefined)
          await fetchPages(calls, run, KEPT_SIZE, tell, signal, statusOf(answer.status));
        return run;
      }
      tell({ status: statusOf(answer.status), result, statistics, elapsedMs, preliminary: result.rows.length > 0 });
      await calls.wait(POLL_MS[asked] ?? LONGEST_POLL_MS, signal);
    }
  } catch (error) {
    // Nobody waits for the answer any more; if it ended meanwhile, there is nothing to stop.
    if (signal.aborted && isUnderWay(run) && run.status !== "loading") calls.stop(queryId).catch(() => {});
    throw error;
  }
}

/** How often a question is asked again, and after how long: a query of minutes is not lost to a moment without a network. */
const TRIES_MS = [500, 1_000, 2_000, 4_000];

async function patientResults(
  calls: QueryCalls,
  queryId: string,
  page: Parameters<QueryCalls["results"]>[1],
  signal: AbortSignal,
): Promise<QueryAnswer> {
  for (const wait of TRIES_MS) {
    try {
      return await calls.results(queryId, page, signal);
    } catch (error) {
      if (!calls.isTransient(error)) throw error;
      await calls.wait(wait, signal);
    }
  }
  return calls.results(queryId, page, signal);
}

/** Fetches the rows that were left with the server, all of them. */
export async function fetchRest(
  calls: QueryCalls,
  run: Run,
  changed: (run: Run) => void,
  signal: AbortSignal,
): Promise<void> {
  let current = run;
  const tell = (change: Partial<Run>) => {
    current = { ...current, ...change };
    changed(current);
  };
  const { status } = run;
  tell({ status: "loading" });
  await fetchPages(calls, current, Number.POSITIVE_INFINITY, tell, signal, status);
}

async function fetchPages(
  calls: QueryCalls,
  { queryId = "", result, rest }: Run,
  most: number,
  tell: (change: Partial<Run>) => void,
  signal: AbortSignal,
  status: RunStatus,
): Promise<void> {
  let rows = result;
  let nextToken = rest;
  while (nextToken !== undefined && rows.size < most) {
    const rowSize = rows.size / Math.max(1, rows.rows.length);
    const maxItems = Math.max(1, Math.min(PAGE_ROWS, Math.floor(PAGE_SIZE / Math.max(1, rowSize))));
    const answer = await patientResults(calls, queryId, { maxItems, nextToken }, signal);
    signal.throwIfAborted();
    rows = withRows(rows, answer.results);
    nextToken = answer.nextToken;
    tell({ result: rows, rest: nextToken });
  }
  tell({ status });
}

const STATUSES: ReadonlySet<string> = new Set<RunStatus>([
  "Scheduled",
  "Running",
  "Complete",
  "Failed",
  "Cancelled",
  "Timeout",
]);

function isStatus(text: string): text is RunStatus {
  return STATUSES.has(text);
}

const statusOf = (text: string): RunStatus => (isStatus(text) ? text : "Unknown");
