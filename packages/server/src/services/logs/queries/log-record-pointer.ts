import type { EventPosition } from "../events/event-position.ts";

/** What `@ptr` points at: an event of a group's incarnation. */
export interface LogRecordPointer extends EventPosition {
  readonly groupId: number;
}

export function writePointer({ groupId, timestamp, seq }: LogRecordPointer): string {
  return Buffer.from(`${groupId}:${timestamp}:${seq}`).toString("base64");
}

/** Undefined if the text is no pointer. */
export function readPointer(text: string): LogRecordPointer | undefined {
  const match = /^(\d{1,10}):(\d{1,15}):(\d{1,20})$/.exec(Buffer.from(text, "base64").toString("latin1"));
  const [, groupId, timestamp, seq] = match ?? [];
  if (groupId === undefined || timestamp === undefined || seq === undefined) return undefined;
  const number = BigInt(seq);
  // Twenty digits can be more than the engine's 64 bits.
  if (number !== BigInt.asUintN(64, number)) return undefined;
  return { groupId: Number(groupId), timestamp: Number(timestamp), seq: number };
}
