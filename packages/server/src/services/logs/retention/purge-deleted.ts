import type { Engine } from "@nephoscope/engine";
import {
  type Change,
  type Resource,
  type ResourceRef,
  type State,
  VersionConflict,
} from "../../../platform/state/state.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import { type EventTables, type Reachable, tablesAsSource } from "../events/event-tables.ts";
import { DELETED_GROUP_KIND, DELETED_STREAM_KIND } from "../events/visibility.ts";
import { LOG_STREAM_KIND } from "../streams/log-stream.ts";
import type { StreamActivity } from "../streams/stream-activity.ts";

/**
 * Streams of one statement: one delete for many streams costs the engine little more than for one. Their names travel
 * in its URL, which must stay below a megabyte: 512 characters can become 4,608 there.
 */
const STREAMS_AT_ONCE = 100;
const GROUPS_AT_ONCE = 1_000;
/** Resources removed in one commit. */
const CHANGES_AT_ONCE = 1_000;

const cause = { action: "job:logs-purge" };

/**
 * Deletes in the engine what was deleted through the API: until then such events are hidden from every read. Each step
 * can be repeated, so a crash in between costs nothing but doing it again.
 */
export async function purgeDeleted(
  deps: Omit<Parts, "reachable"> & { readonly tables: Pick<EventTables, "reachable"> },
  signal: AbortSignal,
): Promise<void> {
  const { state } = deps;
  // Opening tables costs a little, and mostly nothing was deleted.
  if ([DELETED_GROUP_KIND, DELETED_STREAM_KIND].every((kind) => state.scan(kind, undefined, 1).length === 0)) return;
  const parts = { ...deps, reachable: await deps.tables.reachable() };
  await purgeGroups(parts, signal);
  await purgeStreams(parts, signal);
}

interface Parts {
  readonly state: State;
  readonly engine: Engine;
  readonly activity: StreamActivity;
  /** What belongs to groups out of reach waits until their key can be used again, or is gone for ever. */
  readonly reachable: Reachable;
}

async function purgeGroups({ state, engine, activity, reachable }: Parts, signal: AbortSignal) {
  let after: ResourceRef | undefined;
  while (!signal.aborted) {
    const deleted = state.scan(DELETED_GROUP_KIND, after, GROUPS_AT_ONCE);
    after = deleted.at(-1)?.ref;
    if (after === undefined) return;
    // What is still on its way to a deleted group would come after the delete; so the group waits for the next run.
    const ready = deleted.filter(
      ({ ref }) => !activity.isBusy(Number(ref.key)) && !reachable.unreachable.has(Number(ref.key)),
    );
    if (ready.length === 0) continue;
    const groupIds = ready.map(({ ref }) => Number(ref.key));
    for (const table of reachable.tables) {
      await engine.client.command({
        sql: `DELETE FROM ${table} WHERE group_id IN {groups:Array(UInt32)}`,
        params: { groups: groupIds },
      });
    }
    for (const groupId of groupIds) await removeStreams(state, activity, groupId, signal);
    if (signal.aborted) return;
    await state.commit({ cause, changes: ready.map(({ ref }): Change => ({ remove: ref, expect: "any" })) });
  }
}

async function removeStreams(state: State, activity: StreamActivity, groupId: number, signal: AbortSignal) {
  for (const kind of [LOG_STREAM_KIND, DELETED_STREAM_KIND]) {
    for (;;) {
      const found = state.list({ kind, account: "", region: String(groupId), limit: CHANGES_AT_ONCE });
      if (found.length === 0 || signal.aborted) break;
      const changes = found.flatMap(({ ref }): Change[] => [
        { remove: ref, expect: "any" },
        ...activity.forgetStream(groupId, ref.key),
      ]);
      await state.commit({ cause, changes });
    }
  }
  await state.commit({ cause, changes: activity.forgetGroup(groupId) });
}

/** The mark of a deleted stream, and how much it held once that is known. */
interface Mark {
  readonly beforeSeq: string;
  readonly bytes?: number;
}

async function purgeStreams(parts: Parts, signal: AbortSignal) {
  let after: ResourceRef | undefined;
  while (!signal.aborted) {
    const deleted = parts.state.scan<Mark>(DELETED_STREAM_KIND, after, STREAMS_AT_ONCE);
    after = deleted.at(-1)?.ref;
    if (after === undefined) return;
    const settled = parts.activity.settledBelow();
    const ready = deleted.filter(
      ({ ref, document }) =>
        BigInt(document.beforeSeq) <= settled && !parts.reachable.unreachable.has(Number(ref.region)),
    );
    const byGroup = Map.groupBy(ready, ({ ref }) => Number(ref.region));
    for (const [groupId, streams] of byGroup) await purgeStreamsOf(parts, groupId, streams);
  }
}

/**
 * What the streams hold is written down before they are deleted, and taken off the group's size together with their
 * marks after: whenever a crash comes, the size is right in the end.
 */
async function purgeStreamsOf(
  { state, engine, activity, reachable: { tables } }: Parts,
  groupId: number,
  streams: readonly Resource<Mark>[],
): Promise<void> {
  const sql = `group_id = {group:UInt32} AND stream IN {names:Array(String)}
    AND seq < transform(stream, {names:Array(String)}, {before:Array(UInt64)}, toUInt64(0))`;
  const params = {
    group: groupId,
    names: streams.map(({ ref }) => ref.key),
    // As numbers: the engine takes no quoted ones in an array.
    before: streams.map(({ document }) => BigInt(document.beforeSeq)),
  };
  const held = new Map(
    await engine.client.rows<[string, string]>({
      sql: `SELECT stream, toString(sum(length(message) + {overhead:UInt32})) FROM ${tablesAsSource(tables)} WHERE ${sql} GROUP BY stream`,
      params: { ...params, overhead: EVENT_OVERHEAD_BYTES },
    }),
  );
  const marks = await Promise.allSettled(
    streams.map(async ({ ref, version, document }) => {
      // Known from a run that a crash ended: then some or all of the events are deleted already.
      const bytes = document.bytes ?? Number(held.get(ref.key) ?? 0);
      const put: Change = { put: ref, document: { ...document, bytes } satisfies Mark, expect: version };
      const { changes } = await state.commit({ cause, changes: [put] });
      return { ref, bytes, version: changes[0]?.after?.version ?? version };
    }),
  );
  for (const table of tables) await engine.client.command({ sql: `DELETE FROM ${table} WHERE ${sql}`, params });
  for (const mark of marks) {
    // Made and deleted again meanwhile: the newer mark, which covers these events too, is for the next run.
    if (mark.status === "rejected") continue;
    const { ref, bytes, version } = mark.value;
    const removed = new Map([[groupId, bytes]]);
    await activity.removeBytes(removed, [{ remove: ref, expect: version }]).catch(async (error: unknown) => {
      if (!(error instanceof VersionConflict)) throw error;
      await activity.removeBytes(removed);
    });
  }
}
