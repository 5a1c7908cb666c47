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

function passing(error: unknown): string | undefined {
  if (error instanceof StorageFull)
    return "The bucket store may not grow: it has reached its bound, or the disk is full.";
  if (error instanceof UpstreamFailed) return `${error.message}.`;
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
