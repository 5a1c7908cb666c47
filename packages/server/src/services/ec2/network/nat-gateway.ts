import type { HostResource, Scope } from "../../../platform/fleet/host.ts";
import type { Ec2Deps } from "../operation.ts";
import { type Interface, interfacesOfHost, natGatewayId } from "./seen.ts";

/** A host that forwards for others and masquerades what it forwards. */
export interface NatGateway {
  readonly id: string;
  readonly host: HostResource;
  /** By whose address it masquerades. */
  readonly outside: Interface;
  /** The side of those that it forwards for. */
  readonly inside: Interface;
}

export function natGatewayOf(deps: Pick<Ec2Deps, "state" | "fleet">, host: HostResource): NatGateway | undefined {
  const { masquerades } = deps.fleet.facts(host.ref, host.ref.key);
  if (masquerades.length === 0) return undefined;
  const interfaces = interfacesOfHost(deps, host);
  const outside = interfaces.find(({ name }) => masquerades.includes(name));
  if (outside === undefined) return undefined;
  const inside = interfaces.find(({ name }) => !masquerades.includes(name)) ?? outside;
  return { id: natGatewayId(host.ref.key), host, outside, inside };
}

export const natGateways = (deps: Pick<Ec2Deps, "state" | "fleet">, scope: Scope): readonly NatGateway[] =>
  deps.fleet.list(scope).flatMap((host) => natGatewayOf(deps, host) ?? []);
