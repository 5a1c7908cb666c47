import { type Service, WireFailure } from "@nephoscope/wire";
import type { Identity } from "./identity.ts";
import type { SessionGrant } from "./session-token.ts";

/**
 * What sessions may never call, whatever policies say (IAM user guide, "Compare AWS STS credentials"): those of
 * GetSessionToken nothing of IAM without a second factor, and of STS only AssumeRole and GetCallerIdentity; those of
 * GetFederationToken nothing of IAM, and of STS only GetCallerIdentity. People who signed in and sessions of roles are free.
 */
export function sessionMayCall({ of: origin, mfaAt }: SessionGrant, service: string, operation: string): boolean {
  const free = origin.kind === "role" || (origin.kind === "user" && origin.signedIn === true);
  if (free) return true;
  const federated = origin.kind === "federated";
  if (service === "iam") return !federated && mfaAt !== undefined;
  if (service !== "sts" || operation === "GetCallerIdentity") return true;
  // What makes sessions refuses them with an error of its own.
  return !federated && operation !== "DecodeAuthorizationMessage" && operation !== "GetAccessKeyInfo";
}

/** Refuses such calls as AWS does: as if the token were none. */
export function withSessionLimits(service: Service, identity: Pick<Identity, "grantOf">): Service {
  return {
    ...service,
    async run(operation, input, call) {
      const grant = identity.grantOf(call.principal);
      if (grant !== undefined && !sessionMayCall(grant, service.model.name, operation)) {
        throw new WireFailure("InvalidClientTokenId", "The security token included in the request is invalid", {
          status: 403,
        });
      }
      return service.run(operation, input, call);
    },
  };
}
