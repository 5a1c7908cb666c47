import { type Appender, AppenderFull, createAppender, type Engine } from "@nephoscope/engine";
import { EVENT_COLUMNS, EVENT_FORMAT, type EventBatch, encodeBatches } from "./event-encoding.ts";
import type { EventPosition } from "./event-position.ts";
import { type EventTables, tablesAsSource } from "./event-tables.ts";
import { missingEvents } from "./missing-events.ts";
import { callOf } from "./put-id.ts";
import { rowMemory } from "./row-memory.ts";
import { clampTime, type EventCondition, type Visibility, visibleCondition } from "./visibility.ts";

/** An event as it is read back. */
export interface StoredEvent extends EventPosition {
  readonly logStreamName: string;
  readonly message: string;
}

export type EventOrder = "oldestFirst" | "newestFirst";

/** Which events a page is taken from. */
export interface EventRange {
  readonly visible: Visibility;
  /** Exact names; undefined for every stream. */
  readonly streams?: readonly string[];
  readonly streamPrefix?: string;
  /** First and last time, both inclusive, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only events whose numbers are from `from` to before `below`: those that came in between. */
  readonly arrived?: { readonly from: bigint; readonly below: bigint };
  /** Only events after (before) this position. */
  readonly after?: EventPosition;
  readonly before?: EventPosition;
  /** A condition on `message` that the engine checks, with its parameters. Undefined: all. */
  readonly condition?: EventCondition;
}

/** The events, in the engine. */
export interface EventStore {
  /**
   * Resolves when the batch is on disk and visible to queries, with what was stored. Rejects with the engine's typed
   * errors.
   */
  append(batch: EventBatch): Promise<readonly EventBatch[]>;
  /** The same for a call that was sent before: stores only what earlier attempts did not. */
  appendMissing(batch: EventBatch): Promise<readonly EventBatch[]>;
  /** Events in order of position, `newestFirst` or not, at most `limit`. */
  page(range: EventRange, limit: number, order: EventOrder, signal: AbortSignal): Promise<StoredEvent[]>;
  /** All events of a range in order, in chunks that are read as they are asked for. */
  scan(range: EventRange, order: EventOrder, signal: AbortSignal): AsyncIterable<StoredEvent[]>;
  /**
   * The number of the last of the first `count` events that came in the range, of `arrived` and `visible` alone; undefined when there are fewer. So
   * what came can be read in pieces.
   */
  arrivalNumber(range: Pick<EventRange, "visible" | "arrived">, count: number): Promise<bigint | undefined>;
  find(visible: Visibility, position: EventPosition): Promise<StoredEvent | undefined>;
  /** Waits for what was appended; nothing may be appended after. */
  close(): Promise<void>;
}

const INSERT_SETTINGS = {
  // The n-gram filter costs more than all the rest of an insert; merges build it, while nobody waits.
  exclude_materialize_skip_indexes_on_insert: "message_grams",
  // An import of old events may touch many partitions in one insert.
  max_partitions_per_insert_block: 0,
};

/** What the appender may hold while the engine is slow or away; past it PutLogEvents answers with throttling. */
const MAX_QUEUED_BYTES = 64 * 1_048_576;

