import type { LogsCall, LogsDeps, LogsOperation, LogsOutput } from "../operation.ts";
import { requireScheduledQuery, type ScheduledQuery, scheduledQueryArn } from "./scheduled-query.ts";
import { listRuns, outcomeOf } from "./scheduled-query-run.ts";

export const getScheduledQuery: LogsOperation<"GetScheduledQuery"> = async (input, call, deps) => {
  const { ref, document } = requireScheduledQuery(deps.state, call, input.identifier);
  return describe(ref.key, document, call, deps);
};

export function describe(
  name: string,
  document: ScheduledQuery,
  call: LogsCall,
  deps: LogsDeps,
): LogsOutput<"GetScheduledQuery"> {
  const { id: _id, nextTime: _next, tags: _tags, logGroupIdentifiers, ...settings } = document;
  return {
    ...settings,
    name,
    scheduledQueryArn: scheduledQueryArn(call, name),
    queryLanguage: "CWLI",
    logGroupIdentifiers: logGroupIdentifiers && [...logGroupIdentifiers],
    scheduleType: "CUSTOMER_MANAGED",
    lastExecutionStatus: lastStatus(document, call, deps),
  };
}

/** How the last run went; undefined before the first. */
export function lastStatus({ id }: ScheduledQuery, call: LogsCall, { state, clock }: LogsDeps) {
  const [run] = listRuns(state, id, { limit: 1 });
  return run === undefined ? undefined : outcomeOf(state, call, run.document, clock.now()).status;
}
