import type { LogsOperation } from "../operation.ts";
import { findSubscriptionPolicy } from "./account-policy.ts";
import { requireSubscriptionPolicy, toAccountPolicy } from "./put-account-policy.ts";

/** The account's policy of the type, if it has one: there are no linked accounts. */
export const describeAccountPolicies: LogsOperation<"DescribeAccountPolicies"> = async (input, call, { state }) => {
  requireSubscriptionPolicy(input.policyType, call);
  const { policyName, accountIdentifiers } = input;
  if (accountIdentifiers?.some((account) => account !== call.account)) {
    throw call.error("InvalidParameterException", "Only policies of the own account can be described.");
  }
  if (input.nextToken !== undefined) {
    throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
  }
  const policy = findSubscriptionPolicy(state, call)?.document;
  const shown = policy !== undefined && (policyName === undefined || policyName === policy.name);
  return { accountPolicies: shown ? [toAccountPolicy(call, policy)] : [] };
};
