import { sequenceTime } from "../../../platform/state/sequence.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation } from "../operation.ts";
import { findLogStream } from "../streams/log-stream.ts";
import { type EventPosition, fromEventId, justAfter, justBefore, toEventId } from "./event-position.ts";
import { eventsThatFit, MAX_PAGE_EVENTS } from "./page-size.ts";
import { visibilityOf } from "./visibility.ts";

/**
 * One stream, page by page. A forward token stands for "after this event", a backward token for "before this event";
 * both are always given, and at an end the caller gets its own token back: that is the sign to stop.
 */
export const getLogEvents: LogsOperation<"GetLogEvents"> = async (input, call, { state, keys, events, clock }) => {
  const group = requireLogGroup(state, call, input);
  const fromMs = input.startTime ?? 0;
  // The end is exclusive here (and inclusive for FilterLogEvents).
  const toMs = input.endTime === undefined ? Number.MAX_SAFE_INTEGER : input.endTime - 1;
  requireReadable({ keys }, call, group, { fromMs, toMs });
  if (group.document.logGroupClass !== "STANDARD") {
    throw call.error(
      "InvalidParameterException",
      `GetLogEvents is not supported for log groups of class ${group.document.logGroupClass}.`,
    );
  }
  const { groupId } = group.document;
  if (findLogStream(state, groupId, input.logStreamName) === undefined) {
    throw call.error("ResourceNotFoundException", "The specified log stream does not exist.");
  }
  const token = input.nextToken === undefined ? undefined : readToken(input.nextToken);
  if (token === null) throw call.error("InvalidParameterException", "The specified nextToken is invalid.");

  const forward = token === undefined ? (input.startFromHead ?? false) : token.forward;
  const found = await events.page(
    {
      visible: visibilityOf(state, group, clock.now()),
      streams: [input.logStreamName],
      fromMs,
      toMs,
      ...(token?.forward === true && { after: token.position }),
      ...(token?.forward === false && { before: token.position }),
    },
    input.limit ?? MAX_PAGE_EVENTS,
    forward ? "oldestFirst" : "newestFirst",
    call.signal,
  );
  const page = found.slice(0, eventsThatFit(found));
  if (!forward) page.reverse();

  // An empty page stays where it is: at the caller's token, or at the start of the range.
  const here = token?.position ?? { timestamp: input.startTime ?? 0, seq: 0n };
  const first = page[0];
  const last = page.at(-1);
  const afterHere = token?.forward === false ? justBefore(here) : here;
  return {
    events: page.map(({ timestamp, message, seq }) => ({ timestamp, message, ingestionTime: sequenceTime(seq) })),
    nextForwardToken: `f/${toEventId(last ?? afterHere)}`,
    nextBackwardToken: `b/${toEventId(first ?? (token?.forward === true ? justAfter(here) : here))}`,
  };
};

/** `null`: the text is no token. */
function readToken(text: string): { forward: boolean; position: EventPosition } | null {
  const position = /^[fb]\//.test(text) ? fromEventId(text.slice(2)) : undefined;
  return position === undefined ? null : { forward: text.startsWith("f/"), position };
}
