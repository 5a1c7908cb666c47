import type { Engine } from "@nephoscope/engine";
import type { Change, State } from "../../../platform/state/state.ts";
import { DELETED_GROUP_KIND, DELETED_STREAM_KIND } from "../events/visibility.ts";
import { removeMetricFilters } from "../metric-filters/metric-filter.ts";
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
  deps: { state: State; engine: Engine; activity: StreamActivity },
  signal: AbortSignal,
): Promise<void> {
  await purgeGroups(deps, signal);
  await purgeStreams(deps, signal);
}

async function purgeGroups(
  { state, engine, activity }: { state: State; engine: Engine; activity: StreamActivity },
  signal: AbortSignal,
) {
  for (;;) {
    const deleted = state.scan(DELETED_GROUP_KIND, undefined, GROUPS_AT_ONCE);
    if (deleted.length === 0 || signal.aborted) return;
    const groupIds = deleted.map(({ ref }) => Number(ref.key));
    await engine.client.command({
      sql: "DELETE FROM events WHERE group_id IN {groups:Array(UInt32)}",
      params: { groups: groupIds },
    });
    for (const groupId of groupIds) {
      await removeStreams(state, activity, groupId, signal);
      await state.commit({ cause, changes: removeMetricFilters(state, groupId) });
    }
    if (signal.aborted) return;
    await state.commit({ cause, changes: deleted.map(({ ref }): Change => ({ remove: ref, expect: "any" })) });
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

async function purgeStreams({ state, engine }: { state: State; engine: Engine }, signal: AbortSignal) {
  for (;;) {
    const deleted = state.scan<{ beforeSeq: string }>(DELETED_STREAM_KIND, undefined, STREAMS_AT_ONCE);
    if (deleted.length === 0 || signal.aborted) return;
    const byGroup = Map.groupBy(deleted, ({ ref }) => Number(ref.region));
    for (const [groupId, streams] of byGroup) {
      await engine.client.command({
        sql: `DELETE FROM events WHERE group_id = {group:UInt32} AND stream IN {names:Array(String)}
          AND seq < transform(stream, {names:Array(String)}, {before:Array(UInt64)}, toUInt64(0))`,
        params: {
          group: groupId,
          names: streams.map(({ ref }) => ref.key),
          before: streams.map(({ document }) => BigInt(document.beforeSeq)),
        },
      });
    }
    // A stream deleted, made and deleted again meanwhile has a newer version of its mark, which must stay.
    const settled = await Promise.allSettled(
      deleted.map(({ ref, version }) => state.commit({ cause, changes: [{ remove: ref, expect: version }] })),
    );
    if (settled.every((result) => result.status === "rejected")) return;
  }
}
