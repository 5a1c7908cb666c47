import {
  compileMatcher,
  type FilterPattern,
  FilterPatternError,
  type Matcher,
  narrow,
  parseFilterPattern,
} from "@nephoscope/languages";
import { sequenceTime } from "../../../platform/state/sequence.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsCall, LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { type EventPosition, toEventId } from "./event-position.ts";
import type { EventOrder, EventRange, EventStore, StoredEvent } from "./event-store.ts";
import { messageCondition } from "./message-condition.ts";
import { eventsThatFit, MAX_PAGE_EVENTS } from "./page-size.ts";
import { visibilityOf } from "./visibility.ts";

/**
 * How long one call looks for matches when the engine alone can't decide; then the page is short, or empty, and its
 * token goes on. Callers time out after 60 s or so; people get impatient much sooner.
 */
const MAX_SEARCH_MS = 5_000;

/** Newest first is offered for events since then (FilterLogEvents, API reference, startFromHead). */
const NEWEST_FIRST_SINCE_MS = Date.UTC(2024, 0, 1);

export const filterLogEvents: LogsOperation<"FilterLogEvents"> = async (
  input,
  call,
  { state, keys, events, clock },
) => {
  const group = requireLogGroup(state, call, input);
  const fromMs = input.startTime ?? 0;
  const toMs = input.endTime ?? Number.MAX_SAFE_INTEGER;
  requireReadable({ keys }, call, group, { fromMs, toMs });
  if (group.document.logGroupClass !== "STANDARD") {
    throw call.error(
      "InvalidParameterException",
      `FilterLogEvents is not supported for log groups of class ${group.document.logGroupClass}.`,
    );
  }
  if (input.logStreamNames !== undefined && input.logStreamNamePrefix !== undefined) {
    throw call.error(
      "InvalidParameterException",
      "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
    );
  }
  if (input.startTime !== undefined && input.endTime !== undefined && input.startTime > input.endTime) {
    throw call.error("InvalidParameterException", "The startTime must not be later than the endTime.");
  }

  const pattern = readPattern(input.filterPattern ?? "", call);
  const condition = narrow(pattern);
  const { groupId } = group.document;
  const request = [
    groupId,
    input.logStreamNames,
    input.logStreamNamePrefix,
    input.startTime,
    input.endTime,
    input.filterPattern,
  ];
  const place =
    input.nextToken === undefined ? undefined : readPlace(readPageToken(input.nextToken, request, clock.now()));
  if (input.nextToken !== undefined && place === undefined) {
    throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
  }
  if (input.startFromHead === false && (input.startTime ?? 0) < NEWEST_FIRST_SINCE_MS) {
    throw call.error(
      "InvalidParameterException",
      "startFromHead can be false only with a startTime on or after Jan 1, 2024 00:00:00 UTC.",
    );
  }
  // The token goes on in its own direction, whatever the call says now.
  const order = place?.order ?? (input.startFromHead === false ? "newestFirst" : "oldestFirst");

  const range: EventRange = {
    visible: visibilityOf(state, group, clock.now()),
    fromMs,
    toMs,
    ...(input.logStreamNames !== undefined && { streams: input.logStreamNames }),
    ...(input.logStreamNamePrefix !== undefined && { streamPrefix: input.logStreamNamePrefix }),
    ...(place?.order === "oldestFirst" && { after: place.position }),
    ...(place?.order === "newestFirst" && { before: place.position }),
    ...(condition.test.kind !== "all" && { condition: messageCondition(condition.test) }),
  };
  const limit = input.limit ?? MAX_PAGE_EVENTS;
  const page = condition.exact
    ? await firstEvents(events, range, order, limit, call.signal)
    : await firstMatches(events, range, order, limit, compileMatcher(pattern), call.signal);

  return {
    events: page.events.map((event) => ({
      logStreamName: event.logStreamName,
      timestamp: event.timestamp,
      message: event.message,
      ingestionTime: sequenceTime(event.seq),
      eventId: toEventId(event),
    })),
    searchedLogStreams: [],
    nextToken: page.next === undefined ? undefined : makePageToken(writePlace(page.next, order), request, clock.now()),
  };
};

/** A page, and the position to go on after if there may be more. */
interface Page {
  readonly events: readonly StoredEvent[];
  readonly next: EventPosition | undefined;
}

/** The engine's condition decides alone. One event more than asked for tells whether there is another page. */
async function firstEvents(
  store: EventStore,
  range: EventRange,
  order: EventOrder,
  limit: number,
  signal: AbortSignal,
): Promise<Page> {
  const found = await store.page(range, limit + 1, order, signal);
  const fit = Math.min(limit, eventsThatFit(found));
  const events = found.slice(0, fit);
  return { events, next: found.length > fit ? events.at(-1) : undefined };
}

/** The engine narrows and the matcher decides, over a stream of candidates that ends as soon as the page is full. */
async function firstMatches(
  store: EventStore,
  range: EventRange,
  order: EventOrder,
  limit: number,
  matcher: Matcher,
  signal: AbortSignal,
): Promise<Page> {
  const stop = new AbortController();
  const deadline = performance.now() + MAX_SEARCH_MS;
  const matches: StoredEvent[] = [];
  const full = () => {
    const fit = Math.min(limit, eventsThatFit(matches));
    return matches.length > fit ? { events: matches.slice(0, fit), next: matches[fit - 1] } : undefined;
  };
  try {
    for await (const chunk of store.scan(range, order, AbortSignal.any([signal, stop.signal]))) {
      for (const event of chunk) if (matcher.matches(event.message)) matches.push(event);
      const page = full();
      if (page !== undefined) return page;
      if (performance.now() > deadline) return { events: matches, next: chunk.at(-1) };
    }
    return { events: matches, next: undefined };
  } finally {
    stop.abort();
  }
}

export function readPattern(text: string, call: LogsCall): FilterPattern {
  try {
    return parseFilterPattern(text);
  } catch (error) {
    if (error instanceof FilterPatternError) throw refusedPattern(error, call);
    throw error;
  }
}

export function refusedPattern({ message, startOffset, endOffset }: FilterPatternError, call: LogsCall): Error {
  return call.error(
    "InvalidParameterException",
    `Invalid filter pattern: ${message} (characters ${startOffset} to ${endOffset})`,
  );
}

/** Where a token goes on, and in which direction. */
interface Place {
  readonly position: EventPosition;
  readonly order: EventOrder;
}

function writePlace({ timestamp, seq }: EventPosition, order: EventOrder): [number, string, EventOrder] {
  return [timestamp, seq.toString(), order];
}

function readPlace(value: unknown): Place | undefined {
  if (!Array.isArray(value)) return undefined;
  const [timestamp, seq, order] = value as unknown[];
  if (order !== "oldestFirst" && order !== "newestFirst") return undefined;
  if (typeof seq !== "string" || !/^\d{1,20}$/.test(seq)) return undefined;
  // The caller can make up a token, so that its numbers may be any; the engine takes 64 bits.
  if (typeof timestamp !== "number" || !Number.isSafeInteger(timestamp) || timestamp < 0) return undefined;
  const number = BigInt(seq);
  return number === BigInt.asUintN(64, number) ? { position: { timestamp, seq: number }, order } : undefined;
}
