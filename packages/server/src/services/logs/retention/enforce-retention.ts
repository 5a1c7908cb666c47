import type { Engine } from "@nephoscope/engine";
import type { ResourceRef, State } from "../../../platform/state/state.ts";
import { EVENT_OVERHEAD_BYTES } from "../events/acceptance.ts";
import { COMMON_TABLE, type EventTables } from "../events/event-tables.ts";
import type { EventCondition } from "../events/visibility.ts";
import { DAY_MS, LOG_GROUP_KIND, type LogGroup, retentionCutoff } from "../groups/log-group.ts";
import type { StreamActivity } from "../streams/stream-activity.ts";
import { listPartitions, type Partition } from "./partitions.ts";

const GROUPS_AT_ONCE = 1_000;

/** Groups of one statement: their numbers and times travel in its URL, which must stay below a megabyte. */
const GROUPS_OF_STATEMENT = 5_000;

/** PutLogEvents takes nothing older than this, whatever the group's retention (see acceptance). */
const OLDEST_ACCEPTED_DAYS = 14;
/** A call that was accepted before its event expired is stored by now. */
const STILL_ARRIVING_MS = 3_600_000;

interface Deps {
  readonly state: State;
  readonly engine: Engine;
  readonly tables: Pick<EventTables, "reachable">;
  readonly activity: StreamActivity;
  readonly nowMs: number;
}

/**
 * Deletes expired events. Events are partitioned by the retention they were written under and by time, so in the
 * ordinary case a whole partition has expired and is dropped, which costs nothing. Where a group's retention was
 * shortened, its expired events are deleted from among the others'.
 *
 * A group's events in a partition go together, once the last of them has expired: deleting them hour by hour would
 * rewrite the partition as often. Until then they are hidden from every read.
 */
export async function enforceRetention(
  deps: Deps,
  signal: AbortSignal,
): Promise<{ droppedPartitions: number; deletedEvents: number }> {
  const done = { droppedPartitions: 0, deletedEvents: 0 };
  const { tables } = await deps.tables.reachable();
  await endSteps(deps, tables);
  const cutoffs = groupCutoffs(deps);
  if (cutoffs.size === 0) return done;
  const latestCutoff = Math.max(...new Set(cutoffs.values()));
  const partitions: Partition[] = [];
  for (const table of tables) partitions.push(...(await listPartitions(deps.engine, table)));
  for (const partition of partitions) {
    if (signal.aborted) break;
    const { table } = partition;
    if (partition.endMs > latestCutoff) continue;
    const conditions = expiredConditions(partition, cutoffs);
    if (conditions.length === 0) continue;
    const expired: Expired[] = [];
    for (const condition of conditions) expired.push(...(await countExpired(deps.engine, table, condition)));
    const events = expired.reduce((sum, group) => sum + group.events, 0);
    if (events === (await countAll(deps.engine, partition))) {
      // Nothing else is in it; so it is dropped, now or in a later run.
      if (!isClosed(partition, deps.nowMs)) continue;
      await beginStep(deps.state, partition, expired);
      await deps.engine.client.command({ sql: `ALTER TABLE ${table} DROP PARTITION ID '${partition.id}'` });
      done.droppedPartitions++;
    } else if (events > 0) {
      await beginStep(deps.state, partition, expired);
      for (const { sql, params } of conditions) {
        await deps.engine.client.command({ sql: `DELETE FROM ${table} WHERE ${sql}`, params });
      }
      done.deletedEvents += events;
    }
    await endSteps(deps, tables);
  }
  return done;
}

/**
 * A deletion that is under way: what each group had in the partition before. It is written down first and taken off the
 * groups' sizes after, so that a crash in between spoils no size.
 */
interface Step {
  /** Absent for the common one. */
  readonly table?: string;
  readonly partition: string;
  readonly groups: readonly { readonly groupId: number; readonly bytes: number }[];
}

const STEP_KIND = "logs.retention-step";

