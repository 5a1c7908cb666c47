import type { Call } from "@nephoscope/wire";
import { type Need, requestTags, type ServiceAccess, serviceAccess, tagKeys } from "../../platform/access/need.ts";
import { HOST_ID, hostArn } from "../../platform/fleet/host.ts";
import type { Ec2Deps, Ec2Sdk } from "./operation.ts";
import { tagsOf } from "./tags/tags.ts";

const TYPES: Readonly<Record<string, string>> = {
  vpc: "vpc",
  subnet: "subnet",
  eni: "network-interface",
  sg: "security-group",
  sgr: "security-group-rule",
  fl: "vpc-flow-log",
  nat: "natgateway",
};

const need = (operation: string, resource: string, keys?: Need["keys"]): Need => ({
  action: `ec2:${operation}`,
  resource,
  ...(keys !== undefined && { keys }),
});

const arnOf = (call: Call, type: string, id: string): string =>
  `arn:aws:ec2:${call.region}:${call.account}:${type}/${id}`;
/** By the beginning of the id; `*` for one that no resource has. */
function arnOfId(call: Call, id: string | undefined): string {
  if (id === undefined) return "*";
  if (HOST_ID.test(id)) return hostArn(call, id);
  const type = TYPES[id.slice(0, id.indexOf("-"))];
  return type === undefined ? "*" : arnOf(call, type, id);
}

const anywhere = (operation: string) => () => need(operation, "*");
const ofGroup = (operation: string) => (input: { readonly GroupId?: string | undefined }, call: Call) =>
  need(operation, input.GroupId === undefined ? arnOf(call, "security-group", "*") : arnOfId(call, input.GroupId));

type Specifications =
  | readonly {
      readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
    }[]
  | undefined;
/** Tagging at creation needs the right to tag as well, which may be given for that alone (user guide, "Grant permission to tag resources during creation"). */
function tagged(made: Need, specifications: Specifications): readonly Need[] {
  const keys = tagsIn(specifications);
  if (Object.keys(keys).length === 0) return [made];
  const creates = { "ec2:CreateAction": made.action.slice("ec2:".length) };
  return [
    { ...made, keys },
    { ...made, action: "ec2:CreateTags", keys: { ...keys, ...creates } },
  ];
}

const tagsIn = (specifications: Specifications) => requestTags((specifications ?? []).flatMap(({ Tags = [] }) => Tags));

/** What each operation needs (Service Authorization Reference, "Amazon EC2"). Descriptions are of everything, as at AWS. */
export const ec2Access = (deps: Pick<Ec2Deps, "state" | "fleet">): ServiceAccess =>
  serviceAccess<Ec2Sdk>(
    {
      AuthorizeSecurityGroupEgress: ofGroup("AuthorizeSecurityGroupEgress"),
      AuthorizeSecurityGroupIngress: ofGroup("AuthorizeSecurityGroupIngress"),
      // A role that the caller may not pass would lend it the role's rights.
      CreateFlowLogs: (input, call) => [
        ...tagged(need("CreateFlowLogs", arnOf(call, "vpc-flow-log", "*")), input.TagSpecifications),
        ...input.ResourceIds.map((id) => need("CreateFlowLogs", arnOfId(call, id))),
        ...(input.DeliverLogsPermissionArn === undefined
          ? []
          : [
              {
                action: "iam:PassRole",
                resource: input.DeliverLogsPermissionArn,
                keys: { "iam:PassedToService": "vpc-flow-logs.amazonaws.com" },
              },
            ]),
      ],
      CreateNetworkInterface: (input, call) => [
        ...tagged(need("CreateNetworkInterface", arnOf(call, "network-interface", "*")), input.TagSpecifications),
        need("CreateNetworkInterface", arnOfId(call, input.SubnetId)),
      ],
      CreateSecurityGroup: (input, call) => [
        ...tagged(need("CreateSecurityGroup", arnOf(call, "security-group", "*")), input.TagSpecifications),
        ...(input.VpcId === undefined ? [] : [need("CreateSecurityGroup", arnOfId(call, input.VpcId))]),
      ],
      CreateSubnet: (input, call) => [
        ...tagged(need("CreateSubnet", arnOf(call, "subnet", "*")), input.TagSpecifications),
        need("CreateSubnet", arnOfId(call, input.VpcId)),
      ],
      CreateTags: (input, call) =>
        input.Resources.map((id) => need("CreateTags", arnOfId(call, id), requestTags(input.Tags))),
      CreateVpc: (input, call) => tagged(need("CreateVpc", arnOf(call, "vpc", "*")), input.TagSpecifications),
      DeleteFlowLogs: (input, call) => input.FlowLogIds.map((id) => need("DeleteFlowLogs", arnOfId(call, id))),
      DeleteNetworkInterface: (input, call) => need("DeleteNetworkInterface", arnOfId(call, input.NetworkInterfaceId)),
      DeleteSecurityGroup: ofGroup("DeleteSecurityGroup"),
      DeleteSubnet: (input, call) => need("DeleteSubnet", arnOfId(call, input.SubnetId)),
      DeleteTags: (input, call) =>
        input.Resources.map((id) =>
          need("DeleteTags", arnOfId(call, id), tagKeys(input.Tags?.flatMap(({ Key }) => Key ?? []))),
        ),
      DeleteVpc: (input, call) => need("DeleteVpc", arnOfId(call, input.VpcId)),
      DescribeFlowLogs: anywhere("DescribeFlowLogs"),
      DescribeInstanceStatus: anywhere("DescribeInstanceStatus"),
      DescribeInstances: anywhere("DescribeInstances"),
      DescribeNatGateways: anywhere("DescribeNatGateways"),
      DescribeNetworkInterfaces: anywhere("DescribeNetworkInterfaces"),
      DescribeSecurityGroupRules: anywhere("DescribeSecurityGroupRules"),
      DescribeSecurityGroups: anywhere("DescribeSecurityGroups"),
      DescribeSubnets: anywhere("DescribeSubnets"),
      DescribeTags: anywhere("DescribeTags"),
      DescribeVpcs: anywhere("DescribeVpcs"),
      MonitorInstances: (input, call) => input.InstanceIds.map((id) => need("MonitorInstances", arnOfId(call, id))),
      RevokeSecurityGroupEgress: ofGroup("RevokeSecurityGroupEgress"),
      RevokeSecurityGroupIngress: ofGroup("RevokeSecurityGroupIngress"),
      UnmonitorInstances: (input, call) => input.InstanceIds.map((id) => need("UnmonitorInstances", arnOfId(call, id))),
    },
    {
      resource(arn, call) {
        const id = arn.slice(arn.lastIndexOf("/") + 1);
        const tags = tagsOf(deps, call, id);
        const keys = Object.fromEntries(Object.entries(tags).map(([key, value]) => [`ec2:ResourceTag/${key}`, value]));
        return Object.keys(tags).length === 0 ? undefined : { account: call.account, tags, keys };
      },
      deniedBy: "UnauthorizedOperation",
      encodesDenials: true,
    },
  );
