import type { Engine } from "@nephoscope/engine";
import { type Sequence, sequenceTime } from "../../../platform/state/sequence.ts";
import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import { findLogStream } from "./log-stream.ts";

/** When a stream's events happened and came in; all in milliseconds. */
export interface StreamTimes {
  readonly firstEventTimestamp: number;
  readonly lastEventTimestamp: number;
  readonly lastIngestionTime: number;
}

/**
 * First and last event times of streams and stored bytes of groups. They change with every event, so they are kept in
 * memory and written together every few seconds, with the number up to which they count; after a crash the events above
 * that number are counted again from the engine.
 */
export interface StreamActivity {
  /** Announces a batch whose numbers are taken, before it is stored. `end` must follow, stored or not. */
  begin(batch: EventBatch): { stored(parts: readonly EventBatch[]): void; end(): void };
  ofStream(groupId: number, name: string): StreamTimes | undefined;
  /** By stream name, for every stream of the group that has events. */
  ofGroup(groupId: number): Map<string, StreamTimes>;
  storedBytes(groupId: number): number;
  /** Events of a group were deleted in the engine. */
  removeBytes(groupId: number, bytes: number): Promise<void>;
  /** The changes that forget a stream, to be part of the commit that deletes it. */
  forgetStream(groupId: number, name: string): Change[];
  /** The same for a group's size, for the job that removes what is left of a deleted group. */
  forgetGroup(groupId: number): Change[];
  /** Counts what was stored after the last flush before a crash; once it succeeded it does nothing more. */
  recover(): Promise<void>;
  /** Writes what was counted. Until `recover` has succeeded it writes nothing, and everything stays counted. */
  flush(): Promise<void>;
  /** Batches counted since the last flush: past a bound the caller flushes early. */
  readonly pending: number;
}

const TIMES_KIND = "logs.stream-activity";
const SIZE_KIND = "logs.group-size";
const CURSOR = "logs.stream-activity";

const timesRef = (groupId: number, name: string): ResourceRef => ({
  kind: TIMES_KIND,
  account: "",
  region: String(groupId),
  key: name,
});
const sizeRef = (groupId: number): ResourceRef => ({ kind: SIZE_KIND, account: "", region: "", key: String(groupId) });

interface Counted {
  readonly groupId: number;
  readonly name: string;
  readonly lastSeq: bigint;
  readonly times: StreamTimes;
  readonly bytes: number;
}

