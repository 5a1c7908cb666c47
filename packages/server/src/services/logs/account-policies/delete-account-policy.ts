import { againOnConflict, causeOf } from "../commit.ts";
import type { LogsOperation } from "../operation.ts";
import { findSubscriptionPolicy } from "./account-policy.ts";
import { requireSubscriptionPolicy } from "./put-account-policy.ts";

export const deleteAccountPolicy: LogsOperation<"DeleteAccountPolicy"> = async (input, call, { state }) => {
  requireSubscriptionPolicy(input.policyType, call);
  await againOnConflict(call, () => {
    const found = findSubscriptionPolicy(state, call);
    if (found === undefined || found.document.name !== input.policyName) {
      throw call.error("ResourceNotFoundException", `The policy ${input.policyName} does not exist.`);
    }
    return state.commit({ cause: causeOf(call), changes: [{ remove: found.ref, expect: found.version }] });
  });
  return {};
};
