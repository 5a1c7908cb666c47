import { setTimeout as delay } from "node:timers/promises";
import { type Engine, QueryTimeout } from "@nephoscope/engine";
import type { Clock } from "../../../platform/clock/clock.ts";
import { KeyRefused, type Keys } from "../../../platform/keys/keys.ts";
import type { Log } from "../../../platform/log/log.ts";
import type { ObjectStore } from "../../../platform/objects/object-store.ts";
import type { Change, State } from "../../../platform/state/state.ts";
import { idTime, timeOrderedId } from "../../../platform/time-ordered-id.ts";
import type { Scope } from "../groups/log-group.ts";
import { type ExecutableQuery, executeQuery } from "./query-execution.ts";
import {
  QUERY_KIND,
  type QueryRecord,
  type QueryStatistics,
  type QueryStatus,
  queryRef,
  RUNNING_QUERY_KIND,
  runningQueryRef,
  type SmallResult,
  smallResultRef,
} from "./query-record.ts";
import { type PageWriter, type ResultRow, removePages, writePages } from "./result-pages.ts";
import { type ResultSealer, resultSealer } from "./sealed-results.ts";

/** A query may run for an hour (CloudWatch Logs quotas). */
const MAX_RUN_MS = 3_600_000;
/** Queries of an account that run or wait at once (CloudWatch Logs quotas). */
export const MAX_CONCURRENT_QUERIES = 100;
/** Results are kept for seven days (user guide, "Analyze log data"). */
const KEPT_MS = 7 * 86_400_000;
const REMOVED_AT_ONCE = 500;

export interface QueryRequest {
  readonly scope: Scope;
  readonly query: ExecutableQuery;
  readonly record: Pick<
    QueryRecord,
    "queryString" | "logGroupNames" | "startTime" | "endTime" | "limit" | "userIdentity" | "sealedBy"
  >;
}

/** A query under way, as far as it is. */
export interface RunningQuery {
  readonly statistics: QueryStatistics;
  /** Rows that are there already. */
  readonly rows: readonly ResultRow[];
}

/** Runs queries in the background and keeps their results. */
export interface QueryRunner {
  /** Stores and starts the query; undefined when too many run. */
  start(request: QueryRequest): Promise<string | undefined>;
  /**
   * How far a query is, after waiting a moment for its end: most are answered in less time than asking again would take.
   * Undefined when the query doesn't run.
   */
  progress(queryId: string): Promise<RunningQuery | undefined>;
  /** Stops a running query and resolves when its state is stored; false when it doesn't run. */
  stop(queryId: string): Promise<boolean>;
  /** After a start: queries that the last server's end interrupted have failed. */
  recover(): Promise<void>;
  /** Removes results older than seven days. */
  removeOld(signal: AbortSignal): Promise<void>;
  /** Stops all queries and waits for them. */
  close(): Promise<void>;
}

interface Running {
  readonly stop: AbortController;
  readonly done: Promise<void>;
  readonly writer: PageWriter;
  /** Asks the engine, at most every so often, however many ask here. */
  readonly statistics: () => Promise<QueryStatistics>;
}

/** How long a call waits for a query's end. */
const WAIT_MS = 100;
/** The engine looks through its queries for each answer, which takes longer than a short query does. */
const PROGRESS_MS = 250;

export interface QueryRunnerOptions {
  readonly state: State;
  readonly engine: Engine;
  readonly objects: ObjectStore;
  /** Keys of log groups: a result is kept under those of the events in it. */
  readonly keys: Pick<Keys, "encrypt" | "decrypt">;
  readonly clock: Clock;
  readonly log: Log;
  /** Tests make these small. */
  readonly maxRunMs?: number;
  readonly maxConcurrent?: number;
}

