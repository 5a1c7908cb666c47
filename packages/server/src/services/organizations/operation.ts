import type * as Sdk from "@aws-sdk/client-organizations";
import type { CreateAccountStatus } from "@aws-sdk/client-organizations";
import type { Call, Handlers } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Directory } from "../../platform/identity/directory.ts";
import type { State } from "../../platform/state/state.ts";

/** What the operations of Organizations work with. */
export interface OrganizationsDeps {
  readonly state: State;
  readonly directory: Directory;
  readonly clock: Clock;
  /** The account of the settings: it makes the others, and may see them all. */
  readonly managementAccount: string;
  /** Requests for accounts that failed, by their ids; the newest of them, in memory. */
  readonly failed: Map<string, CreateAccountStatus>;
}

export type OrganizationsSdk = typeof Sdk;
export type OrganizationsCall = Call<OrganizationsSdk>;
type Operations = Required<Handlers<OrganizationsSdk, OrganizationsDeps>>;
export type OrganizationsOperation<Name extends keyof Operations> = Operations[Name];
