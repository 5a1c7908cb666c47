import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";
import { type LogGroup, retentionCutoff, type StoragePeriod } from "../groups/log-group.ts";

/**
 * Which of a group's stored events may be seen now. Deleting is asynchronous in the engine; what a delete or the
 * retention has hidden is left out of every read from the moment it was acknowledged.
 */
export interface Visibility {
  readonly groupId: number;
  /** Where they are (see event-tables). */
  readonly stored?: readonly StoragePeriod[] | undefined;
  /** Events before this time have expired. */
  readonly fromMs: number;
  /** Streams that were deleted and whose events are not gone yet: those numbered below `beforeSeq` are hidden. */
  readonly deletedStreams: readonly DeletedStream[];
}

export interface DeletedStream {
  readonly name: string;
  readonly beforeSeq: string;
}

export const DELETED_STREAM_KIND = "logs.deleted-stream";
export const DELETED_GROUP_KIND = "logs.deleted-group";

export function deletedStreamRef(groupId: number, name: string): ResourceRef {
  return { kind: DELETED_STREAM_KIND, account: "", region: String(groupId), key: name };
}

export function deletedGroupRef(groupId: number): ResourceRef {
  return { kind: DELETED_GROUP_KIND, account: "", region: "", key: String(groupId) };
}

export function visibilityOf(state: State, group: Resource<LogGroup>, nowMs: number): Visibility {
  const { groupId, stored } = group.document;
  const deleted = state.list<{ beforeSeq: string }>({
    kind: DELETED_STREAM_KIND,
    account: "",
    region: String(groupId),
  });
  return {
    groupId,
    stored,
    fromMs: retentionCutoff(group.document, nowMs),
    deletedStreams: deleted.map(({ ref, document }) => ({ name: ref.key, beforeSeq: document.beforeSeq })),
  };
}

/** A condition on `events` with bound parameters. Several can stand in one statement if their `name` differs. */
export interface EventCondition {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export function visibleCondition(visibility: Visibility, name = "v"): EventCondition {
  const parts = [`group_id = {${name}_group:UInt32}`];
  const params: Record<string, unknown> = { [`${name}_group`]: visibility.groupId };
  if (visibility.fromMs > 0) {
    parts.push(`timestamp >= fromUnixTimestamp64Milli({${name}_visible:Int64})`);
    params[`${name}_visible`] = visibility.fromMs;
  }
  if (visibility.deletedStreams.length > 0) {
    const names = visibility.deletedStreams.map((stream) => stream.name);
    const seqs = visibility.deletedStreams.map((stream) => BigInt(stream.beforeSeq));
    parts.push(
      `NOT (stream IN {${name}_deleted:Array(String)} AND seq < transform(stream, {${name}_deleted:Array(String)}, {${name}_before:Array(UInt64)}, toUInt64(0)))`,
    );
    params[`${name}_deleted`] = names;
    params[`${name}_before`] = seqs;
  }
  return { sql: parts.join(" AND "), params };
}

/** The engine's DateTime64 ends in the year 2299; callers send times such as Long.MAX_VALUE. */
const LATEST_MS = Date.UTC(2299, 0, 1);

/** A caller's time in milliseconds, as near as the engine can hold it. */
export function clampTime(ms: number): number {
  return Math.min(Math.max(Math.trunc(ms), 0), LATEST_MS);
}
