import type { HostResource, Scope } from "../../../platform/fleet/host.ts";
import { filterBy } from "../filters.ts";
import { type Ec2Deps, type Ec2Operation, refuse } from "../operation.ts";
import { chosen, pageOf } from "../pages.ts";
import { tagList, tagsOf } from "../tags/tags.ts";
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

export const describeNatGateways: Ec2Operation<"DescribeNatGateways"> = async (input, call, deps) => {
  const all = chosen(
    natGateways(deps, call),
    ({ id }) => id,
    input.NatGatewayIds,
    (ids) => refuse("NatGatewayNotFound", `The Nat Gateway ${ids.join(", ")} was not found`),
  );
  const stateOf = ({ host }: NatGateway) => (deps.fleet.isOnline(call, host.ref.key) ? "available" : "failed");
  const passes = filterBy<NatGateway>(
    input.Filter,
    {
      "nat-gateway-id": ({ id }) => [id],
      state: (one) => [stateOf(one)],
      "subnet-id": ({ inside }) => [inside.subnetId],
      "vpc-id": ({ inside }) => [inside.vpcId],
    },
    ({ id }) => tagsOf(deps, call, id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ id }) => id, input);
  return {
    NatGateways: items.map((one) => ({
      NatGatewayId: one.id,
      State: stateOf(one),
      ...(stateOf(one) === "failed" && { FailureMessage: "The host's agent has not spoken for five minutes." }),
      CreateTime: new Date(one.host.document.registeredAt),
      ConnectivityType: "private",
      NatGatewayAddresses: [
        {
          NetworkInterfaceId: one.outside.id,
          PrivateIp: one.outside.addresses[0],
          IsPrimary: true,
          Status: "succeeded",
        },
      ],
      SubnetId: one.inside.subnetId,
      VpcId: one.inside.vpcId,
      Tags: tagList(tagsOf(deps, call, one.id)),
    })),
    ...next,
  };
};
