import type { Resource } from "../../../platform/state/state.ts";
import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { lastStatus } from "./get-scheduled-query.ts";
import {
  MAX_SCHEDULED_QUERIES,
  SCHEDULED_QUERY_KIND,
  type ScheduledQuery,
  scheduledQueryArn,
} from "./scheduled-query.ts";

const DEFAULT_RESULTS = 50;

/** In the order of their names. */
export const listScheduledQueries: LogsOperation<"ListScheduledQueries"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { account, region } = call;
  const request = [call.operation, input.state, input.scheduleType, account, region];
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string") throw call.error("ValidationException", "The specified nextToken is invalid.");
    after = position;
  }
  const limit = input.maxResults ?? DEFAULT_RESULTS;
  const picks = ({ document }: Resource<ScheduledQuery>) =>
    (input.state === undefined || document.state === input.state) && input.scheduleType !== "AWS_MANAGED";
  const found = state
    .list<ScheduledQuery>({
      kind: SCHEDULED_QUERY_KIND,
      account,
      region,
      limit: MAX_SCHEDULED_QUERIES,
      ...(after !== undefined && { after }),
    })
    .filter(picks);
  const page = found.slice(0, limit);
  const last = page.at(-1)?.ref.key;
  return {
    scheduledQueries: page.map(({ ref, document }) => ({
      scheduledQueryArn: scheduledQueryArn(call, ref.key),
      name: ref.key,
      state: document.state,
      scheduleType: "CUSTOMER_MANAGED" as const,
      lastTriggeredTime: document.lastTriggeredTime,
      lastExecutionStatus: lastStatus(document, call, deps),
      scheduleExpression: document.scheduleExpression,
      timezone: document.timezone,
      creationTime: document.creationTime,
      lastUpdatedTime: document.lastUpdatedTime,
    })),
    nextToken: found.length > page.length && last !== undefined ? makePageToken(last, request, clock.now()) : undefined,
  };
};
