import { type EventPosition, toEventId } from "../../events/event-position.ts";
import type { EventStore } from "../../events/event-store.ts";
import type { Visibility } from "../../events/visibility.ts";
import type { ForwardedEvent, Payload } from "./payload.ts";
import type { Subscription } from "./subscription.ts";

/** What is read and sent together: enough to keep a destination busy, and little for a subscription that waits. */
export interface BatchLimits {
  readonly bytes: number;
  readonly events: number;
}

export const BATCH_LIMITS: BatchLimits = { bytes: 2 * 1_048_576, events: 10_000 };

/** Events of one stream in a batch. */
export interface BatchPayload extends Payload {
  readonly last: EventPosition;
}

export interface Batch {
  readonly payloads: readonly BatchPayload[];
  /** The last event that was looked at; undefined when there was none. */
  readonly last: EventPosition | undefined;
  /** The greatest number of an event in it. */
  readonly newest: bigint;
  /** Nothing follows in the window. */
  readonly finished: boolean;
}

export interface BatchRange {
  readonly visible: Visibility;
  readonly arrived: { readonly from: bigint; readonly below: bigint };
  readonly after: EventPosition | undefined;
  /** Streams of which the destination has events of this batch already, and up to where. */
  readonly done: ReadonlyMap<string, EventPosition>;
}

/** Reads on until there is a batch: events in the order of their times, so those of each stream are in order. */
export async function readBatch(
  events: Pick<EventStore, "scan">,
  { compiled, group, name, policyLevel }: Subscription,
  { visible, arrived, after, done }: BatchRange,
  limits: BatchLimits,
  signal: AbortSignal,
): Promise<Batch> {
  const range = {
    visible,
    arrived,
    fromMs: 0,
    toMs: Number.MAX_SAFE_INTEGER,
    ...(after !== undefined && { after }),
    ...(compiled.condition !== undefined && { condition: compiled.condition }),
  };
  const streams = new Map<string, { events: ForwardedEvent[]; last: EventPosition }>();
  let [bytes, count, newest, full] = [0, 0, 0n, false];
  let last: EventPosition | undefined;
  reading: for await (const chunk of events.scan(range, "oldestFirst", signal)) {
    for (const event of chunk) {
      const { logStreamName, timestamp, seq, message } = event;
      last = { timestamp, seq };
      const match = compiled.match(message);
      if (match === undefined || isDone(last, done.get(logStreamName))) continue;
      const { extractedFields } = match;
      const stream = streams.get(logStreamName) ?? { events: [], last };
      streams.set(logStreamName, stream);
      stream.events.push({ id: toEventId(event), timestamp, message, ...(extractedFields && { extractedFields }) });
      stream.last = last;
      if (seq > newest) newest = seq;
      count += 1;
      bytes += message.length;
      full = bytes >= limits.bytes || count >= limits.events;
      if (full) break reading;
    }
  }
  const payloads = [...streams].map(
    ([logStream, { events: logEvents, last }]): BatchPayload => ({
      messageType: "DATA_MESSAGE",
      owner: group.account,
      logGroup: group.name,
      logStream,
      subscriptionFilters: [name],
      logEvents,
      ...(policyLevel !== undefined && { policyLevel }),
      last,
    }),
  );
  return { payloads, last, newest, finished: !full };
}

const isDone = ({ timestamp, seq }: EventPosition, done: EventPosition | undefined): boolean =>
  done !== undefined && (timestamp < done.timestamp || (timestamp === done.timestamp && seq <= done.seq));
