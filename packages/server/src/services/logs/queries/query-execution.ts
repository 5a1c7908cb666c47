import type { Engine, QueryStatistics as EngineStatistics } from "@nephoscope/engine";
import { type CompiledQuery, matchedEvents, renderRow, rowPointer } from "@nephoscope/languages";
import type { EventCondition } from "../events/visibility.ts";
import { writePointer } from "./log-record-pointer.ts";
import { preview } from "./preview.ts";
import type { QueryStatistics } from "./query-record.ts";
import type { TimeRange } from "./query-scope.ts";
import type { ResultRow } from "./result-pages.ts";
import { statementSettings } from "./statement-settings.ts";

/** What is run in the engine. */
export interface ExecutableQuery {
  /** The query over its whole range. */
  readonly compiled: CompiledQuery;
  /** The same query over a part of its range. */
  readonly compileFor: (part: TimeRange) => CompiledQuery;
  /** It gives its newest events first, so that the end of its range may be all it needs. */
  readonly newestFirst: boolean;
  readonly range: TimeRange;
  /** Rows of the whole result. */
  readonly limit: number;
  /** The events in range before any filter, by group: conditions that the engine counts from its index, in each of the tables. */
  readonly inRange: readonly EventCondition[];
  readonly tables: readonly string[];
  readonly logGroups: number;
  /** Told how many events the query looked through, when it has ended well. */
  readonly onRead: (events: number) => void;
}

/**
 * The first part of a range that is asked for its newest events; each one before is so many times longer. Every part costs a
 * statement, so a rare word in a day is looked for in two, and in a year in three.
 */
const FIRST_PART_MS = 15 * 60_000;
const PART_GROWTH = 96;

/**
 * Runs a query, hands each row to `take`, and returns the statistics. A query for the newest events is asked of the latest part
 * of its range first, and of earlier parts only while rows are wanting, so that it costs what it shows and not what is stored.
 * Of any other query that takes long, `showPartial` is handed the rows of a part of its range, again and again, until its own come.
 */
export async function executeQuery(
  engine: Engine,
  query: ExecutableQuery,
  options: { readonly queryId: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  take: (row: ResultRow) => Promise<void>,
  showPartial: (rows: readonly ResultRow[]) => void,
): Promise<QueryStatistics> {
  const impatient = new AbortController();
  const partial = query.newestFirst
    ? undefined
    : setTimeout(() => {
        const signal = AbortSignal.any([impatient.signal, options.signal]);
        // Only something to look at meanwhile: whatever fails here fails in the query itself too.
        preview(engine, query, signal, (compiled, rows) => {
          showPartial(rows.slice(0, SHOWN_ROWS).map((row) => toResultRow(compiled, row)));
        }).catch(() => {});
      }, PATIENCE_MS);
  try {
    return await executeWhole(engine, query, options, async (row) => {
      impatient.abort();
      await take(row);
    });
  } finally {
    clearTimeout(partial);
    impatient.abort();
  }
}

/** People see a part of the rows within a second of their question; a query that takes less than this needs none. */
const PATIENCE_MS = 300;
/** As many as one answer of GetQueryResults holds. */
const SHOWN_ROWS = 10_000;

async function executeWhole(
  engine: Engine,
  query: ExecutableQuery,
  options: { readonly queryId: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  take: (row: ResultRow) => Promise<void>,
): Promise<QueryStatistics> {
  const inRange = countInRange(engine, query, options.signal);
  // Awaited below; if the query itself fails first, that is the failure to report.
  inRange.catch(() => {});
  let read: Pick<EngineStatistics, "readRows" | "readBytes"> = { readRows: 0, readBytes: 0 };
  let count = 0;
  let last: readonly unknown[] | undefined;
  const until = performance.now() + options.timeoutMs;
  for (const compiled of parts(query, () => count)) {
    const batches = engine.client.stream<unknown[]>({
      sql: compiled.sql,
      settings: statementSettings(compiled.sql),
      params: compiled.params,
      queryId: options.queryId,
      signal: options.signal,
      timeoutMs: Math.max(1, Math.ceil(until - performance.now())),
      onStatistics: ({ readRows, readBytes }) => {
        read = { readRows: read.readRows + readRows, readBytes: read.readBytes + readBytes };
      },
    });
    for await (const rows of batches) {
      for (const row of rows) {
        // Each part's statement has the limit in it, so what is left over is little; at its end come the statistics.
        if (count === query.limit) break;
        await take(toResultRow(compiled, row));
        count++;
        last = row;
      }
    }
  }
  const total = await inRange;
  const { compiled } = query;
  query.onRead(Math.min(read.readRows, total));
  const matched = compiled.matched.everything ? total : matchedEvents(compiled, count, last);
  return {
    recordsMatched: matched ?? (await countMatched(engine, compiled, options.signal)),
    // The engine may look twice at an event, once for its time and once for its message.
    recordsScanned: Math.min(read.readRows, total),
    recordsSkipped: Math.max(0, total - read.readRows),
    bytesScanned: read.readBytes,
    logGroupsScanned: query.logGroups,
  };
}

function* parts(
  { compiled, compileFor, newestFirst, range, limit }: ExecutableQuery,
  count: () => number,
): Iterable<CompiledQuery> {
  if (!newestFirst) {
    yield compiled;
    return;
  }
  let length = FIRST_PART_MS;
  let end = range.endTimeMs;
  while (end >= range.startTimeMs && count() < limit) {
    const start = Math.max(range.startTimeMs, end - length + 1);
    yield compileFor({ startTimeMs: start, endTimeMs: end });
    end = start - 1;
    length *= PART_GROWTH;
  }
}

/** Rows of events, not of aggregates, end with a pointer to their record. */
function toResultRow(compiled: CompiledQuery, row: readonly unknown[]): ResultRow {
  const fields = renderRow(compiled, row);
  const pointer = rowPointer(compiled, row);
  if (pointer === undefined) return fields;
  const { groupId, timestampMs: timestamp, seq } = pointer;
  return [...fields, { field: "@ptr", value: writePointer({ groupId, timestamp, seq: BigInt(seq) }) }];
}

/**
 * A condition on the group and the time alone is counted from the primary index, without reading the rows between; but only
 * where it names one group.
 */
async function countInRange(
  engine: Engine,
  { inRange: conditions, tables }: Pick<ExecutableQuery, "inRange" | "tables">,
  signal: AbortSignal,
): Promise<number> {
  const counts = conditions.flatMap(({ sql }) =>
    tables.map((table) => `SELECT count() AS events FROM ${table} WHERE ${sql}`),
  );
  const [row] = await engine.client.rows<[string | number]>({
    sql: `SELECT sum(events) FROM (${counts.join(" UNION ALL ")})`,
    params: Object.assign({}, ...conditions.map(({ params }) => params)),
    signal,
  });
  return Number(row?.[0] ?? 0);
}

/** Events after all filters, before limit and aggregation, in a pass of its own. */
async function countMatched(engine: Engine, compiled: CompiledQuery, signal: AbortSignal): Promise<number> {
  const [row] = await engine.client.rows<[string | number]>({
    sql: compiled.matched.sql,
    settings: statementSettings(compiled.matched.sql),
    params: compiled.params,
    signal,
  });
  return Number(row?.[0] ?? 0);
}
