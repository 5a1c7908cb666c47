import type * as Sdk from "@aws-sdk/client-sts";
import { type Call, type Handlers, WireFailure } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { type Caller, isCaller } from "../../platform/identity/caller.ts";
import type { Identity, TemporaryKeys } from "../../platform/identity/identity.ts";
import type { SecondFactor } from "../../platform/identity/second-factor.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { WebIdentities } from "./web-identity/web-identities.ts";

/** What the operations of STS work with. */
export interface StsDeps {
  readonly identity: Identity;
  readonly factor: SecondFactor;
  readonly authority: Authority;
  readonly webIdentities: WebIdentities;
  readonly box: SecretBox;
  readonly clock: Clock;
}

export type StsSdk = typeof Sdk;
export type StsCall = Call<StsSdk>;
type Operations = Required<Handlers<StsSdk, StsDeps>>;
export type StsOperation<Name extends keyof Operations> = Operations[Name];

/** What STS says of input that breaks a rule; its model has no such error. */
export const validationError = (message: string): Error => new WireFailure("ValidationError", message, { status: 400 });

/** Who calls. Identity made every principal that has a key. */
export function callerOf(call: StsCall): Caller {
  if (!isCaller(call.principal)) throw new Error(`${call.principal.arn} was not made by identity`);
  return call.principal;
}

export const credentialsAnswer = (keys: TemporaryKeys) => ({
  AccessKeyId: keys.accessKeyId,
  SecretAccessKey: keys.secretAccessKey,
  SessionToken: keys.sessionToken,
  Expiration: new Date(keys.expiresAt),
});