/** `onStored` hears how many message bytes were stored. */
export function openEventStore(engine: Engine, tables: EventTables, onStored: (bytes: number) => void): EventStore {
  const memory = rowMemory();
  const openAppender = (table: string) =>
    createAppender<EventBatch>({
      client: engine.client,
      table,
      columns: EVENT_COLUMNS,
      format: EVENT_FORMAT,
      settings: INSERT_SETTINGS,
      encode: (batches) => encodeBatches(batches, memory),
      recycle: memory.give,
      // No other table is written to by it.
      missing: (batches) => missingEvents(engine, batches, async () => [table]),
      maxQueuedBytes: MAX_QUEUED_BYTES,
    });
  /** One for each table: calls share an insert with others of their table. */
  const appenders = new Map<string, Appender<EventBatch>>();
  const appenderOf = (table: string): Appender<EventBatch> => {
    const appender = appenders.get(table) ?? openAppender(table);
    appenders.set(table, appender);
    return appender;
  };

  /** The parts of one call, which all go into one table. */
  const store = async (parts: readonly EventBatch[]) => {
    const [first] = parts;
    if (first === undefined) return;
    let queued = 0;
    for (const { queuedBytes } of appenders.values()) queued += queuedBytes;
    if (queued > MAX_QUEUED_BYTES)
      throw new AppenderFull(`${queued} bytes of events are waiting to be written; try again later`);
    await appenderOf(first.table).append(parts);
    for (const part of parts) onStored(part.bytes);
  };
  const sourceOf = async (visible: Visibility, fromMs: number, toMs: number) =>
    tablesAsSource(await tables.holding([visible], Math.max(fromMs, visible.fromMs), toMs));

  /**
   * Calls on their way, by their id. A client that gave up waiting sends its call again while the first attempt is
   * still being stored; then the second waits for it before it asks what is missing.
   */
  const underWay = new Map<bigint, Promise<unknown>>();
  const track = <T>(batch: EventBatch, storing: Promise<T>): Promise<T> => {
    const call = callOf(batch.firstPut);
    underWay.set(call, storing);
    return storing.finally(() => {
      if (underWay.get(call) === storing) underWay.delete(call);
    });
  };
  const appendMissing = async (batch: EventBatch, earlier: Promise<unknown> | undefined) => {
    // Whether the earlier attempt succeeds or fails does not matter: what it stored is asked for next.
    await Promise.allSettled([earlier]);
    // The group may have got another key between the attempts.
    const parts = await missingEvents(engine, [batch], ({ events }) =>
      tables.holding([batch], events.timestamp(0), events.timestamp(events.length - 1)),
    );
    if (parts.length > 0) await store(parts);
    return parts;
  };

  return {
    async append(batch) {
      const other = underWay.get(callOf(batch.firstPut));
      // The attempts of one call can overtake each other on their way in.
      if (other !== undefined) return await track(batch, appendMissing(batch, other));
      await track(batch, store([batch]));
      return [batch];
    },
    appendMissing: (batch) => track(batch, appendMissing(batch, underWay.get(callOf(batch.firstPut)))),
    page: (range, limit, order, signal) => readPage(engine, sourceOf, range, limit, order, signal),
    scan: (range, order, signal) => scanInOrder(engine, sourceOf, range, order, signal),
    async arrivalNumber({ visible, arrived }, count) {
      const { where, params } = conditions({
        visible,
        fromMs: 0,
        toMs: Number.MAX_SAFE_INTEGER,
        ...(arrived !== undefined && { arrived }),
      });
      const [row] = await engine.client.rows<[seq: string]>({
        sql: `SELECT toString(seq) FROM ${await sourceOf(visible, 0, Number.MAX_SAFE_INTEGER)} WHERE ${where} ORDER BY seq LIMIT 1 OFFSET {offset:UInt32}`,
        params: { ...params, offset: count - 1 },
      });
      return row === undefined ? undefined : BigInt(row[0]);
    },
    async find(visible, { timestamp, seq }) {
      const condition = visibleCondition(visible);
      const rows = await engine.client.rows<EventRow>({
        sql: `SELECT ${SELECTED} FROM ${await sourceOf(visible, timestamp, timestamp)} WHERE ${condition.sql} AND timestamp = fromUnixTimestamp64Milli({time:Int64}) AND seq = {seq:UInt64} LIMIT 1`,
        params: { ...condition.params, time: clampTime(timestamp), seq: seq.toString() },
      });
      const [row] = rows;
      return row === undefined ? undefined : toEvent(row);
    },
    async close() {
      await Promise.all([...appenders.values()].map((appender) => appender.close()));
    },
  };
}

type SourceOf = (visible: Visibility, fromMs: number, toMs: number) => Promise<string>;

