import { policySize } from "@nephoscope/languages/iam-policy";
import { parseIamArn } from "../../../platform/identity/arns.ts";
import { idOfPrincipal, type Pins } from "../../../platform/identity/trust.ts";
import { readDocument } from "../documents.ts";
import type { IamCall, IamDeps } from "../operation.ts";
import { QUOTAS } from "../quotas.ts";

/** A trust policy that may be kept, with the ids of those that it names. Users and roles must be there; accounts need not. */
export function readTrust(
  { identity }: Pick<IamDeps, "identity">,
  call: IamCall,
  document: string,
): { readonly trust: string; readonly trustPins: Pins } {
  const policy = readDocument(call, document, "trust");
  if (policySize(document) > QUOTAS.TrustPolicySize) {
    throw call.error("LimitExceededException", `Cannot exceed quota for ACLSizePerRole: ${QUOTAS.TrustPolicySize}`);
  }
  const pins: Record<string, string> = {};
  for (const { principal } of policy.statements) {
    for (const name of principal?.aws ?? []) {
      const id = idOfPrincipal(identity.directory, name);
      if (id !== undefined) pins[name] = id;
      else if (parseIamArn(name) !== undefined || /^A(?:IDA|ROA)/.test(name)) {
        const { users, roles } = identity.directory;
        if ((users.byId(name) ?? roles.byId(name)) !== undefined) continue;
        throw call.error("MalformedPolicyDocumentException", `Invalid principal in policy: "AWS":"${name}"`);
      }
    }
  }
  return { trust: document, trustPins: pins };
}