async function beginStep(state: State, { table, id }: Partition, expired: readonly Expired[]): Promise<void> {
  const step: Step = { table, partition: id, groups: expired.map(({ groupId, bytes }) => ({ groupId, bytes })) };
  const ref: ResourceRef = { kind: STEP_KIND, account: "", region: "", key: `${table}/${id}` };
  await state.commit({
    cause: { action: "job:logs-retention" },
    changes: [{ put: ref, document: step, expect: "any" }],
  });
}

/** Takes off the sizes what the steps have really deleted; of one that a crash cut short that may be nothing. */
async function endSteps({ state, engine, activity }: Deps, tables: readonly string[]): Promise<void> {
  for (const { ref, document } of state.list<Step>({ kind: STEP_KIND, account: "", region: "" })) {
    const { table = COMMON_TABLE } = document;
    // What is left in a table can't be told while its key can't be used.
    if (!tables.includes(table)) continue;
    const removed = new Map(document.groups.map(({ groupId, bytes }) => [groupId, bytes]));
    for (const condition of conditionsOf(document.partition, [...removed.keys()])) {
      for (const { groupId, bytes } of await countExpired(engine, table, condition)) {
        removed.set(groupId, (removed.get(groupId) ?? 0) - bytes);
      }
    }
    await activity.removeBytes(removed, [{ remove: ref, expect: "any" }]);
  }
}

/** No event can arrive in the partition any more: every time it covers is one that PutLogEvents turns away. */
function isClosed(partition: Partition, nowMs: number): boolean {
  const days = partition.retention === 0 ? OLDEST_ACCEPTED_DAYS : Math.min(partition.retention, OLDEST_ACCEPTED_DAYS);
  return partition.endMs <= nowMs - days * DAY_MS - STILL_ARRIVING_MS;
}

/** By group number, the time before which its events have expired; only groups with a retention. */
function groupCutoffs({ state, nowMs }: Deps): Map<number, number> {
  const cutoffs = new Map<number, number>();
  let page = state.scan<LogGroup>(LOG_GROUP_KIND, undefined, GROUPS_AT_ONCE);
  while (page.length > 0) {
    for (const { document } of page) {
      const cutoff = retentionCutoff(document, nowMs);
      if (cutoff > 0) cutoffs.set(document.groupId, cutoff);
    }
    page = state.scan<LogGroup>(LOG_GROUP_KIND, page.at(-1)?.ref, GROUPS_AT_ONCE);
  }
  return cutoffs;
}

/** Conditions that together pick the events of the groups whose every event in the partition has expired. */
function expiredConditions(partition: Partition, cutoffs: ReadonlyMap<number, number>): EventCondition[] {
  const groups = [...cutoffs].filter(([, cutoff]) => cutoff >= partition.endMs).map(([groupId]) => groupId);
  return conditionsOf(partition.id, groups);
}

function conditionsOf(partition: string, groups: readonly number[]): EventCondition[] {
  const conditions: EventCondition[] = [];
  for (let i = 0; i < groups.length; i += GROUPS_OF_STATEMENT) {
    conditions.push({
      sql: "_partition_id = {partition:String} AND group_id IN {groups:Array(UInt32)}",
      params: { partition, groups: groups.slice(i, i + GROUPS_OF_STATEMENT) },
    });
  }
  return conditions;
}

interface Expired {
  readonly groupId: number;
  readonly events: number;
  readonly bytes: number;
}

async function countExpired(engine: Engine, table: string, condition: EventCondition): Promise<Expired[]> {
  const rows = await engine.client.rows<[number, string, string]>({
    sql: `SELECT group_id, toString(count()), toString(sum(length(message) + {overhead:UInt32}))
      FROM ${table} WHERE ${condition.sql} GROUP BY group_id`,
    params: { ...condition.params, overhead: EVENT_OVERHEAD_BYTES },
  });
  return rows.map(([groupId, events, bytes]) => ({ groupId, events: Number(events), bytes: Number(bytes) }));
}

async function countAll(engine: Engine, partition: Partition): Promise<number> {
  const [row] = await engine.client.rows<[string]>({
    sql: `SELECT toString(count()) FROM ${partition.table} WHERE _partition_id = {partition:String}`,
    params: { partition: partition.id },
  });
  return Number(row?.[0] ?? 0);
}
