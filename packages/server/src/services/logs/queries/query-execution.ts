import type { Engine, QueryStatistics as EngineStatistics } from "@nephoscope/engine";
import { type CompiledQuery, matchedEvents, renderRow, rowPointer } from "@nephoscope/languages";
import type { EventCondition } from "../events/visibility.ts";
import { writePointer } from "./log-record-pointer.ts";
import type { QueryStatistics } from "./query-record.ts";
import type { TimeRange } from "./query-scope.ts";
import type { ResultRow } from "./result-pages.ts";

/** What is run in the engine. */
export interface ExecutableQuery {
  /** The query over its whole range. */
  readonly compiled: CompiledQuery;
  /** The same query over a part of its range. Only for a query that gives its newest events first. */
  readonly compileFor: ((part: TimeRange) => CompiledQuery) | undefined;
  readonly range: TimeRange;
  /** Rows of the whole result. */
  readonly limit: number;
  /** The events in range before any filter, by group: conditions that the engine counts from its index. */
  readonly inRange: readonly EventCondition[];
  readonly logGroups: number;
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
 */
export async function executeQuery(
  engine: Engine,
  query: ExecutableQuery,
  options: { readonly queryId: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  take: (row: ResultRow) => Promise<void>,
): Promise<QueryStatistics> {
  const inRange = countInRange(engine, query.inRange, options.signal);
  // Awaited below; if the query itself fails first, that is the failure to report.
  inRange.catch(() => {});
  let read: Pick<EngineStatistics, "readRows" | "readBytes"> = { readRows: 0, readBytes: 0 };
  let count = 0;
  let last: readonly unknown[] | undefined;
  const until = performance.now() + options.timeoutMs;
  for (const compiled of parts(query, () => count)) {
    const batches = engine.client.stream<unknown[]>({
      sql: compiled.sql,
      settings: settingsOf(compiled.sql),
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
        if (count === query.limit) break;
        await take(toResultRow(compiled, row));
        count++;
        last = row;
      }
      if (count === query.limit) break;
    }
  }
  const total = await inRange;
  const { compiled } = query;
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

/** Statements with lookup tables in them are longer than the engine takes by default. The language bounds them. */
function settingsOf(sql: string): { max_query_size: number } {
  return { max_query_size: Math.max(DEFAULT_QUERY_SIZE, 4 * sql.length) };
}

/** Bytes of a statement that the engine takes by default. A character may be four bytes. */
const DEFAULT_QUERY_SIZE = 262_144;

function* parts({ compiled, compileFor, range, limit }: ExecutableQuery, count: () => number): Iterable<CompiledQuery> {
  if (compileFor === undefined) {
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
  conditions: readonly EventCondition[],
  signal: AbortSignal,
): Promise<number> {
  const counts = conditions.map(({ sql }) => `SELECT count() AS events FROM events WHERE ${sql}`);
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
    settings: settingsOf(compiled.matched.sql),
    params: compiled.params,
    signal,
  });
  return Number(row?.[0] ?? 0);
}
