import { AppenderFull } from "@nephoscope/engine";
import { KeyRefused } from "../../../platform/keys/keys.ts";
import type { Resource } from "../../../platform/state/state.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { type LogGroup, logGroupArn } from "../groups/log-group.ts";
import type { LogsCall, LogsOperation } from "../operation.ts";
import { findLogStream } from "../streams/log-stream.ts";
import { type Acceptance, acceptEvents, BatchRefused } from "./acceptance.ts";
import type { EventBatch } from "./event-encoding.ts";
import { toEventId } from "./event-position.ts";
import type { EventTables } from "./event-tables.ts";
import { type Events, eventsOf } from "./events.ts";
import { putIdOf } from "./put-id.ts";
import { deletedStreamRef } from "./visibility.ts";

export const putLogEvents: LogsOperation<"PutLogEvents"> = async (input, call, deps) => {
  const { state, events: store, tables, activity, metrics, tail, forwarder, sequence, clock } = deps;
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  if (group.document.logGroupClass === "DELIVERY") {
    throw call.error("InvalidParameterException", "PutLogEvents is not supported for log groups of class DELIVERY.");
  }
  if (findLogStream(state, group.document.groupId, input.logStreamName) === undefined) {
    throw call.error("ResourceNotFoundException", "The specified log stream does not exist.");
  }

  const nowMs = clock.now();
  const { retentionInDays } = group.document;
  const events = Array.isArray(input.logEvents) ? eventsOf(input.logEvents) : input.logEvents;
  const acceptance = accept(events, call, { nowMs, retentionInDays });
  const accepted = events.slice(acceptance.from, acceptance.to);
  const table = await tableFor(group, call, tables);
  const firstSeq = sequence.next(Math.max(accepted.length, 1));
  if (accepted.length > 0) {
    const deleted = state.get<{ beforeSeq: string }>(deletedStreamRef(group.document.groupId, input.logStreamName));
    const batch: EventBatch = {
      groupId: group.document.groupId,
      table,
      stored: group.document.stored,
      logStreamName: input.logStreamName,
      ...(deleted !== undefined && { streamSince: deleted.document.beforeSeq }),
      retention: retentionInDays ?? 0,
      firstSeq,
      firstPut: putIdOf(call) + BigInt(acceptance.from),
      events: accepted,
      bytes: acceptance.bytes,
    };
    const started = activity.begin(batch);
    try {
      // Only a repeated call can have been stored before, so only it pays for asking.
      const again = call.attempt > 1;
      const stored = await metrics.store(group, batch, again, () =>
        again ? store.appendMissing(batch) : store.append(batch),
      );
      started.stored(stored);
      for (const part of stored) tail.publish(part);
    } catch (error) {
      // Of a batch that was not even taken nothing can be there.
      if (!(error instanceof AppenderFull)) started.unknown();
      throw error;
    } finally {
      started.end();
      const { account, region, key: name } = group.ref;
      const { groupId, logGroupClass } = group.document;
      const below = batch.firstSeq + BigInt(accepted.length);
      forwarder.arrived({ account, region, name, groupId, logGroupClass }, below, accepted.length);
    }
  }
  return {
    // Has no meaning any more, but older clients expect one.
    nextSequenceToken: toEventId({ timestamp: nowMs, seq: firstSeq }),
    rejectedLogEventsInfo: acceptance.rejected,
  };
};

async function tableFor(group: Resource<LogGroup>, call: LogsCall, tables: EventTables): Promise<string> {
  try {
    return await tables.forNew(group.document);
  } catch (error) {
    if (!(error instanceof KeyRefused)) throw error;
    const arn = logGroupArn(group.ref, group.ref.key);
    throw call.error("AccessDeniedException", `Events for ${arn} can't be stored without its key: ${error.message}`);
  }
}

function accept(
  events: Events,
  call: LogsCall,
  options: { nowMs: number; retentionInDays: number | undefined },
): Acceptance {
  try {
    return acceptEvents(events, options);
  } catch (error) {
    if (error instanceof BatchRefused) throw call.error("InvalidParameterException", error.message);
    throw error;
  }
}
