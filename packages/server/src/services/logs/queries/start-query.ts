import {
  comparedRange,
  compileInsights,
  InsightsSyntaxError,
  isNewestFirst,
  type Plan,
  parseInsights,
  planInsights,
  rangeOfSource,
  type Span,
} from "@nephoscope/languages";
import type { Resource } from "../../../platform/state/state.ts";
import { MAX_AHEAD_MS } from "../events/acceptance.ts";
import { clampTime } from "../events/visibility.ts";
import type { LogGroup } from "../groups/log-group.ts";
import type { LogsCall, LogsDeps, LogsInput, LogsOperation } from "../operation.ts";
import { chooseGroups, groupsOfSource } from "./choose-groups.ts";
import type { ExecutableQuery } from "./query-execution.ts";
import { MAX_CONCURRENT_QUERIES } from "./query-runner.ts";
import { countConditions, eventScope, hasIndex, scopeTables, type TimeRange } from "./query-scope.ts";
import { readTables } from "./query-tables.ts";
import { resultKeys } from "./sealed-results.ts";

type Source = NonNullable<Plan["source"]>;

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
  const groups = chooseGroups(input, plan.source, call, deps);
  refuseForClass(plan, groups, call);
  const inner = innerGroups(plan, call, deps);
  const tables = await readTables(plan.lookupTables, call, deps);
  const nowMs = deps.clock.now();
  const asked = rangeOf(input);
  const range = ownRange(plan, asked, nowMs);
  if (range.startTimeMs > range.endTimeMs) {
    throw call.error(
      "InvalidParameterException",
      "The START of SOURCE must not be later than its END, or the endTime.",
    );
  }
  const innerRange = (source: Source) => clamped(rangeOfSource(source.range, range, nowMs));
  const ranges = rangesOf(plan, range);
  const eventTables = await scopeTables(groups, ranges, call, deps);
  const innerTables = await Promise.all(
    inner.map((each) => scopeTables(each.groups, [innerRange(each.source)], call, deps)),
  );
  const compileFor = (part: TimeRange) =>
    wellFormed(call, () =>
      compileInsights(plan, {
        ...eventScope(groups, eventTables, rangesOf(plan, part), "q", call, deps),
        ...range,
        nowMs,
        // Whatever part of its range is asked for, the queries inside it read all of it.
        sourceOf: (source) => {
          const index = inner.findIndex((each) => each.source === source);
          const { groups: innerGroups } = inner[index] ?? { groups: [] };
          return eventScope(innerGroups, innerTables[index] ?? [], [innerRange(source)], `s${index}`, call, deps);
        },
        lookupTable: (name) => tables.get(name),
      }),
    );
  const compiled = compileFor(range);
  const query: ExecutableQuery = {
    compiled,
    compileFor,
    newestFirst: isNewestFirst(plan),
    range: { ...range, endTimeMs: Math.min(range.endTimeMs, nowMs + MAX_AHEAD_MS) },
    limit: plan.limit,
    tables: eventTables,
    inRange: ranges.flatMap((each, index) => countConditions(groups, each, `n${index}`, deps)),
    logGroups: groups.length,
    onRead: (events) => {
      const indexed = (field: string) => groups.some((group) => hasIndex(group, field, deps));
      deps.fieldColumns.noteUse(compiled.discovered, events, indexed);
    },
  };
  const sealedBy = resultKeys(
    [...groups, ...inner.flatMap((each) => each.groups)],
    [...ranges, ...inner.map((each) => innerRange(each.source))],
  );
  const queryId = await deps.queries.start({
    scope: { account: call.account, region: call.region },
    query,
    record: {
      queryString: input.queryString,
      logGroupNames: groups.map((group) => group.ref.key),
      startTime: input.startTime,
      endTime: input.endTime,
      limit: input.limit,
      userIdentity: call.principal.arn,
      ...(sealedBy.length > 0 && { sealedBy }),
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

/** What the queries inside the query read. */
function innerGroups({ subqueries }: Plan, call: LogsCall, deps: LogsDeps) {
  return [...subqueries.values()].flatMap((plan) => {
    if (plan.source === undefined) return [];
    const groups = groupsOfSource(plan.source, call, deps);
    refuseForClass(plan, groups, call);
    return [{ source: plan.source, groups }];
  });
}

/** Groups of the class INFREQUENT_ACCESS lack some commands (user guide, "Log classes"). */
function refuseForClass({ standardOnly }: Plan, groups: readonly Resource<LogGroup>[], call: LogsCall): void {
  const group = groups.find(({ document }) => document.logGroupClass === "INFREQUENT_ACCESS");
  if (standardOnly === undefined || group === undefined) return;
  const { command, span } = standardOnly;
  const message = `${command} can't be used with log groups of class INFREQUENT_ACCESS, such as '${group.ref.key}'.`;
  throw malformed(call, message, span);
}

/** A query can be found malformed at every stage: it may be too large only once it is compiled. */
function wellFormed<T>(call: LogsCall, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) throw error;
    const { startOffset, endOffset, message } = error;
    throw malformed(call, message, { start: startOffset, end: endOffset });
  }
}

/** The place stands in the message too: the AWS CLI shows nothing else of an error. */
function malformed(call: LogsCall, message: string, { start, end }: Span): Error {
  return call.error("MalformedQueryException", `${message} (characters ${start} to ${end})`, {
    queryCompileError: { location: { startCharOffset: start, endCharOffset: end }, message },
  });
}

/** The query's range, and the one that `diff` compares it with. */
function rangesOf({ compared }: Plan, range: TimeRange): TimeRange[] {
  if (compared === undefined) return [range];
  const before = comparedRange(compared, range);
  return [range, clamped(before)];
}

/** The range that SOURCE gives, else the call's. */
function ownRange({ source }: Plan, asked: TimeRange, nowMs: number): TimeRange {
  return clamped(rangeOfSource(source?.range, asked, nowMs));
}

function clamped({ startTimeMs, endTimeMs }: TimeRange): TimeRange {
  return { startTimeMs: clampTime(startTimeMs), endTimeMs: clampTime(endTimeMs) };
}

/** Seconds mean whole seconds: the last one to its last millisecond. */
function rangeOf(input: LogsInput<"StartQuery">): TimeRange {
  return { startTimeMs: clampTime(input.startTime * 1_000), endTimeMs: clampTime(input.endTime * 1_000 + 999) };
}
