import {
  AppenderFull,
  EngineUnavailable,
  MemoryLimit,
  OutcomeUnknown,
  QueryCancelled,
  QueryTimeout,
  TooManyQueries,
} from "@nephoscope/engine";
import type { Service } from "@nephoscope/wire";
import { diskFault } from "../platform/disk-fault.ts";
import type { Log } from "../platform/log/log.ts";

/**
 * Turns what the engine may always answer (full, away, too large a question), and a full disk, into the errors that AWS's clients know and
 * try again on. What is left is a bug, and is answered as an internal failure.
 */
export function withEngineFailures(service: Service, log: Log): Service {
  return {
    ...service,
    async run(operation, input, call) {
      try {
        return await service.run(operation, input, call);
      } catch (error) {
        if (error instanceof AppenderFull || error instanceof TooManyQueries) {
          throw call.error("ThrottlingException", "Rate exceeded");
        }
        if (error instanceof OutcomeUnknown) {
          throw call.error(
            "ServiceUnavailableException",
            "The engine went away and it is not known whether the data was stored. Send the call again; a repeated call is not stored twice.",
          );
        }
        if (error instanceof EngineUnavailable) {
          throw call.error("ServiceUnavailableException", "The engine is restarting. Send the call again.");
        }
        if (error instanceof MemoryLimit) {
          throw call.error(
            "ServiceUnavailableException",
            "The call needed more memory than the engine may use. Ask for a shorter time range.",
          );
        }
        if (error instanceof QueryTimeout) {
          throw call.error(
            "ServiceUnavailableException",
            "The call took longer than it may. Ask for a shorter time range.",
          );
        }
        if (error instanceof QueryCancelled && call.signal.aborted) {
          // Nobody reads this answer; the record of the call tells why it has no other.
          throw call.error("ServiceUnavailableException", "The client went away before the answer.");
        }
        const fault = diskFault(error);
        if (fault !== undefined) {
          log("error", "a call found no room on the disk, or no disk", { operation: call.operation, error });
          throw call.error("ServiceUnavailableException", `${fault} Make room on it, then send the call again.`);
        }
        throw error;
      }
    },
  };
}
