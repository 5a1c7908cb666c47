import { requireLogGroup } from "../groups/identify-log-group.ts";
import type { LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { listSubscriptionFilters, type SubscriptionFilter } from "./subscription-filter.ts";

const DEFAULT_LIMIT = 50;

type Item = NonNullable<LogsOutput<"DescribeSubscriptionFilters">["subscriptionFilters"]>[number];

/** A group's filters in the order of their names (in ASCII order, as the API reference has it). */
export const describeSubscriptionFilters: LogsOperation<"DescribeSubscriptionFilters"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const group = requireLogGroup(state, call, { logGroupName: input.logGroupName });
  const { groupId } = group.document;
  const prefix = input.filterNamePrefix ?? "";
  const request = [call.operation, groupId, prefix];
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const all = listSubscriptionFilters(state, groupId).filter(({ ref }) => ref.key.startsWith(prefix));
  const start = after === undefined ? 0 : all.findIndex(({ ref }) => ref.key === after) + 1;
  const limit = input.limit ?? DEFAULT_LIMIT;
  const page = all.slice(start, start + limit);
  const last = page.at(-1);
  return {
    subscriptionFilters: page.map(({ document }) => toItem(document, group.ref.key)),
    nextToken:
      last !== undefined && all.length > start + limit ? makePageToken(last.ref.key, request, clock.now()) : undefined,
  };
};

function toItem(filter: SubscriptionFilter, logGroupName: string): Item {
  const { name, filterPattern, destinationArn, roleArn, distribution, creationTime } = filter;
  return {
    filterName: name,
    logGroupName,
    filterPattern,
    destinationArn,
    roleArn,
    distribution,
    applyOnTransformedLogs: false,
    creationTime,
    fieldSelectionCriteria: filter.fieldSelectionCriteria,
    emitSystemFields: filter.emitSystemFields && [...filter.emitSystemFields],
  };
}
