import { type StatsFs, statfsSync } from "node:fs";
import type { Statement } from "../sql/guard.ts";
import { Refusal } from "./reply.ts";

/** What a disk has left. */
export type Room = { readonly bytes: number; readonly files: number };

export function roomAt(directory: string, ask: (path: string) => StatsFs = statfsSync): Room {
  const { bavail, bsize, files, ffree } = ask(directory);
  // Filesystems that make room for files as they go count none.
  return { bytes: bavail * bsize, files: files === 0 ? Number.POSITIVE_INFINITY : ffree };
}

/** A statement makes a few files, and a few in each part. */
const ROOM_FILES = 1_000;

/** They write a table's definition or the entry of a mutation. */
const CHANGES_DEFINITIONS: ReadonlySet<string> = new Set(["ALTER", "CREATE", "DELETE", "EXCHANGE", "RENAME"]);
/** Retention works by these: they must run when room is short. They write no definition. */
const FREES_ROOM = /^\s*ALTER\s+TABLE\s+\S+\s+DROP\s+(?:PARTITION|PART)\b/i;

/**
 * Refuses what changes definitions when the disk is nearly full. ClickHouse does not notice that a full disk took nothing of the small
 * files in which it keeps them: it reports success, leaves the file empty, and never starts again (26.7: ALTER, CREATE and DELETE).
 * @throws Refusal with the code that ClickHouse has for rows that find no room
 */
export function requireRoom({ verb }: Pick<Statement, "verb">, sql: string, room: Room, needed: number): void {
  if (!CHANGES_DEFINITIONS.has(verb) || FREES_ROOM.test(sql)) return;
  if (room.bytes >= needed && room.files >= ROOM_FILES) return;
  const left = room.bytes < needed ? `${Math.floor(room.bytes / 1_048_576)} MiB` : `room for ${room.files} files`;
  throw new Refusal(500, 243, "NOT_ENOUGH_SPACE", `The disk has ${left} left, which is too little for ${verb}.`);
}
