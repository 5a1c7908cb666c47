import { DAY_MS } from "../groups/log-group.ts";
import type { Events } from "./events.ts";

/** What PutLogEvents takes in and what it turns away (CloudWatch Logs API reference, PutLogEvents). */

/** Bytes that each event counts for besides its message. */
export const EVENT_OVERHEAD_BYTES = 26;
/** Largest batch: the sum over its events of message bytes and overhead. */
export const MAX_BATCH_BYTES = 1_048_576;
/** Largest event, counted like the batch (1,024 KB since 2025). */
export const MAX_EVENT_BYTES = 1_048_576;
const MAX_SPAN_MS = DAY_MS;
/** How far in the future an event may be. */
export const MAX_AHEAD_MS = 2 * 3_600_000;
/** How old an event may be. */
export const MAX_AGE_MS = 14 * DAY_MS;

export interface RejectedInfo {
  tooNewLogEventStartIndex?: number;
  tooOldLogEventEndIndex?: number;
  expiredLogEventEndIndex?: number;
}

export interface Acceptance {
  /** The events to store: `events.slice(from, to)`. */
  readonly from: number;
  readonly to: number;
  /** Message bytes of the stored events, without overhead. */
  readonly bytes: number;
  readonly rejected: RejectedInfo | undefined;
}

/** The whole batch is refused; the message is AWS's. */
export class BatchRefused extends Error {
  override readonly name = "BatchRefused";
}

/**
 * Applies every rule to a batch. Throws BatchRefused when nothing of it may be stored; events that are too new, too old
 * or expired are left out instead. Events older than the group itself are taken: people import history.
 */
export function acceptEvents(
  events: Events,
  options: { readonly nowMs: number; readonly retentionInDays?: number | undefined },
): Acceptance {
  const oldest = options.nowMs - MAX_AGE_MS;
  const newest = options.nowMs + MAX_AHEAD_MS;
  const expiry = options.retentionInDays === undefined ? 0 : options.nowMs - options.retentionInDays * DAY_MS;

  let previous = 0;
  let batchBytes = 0;
  let storedBytes = 0;
  let tooOldEnd = 0;
  let expiredEnd = 0;
  let tooNewStart = events.length;
  for (let i = 0; i < events.length; i++) {
    const timestamp = events.timestamp(i);
    if (timestamp < previous) {
      throw new BatchRefused("Log events in a single PutLogEvents request must be in chronological order.");
    }
    previous = timestamp;
    const bytes = events.messageBytes(i);
    if (bytes + EVENT_OVERHEAD_BYTES > MAX_EVENT_BYTES) {
      throw new BatchRefused(
        `Log event too large: ${bytes + EVENT_OVERHEAD_BYTES} bytes exceeds limit of ${MAX_EVENT_BYTES}`,
      );
    }
    batchBytes += bytes + EVENT_OVERHEAD_BYTES;
    if (timestamp < oldest) tooOldEnd = i + 1;
    else if (timestamp < expiry) expiredEnd = i + 1;
    else if (timestamp > newest) tooNewStart = Math.min(tooNewStart, i);
    else storedBytes += bytes;
  }
  if (batchBytes > MAX_BATCH_BYTES) {
    throw new BatchRefused(`Upload too large: ${batchBytes} bytes exceeds limit of ${MAX_BATCH_BYTES}`);
  }

  const from = Math.max(tooOldEnd, expiredEnd);
  const to = Math.max(from, tooNewStart);
  if (to > from && events.timestamp(to - 1) - events.timestamp(from) > MAX_SPAN_MS) {
    throw new BatchRefused("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  }

  const rejected: RejectedInfo = {};
  if (tooNewStart < events.length) rejected.tooNewLogEventStartIndex = tooNewStart;
  if (tooOldEnd > 0) rejected.tooOldLogEventEndIndex = tooOldEnd;
  if (expiredEnd > 0) rejected.expiredLogEventEndIndex = expiredEnd;
  return { from, to, bytes: storedBytes, rejected: Object.keys(rejected).length > 0 ? rejected : undefined };
}