export function openStreamActivity(options: { state: State; engine: Engine; sequence: Sequence }): StreamActivity {
  const { state, engine, sequence } = options;
  /** Events below this number are the crashed server's; those from it on are counted as they come. */
  const born = sequence.next(1);
  const inFlight = new Set<bigint>();
  let counted: Counted[] = [];
  let recovered = false;

  const stored = (groupId: number, name: string) => state.get<StreamTimes>(timesRef(groupId, name))?.document;
  const size = (groupId: number) => state.get<{ bytes: number }>(sizeRef(groupId))?.document.bytes ?? 0;

  /** Writes what was counted, together with the number up to which everything is in it. */
  const write = async (entries: readonly Counted[], cursor: bigint) => {
    const times = new Map<string, { groupId: number; name: string; times: StreamTimes }>();
    const sizes = new Map<number, number>();
    for (const { groupId, name, times: seen, bytes } of entries) {
      const key = `${groupId}/${name}`;
      const known = times.get(key)?.times ?? stored(groupId, name);
      times.set(key, { groupId, name, times: merge(known, seen) });
      sizes.set(groupId, (sizes.get(groupId) ?? size(groupId)) + bytes);
    }
    const changes: Change[] = [
      ...[...times.values()].map(
        (t): Change => ({ put: timesRef(t.groupId, t.name), document: t.times, expect: "any" }),
      ),
      ...[...sizes].map(([groupId, bytes]): Change => ({ put: sizeRef(groupId), document: { bytes }, expect: "any" })),
    ];
    await state.commit({
      cause: { action: "job:logs-stream-activity" },
      changes,
      cursors: { [CURSOR]: cursor.toString() },
    });
  };

  return {
    get pending() {
      return counted.length;
    },
    begin(batch) {
      inFlight.add(batch.firstSeq);
      return {
        stored(parts) {
          for (const part of parts) counted.push(count(part));
        },
        end() {
          inFlight.delete(batch.firstSeq);
        },
      };
    },
    ofStream(groupId, name) {
      let times = stored(groupId, name);
      for (const entry of counted)
        if (entry.groupId === groupId && entry.name === name) times = merge(times, entry.times);
      return times;
    },
    ofGroup(groupId) {
      const all = new Map<string, StreamTimes>();
      for (const { ref, document } of state.list<StreamTimes>({
        kind: TIMES_KIND,
        account: "",
        region: String(groupId),
      })) {
        all.set(ref.key, document);
      }
      for (const entry of counted) {
        if (entry.groupId === groupId) all.set(entry.name, merge(all.get(entry.name), entry.times));
      }
      return all;
    },
    storedBytes(groupId) {
      let bytes = size(groupId);
      for (const entry of counted) if (entry.groupId === groupId) bytes += entry.bytes;
      return bytes;
    },
    async removeBytes(groupId, bytes) {
      await state.commit({
        cause: { action: "job:logs-retention" },
        changes: [{ put: sizeRef(groupId), document: { bytes: Math.max(0, size(groupId) - bytes) }, expect: "any" }],
      });
    },
    forgetStream(groupId, name) {
      counted = counted.filter((entry) => entry.groupId !== groupId || entry.name !== name);
      return [{ remove: timesRef(groupId, name), expect: "any" }];
    },
    forgetGroup(groupId) {
      counted = counted.filter((entry) => entry.groupId !== groupId);
      return [{ remove: sizeRef(groupId), expect: "any" }];
    },
    async recover() {
      if (recovered) return;
      const entries = await countStored(engine, state.cursor(CURSOR) ?? "0", born.toString());
      const alive = entries.filter((entry) => findLogStream(state, entry.groupId, entry.name) !== undefined);
      await write(alive, born);
      recovered = true;
    },
    async flush() {
      // Taking a number may cost a write, which an idle server must not do every few seconds.
      if (!recovered || counted.length === 0) return;
      // Batches still on their way have numbers below later ones: only what lies below all of them is written.
      let cursor = sequence.next(1);
      for (const seq of inFlight) if (seq < cursor) cursor = seq;
      const ready = counted.filter((entry) => entry.lastSeq < cursor);
      if (ready.length === 0) return;
      await write(ready, cursor);
      const written = new Set(ready);
      counted = counted.filter((entry) => !written.has(entry));
    },
  };
}

function count(batch: EventBatch): Counted {
  const lastSeq = batch.firstSeq + BigInt(batch.events.length) - 1n;
  return {
    groupId: batch.groupId,
    name: batch.logStreamName,
    lastSeq,
    times: {
      firstEventTimestamp: batch.events[0]?.timestamp ?? 0,
      lastEventTimestamp: batch.events.at(-1)?.timestamp ?? 0,
      lastIngestionTime: sequenceTime(lastSeq),
    },
    bytes: batch.bytes + batch.events.length * EVENT_OVERHEAD_BYTES,
  };
}

function merge(a: StreamTimes | undefined, b: StreamTimes): StreamTimes {
  if (a === undefined) return b;
  return {
    firstEventTimestamp: Math.min(a.firstEventTimestamp, b.firstEventTimestamp),
    lastEventTimestamp: Math.max(a.lastEventTimestamp, b.lastEventTimestamp),
    lastIngestionTime: Math.max(a.lastIngestionTime, b.lastIngestionTime),
  };
}

async function countStored(engine: Engine, from: string, below: string): Promise<Counted[]> {
  const rows = await engine.client.rows<[number, string, number, number, string, string]>({
    sql: `SELECT group_id, stream, toUnixTimestamp64Milli(min(timestamp)), toUnixTimestamp64Milli(max(timestamp)),
        toString(max(seq)), toString(sum(length(message) + {overhead:UInt32}))
      FROM events WHERE seq >= {from:UInt64} AND seq < {below:UInt64} GROUP BY group_id, stream`,
    params: { from, below, overhead: EVENT_OVERHEAD_BYTES },
  });
  return rows.map(([groupId, name, first, last, lastSeq, bytes]) => ({
    groupId,
    name,
    lastSeq: BigInt(lastSeq),
    times: {
      firstEventTimestamp: Number(first),
      lastEventTimestamp: Number(last),
      lastIngestionTime: sequenceTime(BigInt(lastSeq)),
    },
    bytes: Number(bytes),
  }));
}
