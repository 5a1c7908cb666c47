import type * as Sdk from "@aws-sdk/client-rds";
import { type Call, type Handlers, type InputOf, type OutputOf, WireFailure } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Fleet } from "../../platform/fleet/fleet.ts";
import type { State } from "../../platform/state/state.ts";

/** What the operations of RDS work with. */
export interface RdsDeps {
  readonly state: State;
  readonly fleet: Fleet;
  readonly clock: Clock;
}

export type RdsSdk = typeof Sdk;
export type RdsCall = Call<RdsSdk>;
type Operations = Required<Handlers<RdsSdk, RdsDeps>>;
export type RdsOperation<Name extends keyof Operations> = Operations[Name];
export type RdsInput<Name extends string> = InputOf<RdsSdk, Name>;
export type RdsOutput<Name extends string> = OutputOf<RdsSdk, Name>;

/** Codes that RDS uses everywhere and models nowhere (RDS API reference, "Common errors"). */
export const invalid = (message: string): Error => new WireFailure("InvalidParameterValue", message, { status: 400 });
export const unfitting = (message: string): Error =>
  new WireFailure("InvalidParameterCombination", message, { status: 400 });
