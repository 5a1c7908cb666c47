import type { Call, Handlers } from "@nephoscope/wire";
import type { HostResource } from "../../../platform/fleet/host.ts";
import type { SsmDeps } from "../operation.ts";
import type { AgentApi } from "./model.ts";

export type AgentCall = Call<AgentApi>;
type Operations = Required<Handlers<AgentApi, SsmDeps>>;
export type AgentOperation<Name extends keyof Operations> = Operations[Name];

/** The host that calls. Its id is that of the credential and never part of an input, so no host can speak for another. */
export function callingHost(call: AgentCall, { fleet }: Pick<SsmDeps, "fleet">): HostResource {
  const host = fleet.find(call, call.accessKeyId);
  if (host === undefined)
    throw call.error(
      "AccessDeniedException",
      `${call.principal.arn} is no host of the fleet in ${call.region}: register it first.`,
    );
  return host;
}
