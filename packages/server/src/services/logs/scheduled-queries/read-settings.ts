import { InsightsSyntaxError, type Plan, parseInsights, planInsights } from "@nephoscope/languages";
import type { LogsCall, LogsDeps, LogsInput } from "../operation.ts";
import { ScheduleRefused } from "./schedule.ts";
import { nextTime } from "./schedule-of-query.ts";
import { type ScheduledQuerySettings, scheduledQueryArn } from "./scheduled-query.ts";

/**
 * Checks what Create and Update have in common. Everything is given each time: what is left out has its default
 * (API reference, UpdateScheduledQuery: "PUT semantics").
 */
export function readSettings(
  input: LogsInput<"CreateScheduledQuery"> | LogsInput<"UpdateScheduledQuery">,
  call: LogsCall,
): ScheduledQuerySettings {
  const refuse = (message: string) => call.error("ValidationException", message);
  if (input.queryLanguage !== "CWLI") {
    throw refuse(`The query language ${input.queryLanguage} is not supported; CWLI is.`);
  }
  if (input.destinationConfiguration !== undefined) {
    throw refuse(
      "destinationConfiguration is not supported: there is nothing to deliver results to yet. Leave it out, and read the results by the query ids of GetScheduledQueryHistory.",
    );
  }
  const { logGroupIdentifiers, startTimeOffset, endTimeOffset } = input;
  const { source } = planOf(input.queryString, refuse);
  if ((logGroupIdentifiers === undefined) === (source === undefined)) {
    throw refuse("Either logGroupIdentifiers must be given, or the query must begin with SOURCE.");
  }
  if ((startTimeOffset !== undefined && startTimeOffset < 1) || (endTimeOffset !== undefined && endTimeOffset < 0)) {
    throw refuse("startTimeOffset must be at least 1 second, and endTimeOffset must not be negative.");
  }
  if (endTimeOffset !== undefined && (startTimeOffset === undefined || endTimeOffset >= startTimeOffset)) {
    throw refuse("endTimeOffset must be less than startTimeOffset.");
  }
  return {
    queryString: input.queryString,
    scheduleExpression: input.scheduleExpression,
    executionRoleArn: input.executionRoleArn,
    state: input.state ?? "ENABLED",
    ...(logGroupIdentifiers !== undefined && { logGroupIdentifiers }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.timezone !== undefined && { timezone: input.timezone }),
    ...(startTimeOffset !== undefined && { startTimeOffset }),
    ...(endTimeOffset !== undefined && { endTimeOffset }),
    ...(input.scheduleStartTime !== undefined && { scheduleStartTime: input.scheduleStartTime }),
    ...(input.scheduleEndTime !== undefined && { scheduleEndTime: input.scheduleEndTime }),
  };
}

/** The role must let the service take it on. What it may then do is asked at each run, as it is then. */
export function checkRole(
  { executionRoleArn }: ScheduledQuerySettings,
  name: string,
  call: LogsCall,
  { queryRights }: Pick<LogsDeps, "queryRights">,
): void {
  const refusal = queryRights.roleRefusal(call.account, executionRoleArn, scheduledQueryArn(call, name));
  if (refusal !== undefined) throw call.error("ValidationException", `The execution role can't be used: ${refusal}`);
}

/** The next time, refusing a schedule that can't be read or, while the query is enabled, has no time left. */
export function firstTime(
  settings: ScheduledQuerySettings,
  anchorMs: number,
  nowMs: number,
  call: LogsCall,
): number | undefined {
  try {
    const time = nextTime(settings, anchorMs, nowMs);
    if (time === undefined && settings.state === "ENABLED") {
      throw new ScheduleRefused("The schedule has no time left at which the query would run.");
    }
    return time;
  } catch (error) {
    if (error instanceof ScheduleRefused) throw call.error("ValidationException", error.message);
    throw error;
  }
}

function planOf(text: string, refuse: (message: string) => Error): Plan {
  try {
    return planInsights(parseInsights(text), { limit: 1 });
  } catch (error) {
    if (!(error instanceof InsightsSyntaxError)) throw error;
    throw refuse(
      `The query string is not valid: ${error.message} (characters ${error.startOffset} to ${error.endOffset})`,
    );
  }
}
