import { randomUUID } from "node:crypto";
import { compileMatcher } from "@nephoscope/languages";
import type { Clock } from "../../../platform/clock/clock.ts";
import { readPattern } from "../events/filter-log-events.ts";
import { requireReadable } from "../groups/group-key.ts";
import { requireLogGroup } from "../groups/identify-log-group.ts";
import { logGroupArn } from "../groups/log-group.ts";
import type { LogsCall, LogsInput, LogsOperation, LogsOutput } from "../operation.ts";
import type { TailSession } from "./live-tail.ts";

/** A session ends after three hours (StartLiveTail, API reference). */
const MAX_SESSION_MS = 3 * 3_600_000;
const UPDATE_MS = 1_000;

type Stream = LogsOutput<"StartLiveTail">["responseStream"];

export const startLiveTail: LogsOperation<"StartLiveTail"> = async (input, call, { state, keys, tail, clock }) => {
  const { logStreamNames, logStreamNamePrefixes } = input;
  const groups = input.logGroupIdentifiers.map((identifier) => {
    if (identifier.endsWith("*")) {
      throw call.error(
        "InvalidParameterException",
        `Give the ARN of a log group without the trailing :*, not ${identifier}.`,
      );
    }
    const group = requireLogGroup(state, call, { logGroupIdentifier: identifier });
    requireReadable({ keys }, call, group);
    return group;
  });
  if (logStreamNames !== undefined && logStreamNamePrefixes !== undefined) {
    throw call.error(
      "InvalidParameterException",
      "logStreamNames and logStreamNamePrefixes are mutually exclusive parameters.",
    );
  }
  if ((logStreamNames !== undefined || logStreamNamePrefixes !== undefined) && groups.length !== 1) {
    throw call.error("InvalidParameterException", "Log streams can only be chosen within exactly one log group.");
  }
  const other = groups.find((group) => group.document.logGroupClass !== "STANDARD");
  if (other !== undefined) {
    throw call.error(
      "InvalidOperationException",
      `Live Tail is not supported for log groups of class ${other.document.logGroupClass}.`,
    );
  }

  const matcher = compileMatcher(readPattern(input.logEventFilterPattern ?? "", call));
  const names = logStreamNames === undefined ? undefined : new Set(logStreamNames);
  const session = tail.open({
    groupIds: new Set(groups.map((group) => group.document.groupId)),
    picksStream: (name) => names?.has(name) ?? logStreamNamePrefixes?.some((prefix) => name.startsWith(prefix)) ?? true,
    matches: (message) => matcher.matches(message),
  });
  if (session === undefined) {
    throw call.error("LimitExceededException", "The limit of 15 concurrent Live Tail sessions is reached.");
  }
  // Also when the caller leaves before the first message of the stream is asked for.
  call.signal.addEventListener("abort", () => session.close(), { once: true });
  const identifiers = new Map(
    groups.map((group) => [group.document.groupId, `${call.account}:${group.ref.key}`] as const),
  );
  const arns = groups.map((group) => logGroupArn(call, group.ref.key));
  return { responseStream: updates(session, input, call, clock, identifiers, arns) };
};

/** `sessionStart`, then an update every second, also an empty one, until the caller leaves or the session's time is over. */
async function* updates(
  session: TailSession,
  input: LogsInput<"StartLiveTail">,
  call: LogsCall,
  clock: Clock,
  identifiers: ReadonlyMap<number, string>,
  arns: readonly string[],
): NonNullable<Stream> {
  const endsAt = clock.now() + MAX_SESSION_MS;
  try {
    yield {
      sessionStart: {
        requestId: call.requestId,
        sessionId: randomUUID(),
        logGroupIdentifiers: [...arns],
        logStreamNames: input.logStreamNames ?? [],
        logStreamNamePrefixes: input.logStreamNamePrefixes ?? [],
        logEventFilterPattern: input.logEventFilterPattern ?? "",
      },
    };
    while (!call.signal.aborted) {
      await pause(clock, call.signal);
      if (call.signal.aborted) return;
      if (clock.now() >= endsAt) {
        throw call.error("SessionTimeoutException", "The Live Tail session has reached its limit of three hours.");
      }
      const { events, sampled } = session.take();
      yield {
        sessionUpdate: {
          sessionMetadata: { sampled },
          sessionResults: events.map(({ groupId, ...event }) => ({
            ...event,
            logGroupIdentifier: identifiers.get(groupId),
          })),
        },
      };
    }
  } finally {
    session.close();
  }
}

function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(UPDATE_MS, done);
    signal.addEventListener("abort", done);
  });
}
