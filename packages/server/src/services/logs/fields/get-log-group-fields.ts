import type { EventRange, EventStore } from "../events/event-store.ts";
import { visibilityOf } from "../events/visibility.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { fieldShares } from "./field-shares.ts";

/** Without a time the newest so many, with one so many before and after it (API reference, GetLogGroupFields). */
const RECENT_MS = 15 * 60_000;
const AROUND_MS = 8 * 60_000;
/** The shares of so many events are near enough to those of all, and found in a moment. */
const SAMPLE_EVENTS = 1_000;
const SAMPLE_BYTES = 16 * 1_048_576;

export const getLogGroupFields: LogsOperation<"GetLogGroupFields"> = async (
  input,
  call,
  { state, keys, events, clock },
) => {
  const group = requireLogGroup(state, call, input);
  if (group.document.logGroupClass === "DELIVERY") {
    throw call.error(
      "InvalidParameterException",
      "GetLogGroupFields is not supported for log groups of class DELIVERY.",
    );
  }
  const now = clock.now();
  const [fromMs, toMs]: readonly [number, number] =
    input.time === undefined
      ? [now - RECENT_MS, now]
      : [input.time * 1_000 - AROUND_MS, input.time * 1_000 + AROUND_MS];
  requireReadable({ keys }, call, group, { fromMs, toMs });
  const range = { visible: visibilityOf(state, group, now), fromMs, toMs };
  return { logGroupFields: fieldShares(await newestMessages(events, range, call.signal)) };
};

async function newestMessages(store: EventStore, range: EventRange, signal: AbortSignal): Promise<string[]> {
  const messages: string[] = [];
  let bytes = 0;
  // Stops the engine when the sample is full.
  const stop = new AbortController();
  try {
    for await (const chunk of store.scan(range, "newestFirst", AbortSignal.any([signal, stop.signal]))) {
      for (const { message } of chunk) {
        messages.push(message);
        bytes += Buffer.byteLength(message);
        if (messages.length === SAMPLE_EVENTS || bytes >= SAMPLE_BYTES) return messages;
      }
    }
    return messages;
  } finally {
    stop.abort();
  }
}
