import type * as Sdk from "@aws-sdk/client-ssm";
import type { Call, Handlers, InputOf, OutputOf } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Fleet } from "../../platform/fleet/fleet.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { State } from "../../platform/state/state.ts";

/** What the operations of Systems Manager work with. */
export interface SsmDeps {
  readonly state: State;
  readonly fleet: Fleet;
  /** Seals activation codes. */
  readonly box: SecretBox;
  /** Encrypts SecureString parameters. */
  readonly keys: Keys;
  readonly clock: Clock;
}

export type SsmSdk = typeof Sdk;
export type SsmCall = Call<SsmSdk>;
type Operations = Required<Handlers<SsmSdk, SsmDeps>>;
export type SsmOperation<Name extends keyof Operations> = Operations[Name];
export type SsmInput<Name extends string> = InputOf<SsmSdk, Name>;
export type SsmOutput<Name extends string> = OutputOf<SsmSdk, Name>;
