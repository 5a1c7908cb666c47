import type { Engine } from "@nephoscope/engine";
import { type Sequence, sequenceTime } from "../../../platform/state/sequence.ts";
import type { Change, ResourceRef, State } from "../../../platform/state/state.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import type { EventBatch } from "../events/event-encoding.ts";
import type { EventTables, Reachable } from "../events/event-tables.ts";
import { deletedStreamRef } from "../events/visibility.ts";
import { logGroupIdRef } from "../groups/log-group.ts";
import { type Counted, type CountedRange, countStored, type StreamTimes } from "./count-stored.ts";
import { findLogStream } from "./log-stream.ts";

/** A batch on its way. One of `stored` and `unknown` may be called, then `end`. */
export interface BatchUnderWay {
  stored(parts: readonly EventBatch[]): void;
  /** Whether it was stored can't be told: the engine is asked for it later. */
  unknown(): void;
  end(): void;
}

/**
 * First and last event times of streams and stored bytes of groups. They change with every event, so they are kept in
 * memory and written together every few seconds, with the number up to which they count; after a crash the events above
 * that number are counted again from the engine.
 */
export interface StreamActivity {
  /** Announces a batch whose numbers are taken, before it is stored. `end` must follow, stored or not. */
  begin(batch: EventBatch): BatchUnderWay;
  ofStream(groupId: number, name: string): StreamTimes | undefined;
  /** By stream name, for every stream of the group that has events. */
  ofGroup(groupId: number): Map<string, StreamTimes>;
  storedBytes(groupId: number): number;
  /** Events of groups were deleted in the engine: bytes by group. `changes` are committed together with the new sizes. */
  removeBytes(bytes: ReadonlyMap<number, number>, changes?: readonly Change[]): Promise<void>;
  /** Every batch with a number below this one is stored or refused, and counted on disk. */
  settledBelow(): bigint;
  /** No batch with a number below this one is on its way: what the engine has of them now is all that it will have. */
  storedBelow(): bigint;
  /** Batches of the group are on their way, or not counted on disk yet. */
  isBusy(groupId: number): boolean;
  /** The changes that forget a stream, to be part of the commit that deletes it. */
  forgetStream(groupId: number, name: string): Change[];
  /** The same for a group's size, for the job that removes what is left of a deleted group. */
  forgetGroup(groupId: number): Change[];
  /**
   * Counts what was stored after the last flush before a crash. To be called again and again: what is out of reach, as its key can't be
   * used, is counted once it can.
   */
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

/** A stored batch, or none. */
interface Doubt {
  readonly groupId: number;
  readonly name: string;
  readonly below: bigint;
}

/**
 * What could not be counted while a group's key could not be used, by the group and the first number; it is counted once the key
 * can be used again.
 */
const UNCOUNTED_KIND = "logs.uncounted-events";
interface Uncounted {
  readonly below: string;
  /** One stream, or all. */
  readonly name?: string;
}
const uncountedRef = (groupId: number, from: bigint): ResourceRef => ({
  kind: UNCOUNTED_KIND,
  account: "",
  region: String(groupId),
  key: from.toString(),
});
const UNCOUNTED_AT_ONCE = 100;

/**
 * So many fail when the engine is away for hours under load. Each takes a query afterwards; past the bound a batch that
 * was stored although its call failed is missing in its group's size.
 */
const MAX_DOUBTFUL = 10_000;

export function openStreamActivity(options: {
  readonly state: State;
  readonly engine: Engine;
  readonly tables: Pick<EventTables, "reachable">;
  readonly sequence: Sequence;
}): StreamActivity {
  const { state, engine, tables, sequence } = options;
  /** Events below this number are the crashed server's; those from it on are counted as they come. */
  const born = sequence.next(1);
  /** Batches on their way, by their first number, and those of which it is not known whether they were stored. */
  const inFlight = new Map<bigint, EventBatch>();
  const doubtful = new Map<bigint, Doubt>();
  /** Of those in doubt that are not remembered. */
  let forgotten: bigint | undefined;
  /** Above the numbers of all batches so far. */
  let begunBelow = born;
  let counted: Counted[] = [];
  let recovered = false;

  const stored = (groupId: number, name: string) => state.get<StreamTimes>(timesRef(groupId, name))?.document;
  const size = (groupId: number) => state.get<{ bytes: number }>(sizeRef(groupId))?.document.bytes ?? 0;
  const beforeSeq = (groupId: number, name: string) =>
    BigInt(state.get<{ beforeSeq: string }>(deletedStreamRef(groupId, name))?.document.beforeSeq ?? 0n);
  /** Its events are those of the stream that has the name now, and not of a deleted one. */
  const isLiving = ({ groupId, name, lastSeq }: Counted) =>
    lastSeq >= beforeSeq(groupId, name) && findLogStream(state, groupId, name) !== undefined;

  /** Sizes are read and written in two steps, so one change waits for another. */
  let last: Promise<unknown> = Promise.resolve();
  const exclusive = <T>(action: () => Promise<T>): Promise<T> => {
    const run = last.then(action);
    last = run.catch(() => {});
    return run;
  };

  /** Writes what was counted, together with the number up to which everything is in it, if that changes. */
  const write = (entries: readonly Counted[], cursor: bigint | undefined, more: readonly Change[] = []) =>
    exclusive(async () => {
      const times = new Map<string, { groupId: number; name: string; times: StreamTimes }>();
      const sizes = new Map<number, number>();
      for (const entry of entries) {
        const { groupId, name, times: seen, bytes } = entry;
        // Of a deleted group nothing is kept.
        if (state.get(logGroupIdRef(groupId)) === undefined) continue;
        // A deleted stream's events count until they are purged.
        sizes.set(groupId, (sizes.get(groupId) ?? size(groupId)) + bytes);
        if (!isLiving(entry)) continue;
        const key = `${groupId}/${name}`;
        const known = times.get(key)?.times ?? stored(groupId, name);
        times.set(key, { groupId, name, times: merge(known, seen) });
      }
      const changes: Change[] = [
        ...more,
        ...[...times.values()].map(
          (t): Change => ({ put: timesRef(t.groupId, t.name), document: t.times, expect: "any" }),
        ),
        ...[...sizes].map(
          ([groupId, bytes]): Change => ({ put: sizeRef(groupId), document: { bytes }, expect: "any" }),
        ),
      ];
      await state.commit({
        cause: { action: "job:logs-stream-activity" },
        changes,
        ...(cursor !== undefined && { cursors: { [CURSOR]: cursor.toString() } }),
      });
    });

  /** Counts what was really stored of the batches in doubt. */
  const resolveDoubts = async () => {
    if (doubtful.size === 0) return;
    const { tables: found, unreachable } = await tables.reachable();
    for (const [from, { groupId, name, below }] of doubtful) {
      if (unreachable.has(groupId)) await write([], undefined, [note(groupId, from, below, name)]);
      else counted.push(...(await countStored(engine, found, { from, below, groupId, name })));
      doubtful.delete(from);
    }
    if (doubtful.size === 0) forgotten = undefined;
  };

  const note = (groupId: number, from: bigint, below: bigint, name?: string): Change => {
    const document: Uncounted = { below: below.toString(), ...(name !== undefined && { name }) };
    return { put: uncountedRef(groupId, from), document, expect: "any" };
  };

  /** Counts a range in which streams may have been deleted and made again. */
  const countAgain = async (found: readonly string[], range: CountedRange): Promise<Counted[]> => {
    const entries = await countStored(engine, found, range);
    for (const [i, entry] of entries.entries()) {
      const { groupId, name } = entry;
      const from = beforeSeq(groupId, name);
      if (from <= range.from) continue;
      // Its size counts whole, its times only from where the name was taken again.
      const [living] = await countStored(engine, found, { from, below: range.below, groupId, name });
      if (living !== undefined) entries[i] = { ...entry, times: living.times };
    }
    return entries;
  };

  /** Counts what was noted, as far as keys can be used again. */
  const countNoted = async () => {
    let after: ResourceRef | undefined;
    let reachable: Reachable | undefined;
    for (;;) {
      const noted = state.scan<Uncounted>(UNCOUNTED_KIND, after, UNCOUNTED_AT_ONCE);
      after = noted.at(-1)?.ref;
      if (after === undefined) return;
      reachable ??= await tables.reachable();
      for (const { ref, document } of noted) {
        const groupId = Number(ref.region);
        if (reachable.unreachable.has(groupId)) continue;
        const range = { groupId, from: BigInt(ref.key), below: BigInt(document.below) };
        const { name } = document;
        const entries = await countAgain(reachable.tables, name === undefined ? range : { ...range, name });
        await write(entries, undefined, [{ remove: ref, expect: "any" }]);
      }
    }
  };

  return {
    get pending() {
      return counted.length;
    },
    begin(batch) {
      inFlight.set(batch.firstSeq, batch);
      const below = batch.firstSeq + BigInt(batch.events.length);
      if (below > begunBelow) begunBelow = below;
      return {
        stored(parts) {
          for (const part of parts) counted.push(count(part));
        },
        unknown() {
          if (doubtful.size >= MAX_DOUBTFUL) {
            if (forgotten === undefined || batch.firstSeq < forgotten) forgotten = batch.firstSeq;
            return;
          }
          doubtful.set(batch.firstSeq, { groupId: batch.groupId, name: batch.logStreamName, below });
        },
        end() {
          inFlight.delete(batch.firstSeq);
        },
      };
    },
    ofStream(groupId, name) {
      let times = stored(groupId, name);
      for (const entry of counted)
        if (entry.groupId === groupId && entry.name === name && isLiving(entry)) times = merge(times, entry.times);
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
        if (entry.groupId === groupId && isLiving(entry)) {
          all.set(entry.name, merge(all.get(entry.name), entry.times));
        }
      }
      return all;
    },
    storedBytes(groupId) {
      let bytes = size(groupId);
      for (const entry of counted) if (entry.groupId === groupId) bytes += entry.bytes;
      // What is deleted before it is counted makes the size on disk negative for a moment.
      return Math.max(0, bytes);
    },
    removeBytes: (removed, changes = []) =>
      exclusive(async () => {
        const alive = [...removed].filter(([groupId]) => state.get(logGroupIdRef(groupId)) !== undefined);
        const sizes = alive.map(
          ([groupId, bytes]): Change => ({
            put: sizeRef(groupId),
            document: { bytes: size(groupId) - bytes },
            expect: "any",
          }),
        );
        await state.commit({ cause: { action: "job:logs-delete-events" }, changes: [...changes, ...sizes] });
      }),
    settledBelow() {
      if (!recovered) return 0n;
      let seq = sequence.next(1);
      for (const first of [...inFlight.keys(), ...doubtful.keys()]) if (first < seq) seq = first;
      for (const { firstSeq } of counted) if (firstSeq < seq) seq = firstSeq;
      return seq;
    },
    storedBelow() {
      let seq = begunBelow;
      if (forgotten !== undefined && forgotten < seq) seq = forgotten;
      for (const first of [...inFlight.keys(), ...doubtful.keys()]) if (first < seq) seq = first;
      return seq;
    },
    isBusy: (groupId) =>
      !recovered || [...inFlight.values(), ...doubtful.values(), ...counted].some((entry) => entry.groupId === groupId),
    forgetStream: (groupId, name) => [{ remove: timesRef(groupId, name), expect: "any" }],
    forgetGroup: (groupId) => [{ remove: sizeRef(groupId), expect: "any" }],
    async recover() {
      if (recovered) return await countNoted();
      const range = { from: BigInt(state.cursor(CURSOR) ?? 0n), below: born };
      const { tables: found, unreachable } = await tables.reachable();
      const entries = await countAgain(found, range);
      // Groups out of reach are counted whole later on.
      const notes = range.from < born ? [...unreachable].map((groupId) => note(groupId, range.from, born)) : [];
      await write(
        entries.filter(({ groupId }) => !unreachable.has(groupId)),
        born,
        notes,
      );
      recovered = true;
    },
    async flush() {
      // Taking a number may cost a write, which an idle server must not do every few seconds.
      if (!recovered || counted.length + doubtful.size === 0) return;
      await resolveDoubts();
      // Batches still on their way have numbers below later ones: only what lies below all of them is written.
      let cursor = sequence.next(1);
      for (const seq of [...inFlight.keys(), ...doubtful.keys()]) if (seq < cursor) cursor = seq;
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
    firstSeq: batch.firstSeq,
    lastSeq,
    times: {
      firstEventTimestamp: batch.events.timestamp(0),
      lastEventTimestamp: batch.events.timestamp(batch.events.length - 1),
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
