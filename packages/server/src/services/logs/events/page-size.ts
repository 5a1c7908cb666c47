import type { StoredEvent } from "./event-store.ts";

/** A page of events holds at most so many events and so many bytes (GetLogEvents and FilterLogEvents, API reference). */
export const MAX_PAGE_EVENTS = 10_000;
const MAX_PAGE_BYTES = 1_048_576;

/** How many of the events fit a page; at least one, so that a single large event can be read. */
export function eventsThatFit(events: readonly StoredEvent[]): number {
  let bytes = 0;
  for (let i = 0; i < events.length; i++) {
    bytes += Buffer.byteLength(events[i]?.message ?? "");
    if (bytes > MAX_PAGE_BYTES && i > 0) return i;
  }
  return events.length;
}
