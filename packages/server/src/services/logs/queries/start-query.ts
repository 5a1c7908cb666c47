import { compileInsights, InsightsSyntaxError, type Plan, parseInsights, planInsights } from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { type EventCondition, visibilityOf, visibleCondition } from "../events/visibility.ts";
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
  const plan = planQuery(input.queryString, input.limit, call);
  const groups = chosenGroups(input, call, deps);
  const scanned = eventsInRange(groups, input, deps);
  const compiled = compileInsights(plan, {
    table: "events",
    where: scanned,
    logExpression: {
      sql: "transform(group_id, {groups:Array(UInt32)}, {logNames:Array(String)}, '')",
      params: { logNames: groups.map((group) => `${call.account}:${group.ref.key}`) },
    },
    startTimeMs: input.startTime * 1_000,
    endTimeMs: input.endTime * 1_000 + 999,
    nowMs: deps.clock.now(),
  });
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

function planQuery(text: string, limit: number | undefined, call: LogsCall): Plan {
  try {
    return planInsights(parseInsights(text), { limit: limit ?? DEFAULT_LIMIT });
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) throw error;
    const { startOffset, endOffset, message } = error;
    throw call.error("MalformedQueryException", message, {
      queryCompileError: { location: { startCharOffset: startOffset, endCharOffset: endOffset }, message },
    });
  }
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

/** Seconds mean whole seconds: the last one to its last millisecond. */
function eventsInRange(
  groups: readonly Resource<LogGroup>[],
  input: LogsInput<"StartQuery">,
  { state, clock }: LogsDeps,
): EventCondition {
  const visible = groups.map((group, index) => visibleCondition(visibilityOf(state, group, clock.now()), `g${index}`));
  return {
    sql: `group_id IN {groups:Array(UInt32)} AND (${visible.map(({ sql }) => `(${sql})`).join(" OR ")})
      AND timestamp >= fromUnixTimestamp64Milli({rangeStart:Int64}) AND timestamp <= fromUnixTimestamp64Milli({rangeEnd:Int64})`,
    params: Object.assign(
      {
        groups: groups.map((group) => group.document.groupId),
        rangeStart: input.startTime * 1_000,
        rangeEnd: input.endTime * 1_000 + 999,
      },
      ...visible.map(({ params }) => params),
    ),
  };
}
