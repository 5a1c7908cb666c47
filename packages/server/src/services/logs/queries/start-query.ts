import { compileInsights, InsightsSyntaxError, parseInsights, planInsights } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { clampTime, type EventCondition, visibilityOf, visibleCondition } from "../events/visibility.ts";
import { nameOfIdentifier } from "../groups/identify-log-group.ts";
import { findLogGroup, type LogGroup } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsInput, LogsOperation } from "../operation.ts";
import { MAX_CONCURRENT_QUERIES } from "./query-runner.ts";

/** Rows of a query without a limit of its own (user guide, "limit"). */
const DEFAULT_LIMIT = 10_000;

export const startQuery: LogsOperation<"StartQuery"> = async (input, call, deps) => {
  const language = input.queryLanguage ?? "CWLI";
  if (language !== "CWLI") {
    throw call.error("InvalidParameterException", `The query language ${language} is not supported; CWLI is.`);
  }
  if (input.startTime > input.endTime) {
    throw call.error("InvalidParameterException", "The startTime must not be later than the endTime.");
  }
  const plan = wellFormed(call, () =>
    planInsights(parseInsights(input.queryString), { limit: input.limit ?? DEFAULT_LIMIT }),
  );
  const groups = chosenGroups(input, call, deps);
  const scanned = eventsInRange(groups, input, deps);
  const compiled = wellFormed(call, () =>
    compileInsights(plan, {
      table: "events",
      where: scanned,
      logExpression: {
        sql: "transform(group_id, {groups:Array(UInt32)}, {logNames:Array(String)}, '')",
        params: { logNames: groups.map((group) => `${call.account}:${group.ref.key}`) },
      },
      ...rangeOf(input),
      nowMs: deps.clock.now(),
    }),
  );
  const queryId = await deps.queries.start({
    scope: { account: call.account, region: call.region },
    compiled,
    scanned,
    record: {
      queryString: input.queryString,
      logGroupNames: groups.map((group) => group.ref.key),
      startTime: input.startTime,
      endTime: input.endTime,
      limit: input.limit,
      userIdentity: call.principal.arn,
    },
  });
  if (queryId === undefined) {
    throw call.error(
      "LimitExceededException",
      `Account maximum query concurrency limit of [${MAX_CONCURRENT_QUERIES}] reached.`,
    );
  }
  return { queryId };
};

/** A query can be found malformed at every stage: it may be too large only once it is compiled. */
function wellFormed<T>(call: LogsCall, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) throw error;
    const { startOffset, endOffset, message } = error;
    throw call.error("MalformedQueryException", message, {
      queryCompileError: { location: { startCharOffset: startOffset, endCharOffset: endOffset }, message },
    });
  }
}

/** Seconds mean whole seconds: the last one to its last millisecond. */
function rangeOf(input: LogsInput<"StartQuery">): { startTimeMs: number; endTimeMs: number } {
  return { startTimeMs: clampTime(input.startTime * 1_000), endTimeMs: clampTime(input.endTime * 1_000 + 999) };
}

function chosenGroups(input: LogsInput<"StartQuery">, call: LogsCall, { state }: LogsDeps): Resource<LogGroup>[] {
  const ways = [input.logGroupName, input.logGroupNames, input.logGroupIdentifiers].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw call.error(
      "InvalidParameterException",
      "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given.",
    );
  }
  const identifiers = [ways[0]].flat().filter((identifier) => identifier !== undefined);
  const names = new Set(identifiers.map((identifier) => nameOfIdentifier(identifier, call)));
  return [...names].map((name) => {
    const group = findLogGroup(state, call, name);
    if (group === undefined) {
      throw call.error(
        "ResourceNotFoundException",
        `Log group '${name}' does not exist for account ID '${call.account}' (Service: AWSLogs; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ${call.requestId}; Proxy: null)`,
      );
    }
    if (group.document.logGroupClass === "DELIVERY") {
      throw call.error(
        "InvalidParameterException",
        `Log group '${name}' is of class DELIVERY, which can't be queried.`,
      );
    }
    return group;
  });
}

function eventsInRange(
  groups: readonly Resource<LogGroup>[],
  input: LogsInput<"StartQuery">,
  { state, clock }: LogsDeps,
): EventCondition {
  const range = rangeOf(input);
  const visible = groups.map((group, index) => visibleCondition(visibilityOf(state, group, clock.now()), `g${index}`));
  return {
    sql: `group_id IN {groups:Array(UInt32)} AND (${visible.map(({ sql }) => `(${sql})`).join(" OR ")})
      AND timestamp >= fromUnixTimestamp64Milli({rangeStart:Int64}) AND timestamp <= fromUnixTimestamp64Milli({rangeEnd:Int64})`,
    params: Object.assign(
      {
        groups: groups.map((group) => group.document.groupId),
        rangeStart: range.startTimeMs,
        rangeEnd: range.endTimeMs,
      },
      ...visible.map(({ params }) => params),
    ),
  };
}
