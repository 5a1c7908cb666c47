import { policyFault } from "../../../platform/access/resource-policies.ts";
import { changeDocument } from "../commit.ts";
import type { LogsCall, LogsDeps, LogsOperation } from "../operation.ts";
import { findLogicalDestination, type LogicalDestination } from "./logical-destination.ts";

/** PutDestinationPolicy, API reference. */
const MAX_POLICY_BYTES = 5_120;

export const putDestinationPolicy: LogsOperation<"PutDestinationPolicy"> = async (input, call, deps) => {
  const { accessPolicy } = input;
  if (Buffer.byteLength(accessPolicy) > MAX_POLICY_BYTES) {
    throw call.error("InvalidParameterException", `An access policy can have at most ${MAX_POLICY_BYTES} bytes.`);
  }
  const fault = policyFault(accessPolicy);
  if (fault !== undefined) throw call.error("InvalidParameterException", `The access policy is not valid: ${fault}`);
  await changeDocument<LogicalDestination>(
    deps,
    call,
    () => requireLogicalDestination(deps, call, input.destinationName),
    (destination) => ({ ...destination, accessPolicy }),
  );
  return {};
};

export function requireLogicalDestination({ state }: Pick<LogsDeps, "state">, call: LogsCall, name: string) {
  const { account, region } = call;
  const found = findLogicalDestination(state, { account, region, name });
  if (found === undefined) {
    throw call.error("ResourceNotFoundException", "The specified destination does not exist.");
  }
  return found;
}
