import { filterBy } from "../filters.ts";
import { type Ec2Operation, refuse } from "../operation.ts";
import { chosen, pageOf } from "../pages.ts";
import { tagList, tagsOf } from "../tags/tags.ts";
import { type NatGateway, natGateways } from "./nat-gateway.ts";

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
