import type * as Sdk from "@aws-sdk/client-kms";
import {
  type Call,
  type ErrorName,
  type Handlers,
  type InputOf,
  type OutputOf,
  type Principal,
  WireFailure,
} from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { State } from "../../platform/state/state.ts";
import type { KeyAccess } from "./access/key-access.ts";

/** What the operations of KMS work with. */
export interface KmsDeps {
  readonly state: State;
  /** Seals the material of keys with the root key. */
  readonly box: SecretBox;
  readonly access: KeyAccess;
  readonly clock: Clock;
}

export type KmsSdk = typeof Sdk;
export type KmsCall = Call<KmsSdk>;
type Operations = Required<Handlers<KmsSdk, KmsDeps>>;
export type KmsOperation<Name extends keyof Operations> = Operations[Name];
export type KmsInput<Name extends string> = InputOf<KmsSdk, Name>;
export type KmsOutput<Name extends string> = OutputOf<KmsSdk, Name>;
export type KmsErrorName = ErrorName<KmsSdk> | "AccessDeniedException" | "ValidationException";

/** Who wants something of a key: a call at the API, or a service that works for somebody. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly operation: string;
  readonly requestId: string | undefined;
  /** Condition keys that hold for the whole request, such as `aws:SourceIp`. */
  readonly conditions: Readonly<Record<string, string>>;
  /** The service that works for the principal, such as `sns`; undefined when the principal calls KMS itself. */
  readonly via: string | undefined;
  /** The resource that the service works on, as an ARN. */
  readonly sourceArn: string | undefined;
  refuse(name: KmsErrorName, message: string): Error;
}

export function callerOf(call: KmsCall): Caller {
  const { account, region, principal, operation, requestId, sourceIp, userAgent } = call;
  return {
    account,
    region,
    principal,
    operation,
    requestId,
    conditions: { "aws:SourceIp": sourceIp, "aws:UserAgent": userAgent },
    via: undefined,
    sourceArn: undefined,
    // The model has other statuses for some; KMS answers 400 whatever a client did wrong (KMS API reference, each operation's errors).
    refuse: (name, message) => new WireFailure(name, message, { status: name === "KMSInternalException" ? 500 : 400 }),
  };
}
