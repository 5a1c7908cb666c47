import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { pageOfGroups } from "./describe-log-groups.ts";
import { logGroupArn } from "./log-group.ts";

const DEFAULT_LIMIT = 50;

export const listLogGroups: LogsOperation<"ListLogGroups"> = async (input, call, deps) => {
  for (const member of ["dataSources", "fieldIndexNames", "logGroupTags"] as const) {
    if (input[member] !== undefined) {
      throw call.error("InvalidParameterException", `ListLogGroups does not support ${member} here.`);
    }
  }
  if (input.includeLinkedAccounts === true || (input.accountIdentifiers ?? []).some((id) => id !== call.account)) {
    throw call.error(
      "InvalidParameterException",
      "Linked accounts are not supported; ask with the credentials of that account.",
    );
  }
  const matches = namePattern(input.logGroupNamePattern);
  const request = {
    // DescribeLogGroups' tokens look the same otherwise.
    operation: call.operation,
    pattern: input.logGroupNamePattern,
    logGroupClass: input.logGroupClass,
    account: call.account,
    region: call.region,
  };
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, deps.clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const page = pageOfGroups(deps, call, {
    after,
    limit: input.limit ?? DEFAULT_LIMIT,
    picks: ({ ref, document }) =>
      matches(ref.key) && (input.logGroupClass === undefined || document.logGroupClass === input.logGroupClass),
  });
  return {
    logGroups: page.groups.map(({ ref, document }) => ({
      logGroupName: ref.key,
      logGroupArn: logGroupArn(call, ref.key),
      logGroupClass: document.logGroupClass,
    })),
    nextToken: page.next === undefined ? undefined : makePageToken(page.next, request, deps.clock.now()),
  };
};

/**
 * The pattern is a list of alternatives between `|`, each a text to be contained, or with `^` before it a prefix
 * (ListLogGroups, API reference). The model's own pattern admits nothing else, so no regular expression is needed.
 */
export function namePattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const alternatives = pattern.split("|");
  return (name) =>
    alternatives.some((text) => (text.startsWith("^") ? name.startsWith(text.slice(1)) : name.includes(text)));
}
