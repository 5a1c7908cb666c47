import type { Engine } from "@nephoscope/engine";
import type { EventBatch } from "./event-encoding.ts";
import { tablesAsSource } from "./event-tables.ts";
import type { Events } from "./events.ts";

/**
 * Of batches that may be stored already (the engine died during their insert, or the client sends a call again), those
 * parts that are not. An insert is atomic for each partition only, so some events of a batch can be there and others
 * not; each is known by its place in its call, the column `put`.
 */
export async function missingEvents(
  engine: Engine,
  batches: readonly EventBatch[],
  /** Where they may be. */
  tablesOf: (batch: EventBatch) => Promise<readonly string[]>,
): Promise<EventBatch[]> {
  const missing: EventBatch[] = [];
  for (const batch of batches) {
    const source = tablesAsSource(await tablesOf(batch));
    missing.push(...without(batch, await storedPuts(engine, batch, source)));
  }
  return missing;
}

async function storedPuts(engine: Engine, batch: EventBatch, source: string): Promise<ReadonlySet<bigint>> {
  const rows = await engine.client.rows<[string]>({
    sql: `SELECT toString(put) FROM ${source}
      WHERE group_id = {group:UInt32} AND stream = {stream:String}
        AND put BETWEEN {first:UInt64} AND {last:UInt64} AND seq >= {since:UInt64}
        AND timestamp >= fromUnixTimestamp64Milli({from:Int64}) AND timestamp <= fromUnixTimestamp64Milli({to:Int64})`,
    params: {
      group: batch.groupId,
      stream: batch.logStreamName,
      since: batch.streamSince ?? "0",
      first: batch.firstPut.toString(),
      last: (batch.firstPut + BigInt(batch.events.length) - 1n).toString(),
      from: batch.events.timestamp(0),
      to: batch.events.timestamp(batch.events.length - 1),
    },
  });
  return new Set(rows.map(([put]) => BigInt(put)));
}

/** The batch without the stored events, as runs of events that follow each other. */
export function without(batch: EventBatch, stored: ReadonlySet<bigint>): EventBatch[] {
  if (stored.size === 0) return [batch];
  const runs: EventBatch[] = [];
  let start = 0;
  const close = (end: number) => {
    if (end > start) runs.push(slice(batch, start, end));
    start = end + 1;
  };
  for (let i = 0; i < batch.events.length; i++) if (stored.has(batch.firstPut + BigInt(i))) close(i);
  close(batch.events.length);
  return runs;
}

function slice(batch: EventBatch, start: number, end: number): EventBatch {
  const events = batch.events.slice(start, end);
  return {
    ...batch,
    events,
    firstSeq: batch.firstSeq + BigInt(start),
    firstPut: batch.firstPut + BigInt(start),
    bytes: bytesOf(events),
  };
}

function bytesOf(events: Events): number {
  let bytes = 0;
  for (let i = 0; i < events.length; i++) bytes += events.messageBytes(i);
  return bytes;
}
