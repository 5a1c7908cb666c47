import type * as Sdk from "@aws-sdk/client-ec2";
import { type Call, type Handlers, type InputOf, type OutputOf, WireFailure } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Fleet } from "../../platform/fleet/fleet.ts";
import type { ServiceCalls } from "../../platform/service-calls/service-calls.ts";
import type { ServiceRoles } from "../../platform/service-roles/service-roles.ts";
import type { State } from "../../platform/state/state.ts";

/** What the operations of EC2 work with. */
export interface Ec2Deps {
  readonly state: State;
  readonly fleet: Fleet;
  readonly roles: ServiceRoles;
  /** For flow records on their way to log groups and buckets. */
  readonly calls: ServiceCalls;
  readonly clock: Clock;
}

export type Ec2Sdk = typeof Sdk;
export type Ec2Call = Call<Ec2Sdk>;
type Operations = Required<Handlers<Ec2Sdk, Ec2Deps>>;
export type Ec2Operation<Name extends keyof Operations> = Operations[Name];
export type Ec2Input<Name extends string> = InputOf<Ec2Sdk, Name>;
export type Ec2Output<Name extends string> = OutputOf<Ec2Sdk, Name>;

/** EC2 models no errors; these are its codes (EC2 API reference, "Error codes"). */
export const refuse = (code: string, message: string): Error => new WireFailure(code, message, { status: 400 });

/** AWS's plurals: `The vpc ID 'vpc-1' does not exist`. */
export const notThere = (code: string, what: string, ids: readonly string[]): Error =>
  refuse(
    code,
    ids.length === 1 ? `The ${what} ID '${ids[0]}' does not exist` : `The ${what} IDs '${ids.join(", ")}' do not exist`,
  );