export function createQueryRunner(options: QueryRunnerOptions): QueryRunner {
  const { state, engine, objects, keys, clock, log } = options;
  const { maxRunMs = MAX_RUN_MS, maxConcurrent = MAX_CONCURRENT_QUERIES } = options;
  const running = new Map<string, Running>();
  /** Rows to show of queries that have none of their own yet. */
  const partial = new Map<string, readonly ResultRow[]>();
  const cause = { action: "job:logs-query" };

  const execute = async (
    queryId: string,
    request: QueryRequest,
    writer: PageWriter,
    stop: AbortController,
    recorded: Promise<unknown>,
  ) => {
    const startedAt = performance.now();
    let status: QueryStatus = "Complete";
    let failure: string | undefined;
    let statistics: QueryStatistics = noStatistics(request.query.logGroups);
    try {
      const options = { queryId, timeoutMs: maxRunMs, signal: stop.signal };
      statistics = await executeQuery(
        engine,
        request.query,
        options,
        (row) => {
          partial.delete(queryId);
          return writer.add(row);
        },
        (rows) => {
          partial.set(queryId, rows);
        },
      );
    } catch (error) {
      if (stop.signal.aborted) status = "Cancelled";
      else if (error instanceof QueryTimeout) status = "Timeout";
      else {
        status = "Failed";
        failure = error instanceof Error ? error.message : String(error);
        log("warn", "query failed", { queryId, error });
      }
    }
    let pages: readonly number[] = [];
    let small: SmallResult | undefined;
    try {
      const written = await writer.finish();
      pages = written.pages;
      small = written.small && (await smallResult(written.small, resultSealer(keys, request.record.sealedBy)));
    } catch (error) {
      if (!(error instanceof KeyRefused)) throw error;
      status = "Failed";
      failure = error.message;
    }
    await recorded;
    await finish(
      request.scope,
      queryId,
      {
        status,
        statistics,
        pages,
        durationMs: performance.now() - startedAt,
        failure,
      },
      small,
    );
  };

  const finish = async (
    scope: Scope,
    queryId: string,
    end: Pick<QueryRecord, "status" | "pages"> & Partial<QueryRecord> & { failure: string | undefined },
    small?: SmallResult,
  ) => {
    const record = state.get<QueryRecord>(queryRef(scope, queryId));
    if (record === undefined) return;
    await state.commit({
      cause,
      changes: [
        { put: record.ref, document: { ...record.document, ...end }, expect: "present" },
        { remove: runningQueryRef(scope, queryId), expect: "any" },
        ...(small === undefined
          ? []
          : [{ put: smallResultRef(scope, queryId), document: small, expect: "any" } as const]),
      ],
    });
  };

  const progressOf = (queryId: string, logGroups: number) => {
    let last = noStatistics(logGroups);
    let asked = performance.now();
    return async () => {
      if (performance.now() - asked < PROGRESS_MS) return last;
      asked = performance.now();
      const progress = await engine.client.progress(queryId);
      if (progress !== undefined)
        last = { ...last, recordsScanned: progress.readRows, bytesScanned: progress.readBytes };
      return last;
    };
  };

  return {
    async start(request) {
      if (running.size >= maxConcurrent) return undefined;
      const queryId = timeOrderedId(clock.now());
      const document: QueryRecord = { ...request.record, status: "Running", createTime: clock.now(), pages: [] };
      const stop = new AbortController();
      const writer = writePages(objects, queryId, resultSealer(keys, request.record.sealedBy));
      const recorded = Promise.withResolvers<unknown>();
      // Runs while its record is being written: the answer is on its way before the caller knows whom to ask for it.
      const done = execute(queryId, request, writer, stop, recorded.promise)
        .catch((error: unknown) => log("error", "query could not be stored", { queryId, error }))
        .finally(() => {
          running.delete(queryId);
          partial.delete(queryId);
        });
      const statistics = progressOf(queryId, request.query.logGroups);
      // Entered before the commit, so that the bound holds for calls that come meanwhile.
      running.set(queryId, { stop, done, writer, statistics });
      const commit = state.commit({
        cause,
        changes: [
          { put: queryRef(request.scope, queryId), document, expect: "absent" },
          { put: runningQueryRef(request.scope, queryId), document: {}, expect: "absent" },
        ],
      });
      recorded.resolve(commit);
      // Who waits for it hears of a failure; until then nobody does.
      recorded.promise.catch(() => {});
      try {
        await commit;
      } catch (error) {
        stop.abort();
        throw error;
      }
      return queryId;
    },
    async progress(queryId) {
      const query = running.get(queryId);
      if (query === undefined) return undefined;
      await Promise.race([query.done, delay(WAIT_MS, undefined, { ref: false })]);
      if (!running.has(queryId)) return undefined;
      return { statistics: await query.statistics(), rows: partial.get(queryId) ?? query.writer.open };
    },
    async stop(queryId) {
      const query = running.get(queryId);
      if (query === undefined) return false;
      query.stop.abort();
      await query.done;
      return true;
    },
    async recover() {
      for (;;) {
        const interrupted = state.scan(RUNNING_QUERY_KIND, undefined, REMOVED_AT_ONCE);
        if (interrupted.length === 0) return;
        for (const { ref } of interrupted) {
          await finish(ref, ref.key, {
            status: "Failed",
            pages: [],
            failure: "The server stopped while the query ran.",
          });
          // Goes last: were it gone first, a crash in between would leave a query that runs for ever.
          await state.commit({ cause, changes: [{ remove: ref, expect: "any" }] });
        }
      }
    },
    async removeOld(signal) {
      const before = clock.now() - KEPT_MS;
      let after: ReturnType<typeof queryRef> | undefined;
      for (;;) {
        const page = state.scan<QueryRecord>(QUERY_KIND, after, REMOVED_AT_ONCE);
        const last = page.at(-1);
        if (last === undefined || signal.aborted) return;
        const old = page.filter(({ ref }) => idTime(ref.key) < before);
        for (const { ref } of old) await removePages(objects, ref.key);
        if (old.length > 0) {
          await state.commit({
            cause,
            changes: old.flatMap(({ ref }): Change[] =>
              [ref, smallResultRef(ref, ref.key)].map((each) => ({ remove: each, expect: "any" })),
            ),
          });
        }
        after = last.ref;
      }
    },
    async close() {
      const all = [...running.values()];
      for (const query of all) query.stop.abort();
      await Promise.all(all.map((query) => query.done));
    },
  };
}

async function smallResult(rows: readonly ResultRow[], sealer: ResultSealer): Promise<SmallResult | undefined> {
  if (rows.length === 0) return undefined;
  if (sealer.isPlain) return { rows };
  return { sealed: (await sealer.seal(Buffer.from(JSON.stringify(rows)))).toString("base64") };
}

function noStatistics(logGroupsScanned: number): QueryStatistics {
  return { recordsMatched: 0, recordsScanned: 0, recordsSkipped: 0, bytesScanned: 0, logGroupsScanned };
}
