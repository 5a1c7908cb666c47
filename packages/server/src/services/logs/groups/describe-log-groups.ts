import type { Resource } from "../../../platform/state/state.ts";
import { countMetricFilters } from "../metric-filters/metric-filter.ts";
import type { LogsDeps, LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { nameOfIdentifier } from "./identify-log-group.ts";
import { findLogGroup, LOG_GROUP_KIND, type LogGroup, logGroupArn, type Scope } from "./log-group.ts";

const DEFAULT_LIMIT = 50;
/** Groups looked at for one page when a pattern picks few of them; then the page is short and has a token. */
const MAX_SCANNED = 10_000;

type Item = NonNullable<LogsOutput<"DescribeLogGroups">["logGroups"]>[number];

export const describeLogGroups: LogsOperation<"DescribeLogGroups"> = async (input, call, deps) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw call.error(
      "InvalidParameterException",
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  if (input.includeLinkedAccounts === true || (input.accountIdentifiers ?? []).some((id) => id !== call.account)) {
    throw call.error(
      "InvalidParameterException",
      "Linked accounts are not supported; ask with the credentials of that account.",
    );
  }
  if (logGroupIdentifiers !== undefined) {
    const found = logGroupIdentifiers
      .map((identifier) => findLogGroup(deps.state, call, nameOfIdentifier(identifier, call)))
      .filter((group) => group !== undefined);
    return { logGroups: found.map((group) => fullItem(group, call, deps)) };
  }

  const request = { prefix, pattern, logGroupClass: input.logGroupClass, account: call.account, region: call.region };
  const limit = input.limit ?? DEFAULT_LIMIT;
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, deps.clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }

  const picks = (group: Resource<LogGroup>) =>
    (pattern === undefined || group.ref.key.includes(pattern)) &&
    (input.logGroupClass === undefined || group.document.logGroupClass === input.logGroupClass);
  const page = pageOfGroups(deps, call, { prefix, after, limit, picks });
  const item = pattern === undefined ? fullItem : shortItem;
  return {
    logGroups: page.groups.map((group) => item(group, call, deps)),
    nextToken: page.next === undefined ? undefined : makePageToken(page.next, request, deps.clock.now()),
  };
};

/** Up to `limit` groups after a name that `picks` takes, and the name to go on after if there may be more. */
export function pageOfGroups(
  { state }: Pick<LogsDeps, "state">,
  scope: Scope,
  query: {
    prefix?: string | undefined;
    after?: string | undefined;
    limit: number;
    picks: (group: Resource<LogGroup>) => boolean;
  },
): { groups: Resource<LogGroup>[]; next: string | undefined } {
  const groups: Resource<LogGroup>[] = [];
  let after = query.after;
  const chunk = Math.max(query.limit + 1, 500);
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += chunk) {
    const found = state.list<LogGroup>({
      kind: LOG_GROUP_KIND,
      account: scope.account,
      region: scope.region,
      limit: chunk,
      ...(query.prefix !== undefined && { prefix: query.prefix }),
      ...(after !== undefined && { after }),
    });
    for (const group of found) {
      if (query.picks(group)) {
        if (groups.length === query.limit) return { groups, next: after };
        groups.push(group);
      }
      after = group.ref.key;
    }
    if (found.length < chunk) return { groups, next: undefined };
  }
  return { groups, next: after };
}

function shortItem({ ref, document }: Resource<LogGroup>, scope: Scope, { state }: Pick<LogsDeps, "state">): Item {
  const arn = logGroupArn(scope, ref.key);
  return {
    logGroupName: ref.key,
    creationTime: document.creationTime,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: document.logGroupClass,
    metricFilterCount: countMetricFilters(state, document.groupId),
  };
}

function fullItem(group: Resource<LogGroup>, scope: Scope, deps: Pick<LogsDeps, "activity" | "state">): Item {
  const { document } = group;
  return {
    ...shortItem(group, scope, deps),
    storedBytes: deps.activity.storedBytes(document.groupId),
    deletionProtectionEnabled: document.deletionProtectionEnabled,
    retentionInDays: document.retentionInDays,
    kmsKeyId: document.kmsKeyId,
  };
}
