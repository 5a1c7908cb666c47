import { discoverFields } from "@nephoscope/languages";
import { sequenceTime } from "../../../platform/state/sequence.ts";
import { visibilityOf } from "../events/visibility.ts";
import { requireReadable } from "../groups/group-key.ts";
import { findLogGroupById } from "../groups/log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { readPointer } from "./log-record-pointer.ts";

/** All fields of one event, system fields and discovered ones, by name. */
export const getLogRecord: LogsOperation<"GetLogRecord"> = async (input, call, deps) => {
  const pointer = readPointer(input.logRecordPointer);
  if (pointer === undefined)
    throw call.error("InvalidParameterException", "The specified logRecordPointer is invalid.");
  // Within the caller's account and region only: a pointer of another account finds nothing.
  const group = findLogGroupById(deps.state, call, pointer.groupId);
  const { timestamp } = pointer;
  if (group !== undefined) requireReadable(deps, call, group, { fromMs: timestamp, toMs: timestamp });
  const event =
    group === undefined
      ? undefined
      : await deps.events.find(visibilityOf(deps.state, group, deps.clock.now()), pointer);
  if (group === undefined || event === undefined) {
    throw call.error("ResourceNotFoundException", "The log record does not exist, or has expired.");
  }
  return {
    logRecord: {
      ...discoverFields(event.message),
      "@timestamp": String(event.timestamp),
      "@ingestionTime": String(sequenceTime(event.seq)),
      "@message": event.message,
      "@logStream": event.logStreamName,
      "@log": `${call.account}:${group.ref.key}`,
      "@ptr": input.logRecordPointer,
    },
  };
};
