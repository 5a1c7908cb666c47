import type { Service } from "@nephoscope/wire";
import { UpstreamFailed } from "../../platform/objects/upstream-s3.ts";
import { StorageFull } from "../../platform/sqlite/durable-tables.ts";
import { refusal } from "./failures.ts";

/** Faults of a disk that pass when somebody makes room or mends it; clients try again after a 503. */
const PASSING: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "The disk that holds the buckets is full."],
  ["EDQUOT", "The disk quota of the server is used up."],
  ["EROFS", "The disk that holds the buckets can only be read."],
  ["EMFILE", "The server has as many files open as it may."],
]);

/** SQLite's result codes for a file that can not be written: SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN. */
const UNWRITABLE: ReadonlySet<number> = new Set([8, 10, 13, 14]);

function passing(error: unknown): string | undefined {
  if (error instanceof StorageFull)
    return "The bucket store may not grow: it has reached its bound, or the disk is full.";
  if (error instanceof UpstreamFailed) return `${error.message}.`;
  // Extended codes have the plain one in their lowest byte.
  if (error instanceof Error && "errcode" in error && UNWRITABLE.has(Number(error.errcode) & 0xff))
    return "The disk that holds the index of the buckets can not be written.";
  return error instanceof Error && "code" in error ? PASSING.get(String(error.code)) : undefined;
}

/** Tells clients of a full or read-only disk in S3's way: nothing was stored, and the call may be made again. */
export function withStorageFailures(service: Service): Service {
  return {
    ...service,
    async run(operation, input, call) {
      try {
        return await service.run(operation, input, call);
      } catch (error) {
        const reason = passing(error);
        if (reason === undefined) throw error;
        throw refusal("ServiceUnavailable", `${reason} Nothing was changed. Please try again later.`);
      }
    },
  };
}