async function readPage(
  engine: Engine,
  sourceOf: SourceOf,
  range: EventRange,
  limit: number,
  order: EventOrder,
  signal: AbortSignal,
): Promise<StoredEvent[]> {
  const { where, params } = conditions(range);
  const direction = DIRECTION[order];
  const source = await sourceOf(range.visible, range.fromMs, range.toMs);
  const rows = await engine.client.rows<EventRow>({
    sql: `SELECT ${SELECTED} FROM ${source} WHERE ${where} ORDER BY timestamp ${direction}, seq ${direction} LIMIT {limit:UInt32}`,
    params: { ...params, limit },
    signal,
  });
  return rows.map(toEvent);
}

/** The order is that of the table's key within a group, so the engine reads on only as far as the reader goes. */
async function* scanInOrder(
  engine: Engine,
  sourceOf: SourceOf,
  range: EventRange,
  order: EventOrder,
  signal: AbortSignal,
): AsyncIterable<StoredEvent[]> {
  const { where, params } = conditions(range);
  const direction = DIRECTION[order];
  const source = await sourceOf(range.visible, range.fromMs, range.toMs);
  const batches = engine.client.stream<EventRow>({
    sql: `SELECT ${SELECTED} FROM ${source} WHERE ${where} ORDER BY timestamp ${direction}, seq ${direction}`,
    params,
    signal,
  });
  for await (const rows of batches) yield rows.map(toEvent);
}

const DIRECTION: Readonly<Record<EventOrder, "ASC" | "DESC">> = { oldestFirst: "ASC", newestFirst: "DESC" };

/** Numbers of 64 bits are read as text: JSON's numbers would lose their last digits. */
const SELECTED = "stream, toUnixTimestamp64Milli(timestamp), toString(seq), message";
type EventRow = [stream: string, timestamp: number, seq: string, message: string];

function toEvent([logStreamName, timestamp, seq, message]: EventRow): StoredEvent {
  return { logStreamName, timestamp: Number(timestamp), seq: BigInt(seq), message };
}

function conditions(range: EventRange): { where: string; params: Record<string, unknown> } {
  const visible = visibleCondition(range.visible);
  const parts = [visible.sql];
  const params: Record<string, unknown> = { ...visible.params };
  let { fromMs, toMs } = range;
  if (range.streams !== undefined) {
    parts.push("stream IN {streams:Array(String)}");
    params.streams = range.streams;
  }
  if (range.streamPrefix !== undefined) {
    parts.push("startsWith(stream, {prefix:String})");
    params.prefix = range.streamPrefix;
  }
  if (range.arrived !== undefined) {
    parts.push("seq >= {arrivedFrom:UInt64} AND seq < {arrivedBelow:UInt64}");
    params.arrivedFrom = range.arrived.from.toString();
    params.arrivedBelow = range.arrived.below.toString();
  }
  if (range.after !== undefined) {
    // The time alone narrows by the key; the pair decides among events of the same millisecond.
    fromMs = Math.max(fromMs, range.after.timestamp);
    parts.push("(timestamp > fromUnixTimestamp64Milli({afterTime:Int64}) OR seq > {afterSeq:UInt64})");
    params.afterTime = clampTime(range.after.timestamp);
    params.afterSeq = range.after.seq.toString();
  }
  if (range.before !== undefined) {
    toMs = Math.min(toMs, range.before.timestamp);
    parts.push("(timestamp < fromUnixTimestamp64Milli({beforeTime:Int64}) OR seq < {beforeSeq:UInt64})");
    params.beforeTime = clampTime(range.before.timestamp);
    params.beforeSeq = range.before.seq.toString();
  }
  parts.push(
    "timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND timestamp <= fromUnixTimestamp64Milli({to:Int64})",
  );
  params.from = clampTime(fromMs);
  params.to = clampTime(toMs);
  if (range.condition !== undefined) {
    parts.push(`(${range.condition.sql})`);
    Object.assign(params, range.condition.params);
  }
  return { where: parts.join(" AND "), params };
}
