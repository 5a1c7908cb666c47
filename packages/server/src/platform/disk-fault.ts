import { EngineError } from "@nephoscope/engine";
import { StorageFull } from "./sqlite/durable-tables.ts";

/** Faults of a disk that pass when somebody makes room or mends it. */
const PASSING: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "The server's disk is full."],
  ["EDQUOT", "The server's disk quota is used up."],
  ["EROFS", "The server's disk can only be read."],
  ["EMFILE", "The server has as many files open as it may."],
]);

/** ClickHouse's code for rows that find no room. */
const NOT_ENOUGH_SPACE = 243;

/** SQLite's result codes for a file that can not be written: SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN. */
const UNWRITABLE: ReadonlySet<number> = new Set([8, 10, 13, 14]);

/** What is wrong with the disk, in a sentence for the caller; undefined where the error is another. What failed for it changed nothing. */
export function diskFault(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof StorageFull) return "A store of the server has reached its bound, or its disk is full.";
  if (error instanceof EngineError && error.code === NOT_ENOUGH_SPACE) return "The server's disk is full.";
  // Extended codes have the plain one in their lowest byte.
  if ("errcode" in error && UNWRITABLE.has(Number(error.errcode) & 0xff))
    return "The server's disk can not be written.";
  return "code" in error ? PASSING.get(String(error.code)) : undefined;
}
