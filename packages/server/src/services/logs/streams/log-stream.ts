import type { Resource, ResourceRef, State } from "../../../platform/state/state.ts";

/** A log stream as it is kept. What changes with every event is in stream-activity. */
export interface LogStream {
  readonly creationTime: number;
}

export const LOG_STREAM_KIND = "logs.log-stream";

/**
 * Streams are kept under their group's number, which is unique over all accounts, so that a group's streams are one
 * range of keys and nothing of a deleted group can come back.
 */
export function logStreamRef(groupId: number, name: string): ResourceRef {
  return { kind: LOG_STREAM_KIND, account: "", region: String(groupId), key: name };
}

export function findLogStream(state: State, groupId: number, name: string): Resource<LogStream> | undefined {
  // Half a surrogate pair has no form in UTF-8: the store would take it for U+FFFD, and so for another stream's name.
  if (!name.isWellFormed()) return undefined;
  return state.get<LogStream>(logStreamRef(groupId, name));
}

export function listLogStreams(
  state: State,
  groupId: number,
  query: { prefix?: string; after?: string; limit?: number },
): Resource<LogStream>[] {
  return state.list<LogStream>({ kind: LOG_STREAM_KIND, account: "", region: String(groupId), ...query });
}
