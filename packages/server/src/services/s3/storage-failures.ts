import type { Service } from "@nephoscope/wire";
import { diskFault } from "../../platform/disk-fault.ts";
import { UpstreamFailed } from "../../platform/objects/upstream-s3.ts";
import { refusal } from "./failures.ts";

/** Tells clients of a full or read-only disk in S3's way: nothing was stored, and the call may be made again. */
export function withStorageFailures(service: Service): Service {
  return {
    ...service,
    async run(operation, input, call) {
      try {
        return await service.run(operation, input, call);
      } catch (error) {
        const reason = error instanceof UpstreamFailed ? `${error.message}.` : diskFault(error);
        if (reason === undefined) throw error;
        throw refusal("ServiceUnavailable", `${reason} Nothing was changed. Please try again later.`);
      }
    },
  };
}
