import { policyFault } from "../../../platform/access/resource-policies.ts";
import type { Caller, KmsDeps } from "../operation.ts";

/** Bytes of a key policy (KMS developer guide, "Resource quotas"). */
const MAX_BYTES = 32_768;

/** Refuses what is no policy, and one by which the caller could not put another one any more. */
export function checkKeyPolicy(
  { access }: Pick<KmsDeps, "access">,
  caller: Caller,
  arn: string,
  policy: string,
  bypassLockoutCheck: boolean,
): void {
  if (Buffer.byteLength(policy) > MAX_BYTES) {
    throw caller.refuse("LimitExceededException", `A key policy may have ${MAX_BYTES} bytes.`);
  }
  const fault = policyFault(policy);
  if (fault !== undefined) throw caller.refuse("MalformedPolicyDocumentException", fault);
  if (!bypassLockoutCheck && !access.couldPutPolicy(caller, arn, policy)) {
    throw caller.refuse(
      "MalformedPolicyDocumentException",
      "The new key policy will not allow you to update the key policy in the future.",
    );
  }
}
