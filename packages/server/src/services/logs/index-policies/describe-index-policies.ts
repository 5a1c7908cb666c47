import { requireLogGroup } from "../groups/identify-log-group.ts";
import { logGroupArn } from "../groups/log-group.ts";
import type { LogsCall, LogsOperation } from "../operation.ts";
import { findIndexPolicy } from "./index-policy.ts";

export const describeIndexPolicies: LogsOperation<"DescribeIndexPolicies"> = async (input, call, { state }) => {
  refuseToken(input.nextToken, call);
  return {
    indexPolicies: input.logGroupIdentifiers.flatMap((logGroupIdentifier) => {
      const group = requireLogGroup(state, call, { logGroupIdentifier });
      const policy = findIndexPolicy(state, group.document.groupId)?.document;
      if (policy === undefined) return [];
      return [
        {
          logGroupIdentifier: logGroupArn(call, group.ref.key),
          lastUpdateTime: policy.lastUpdateTime,
          policyDocument: policy.policyDocument,
          source: "LOG_GROUP" as const,
        },
      ];
    }),
  };
};

/**
 * The fields of the groups' own policies. Nothing is scanned beforehand, so there is no time of the last scan or of the
 * last event; a field counts from when it came into the policy.
 */
export const describeFieldIndexes: LogsOperation<"DescribeFieldIndexes"> = async (input, call, { state }) => {
  refuseToken(input.nextToken, call);
  // Every field of a policy is of this category; there are no others.
  if (input.indexCategories !== undefined && !input.indexCategories.includes("CUSTOM")) return { fieldIndexes: [] };
  return {
    fieldIndexes: input.logGroupIdentifiers.flatMap((logGroupIdentifier) => {
      const group = requireLogGroup(state, call, { logGroupIdentifier });
      const fields = findIndexPolicy(state, group.document.groupId)?.document.fields ?? [];
      return fields.map(({ name, type, since }) => ({
        logGroupIdentifier: logGroupArn(call, group.ref.key),
        fieldIndexName: name,
        type,
        indexCategory: "CUSTOM" as const,
        firstEventTime: since,
      }));
    }),
  };
};

/** Everything that can be asked for fits one page: at most 100 groups with 20 fields each. So no token is one of ours. */
function refuseToken(nextToken: string | undefined, call: LogsCall): void {
  if (nextToken !== undefined) throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
}
