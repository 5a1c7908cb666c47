import { newId } from "../ids.ts";
import { readCidr } from "../network/cidr.ts";
import { type Ec2Input, type Ec2Output, refuse } from "../operation.ts";
import type { Rule, RuleSource } from "./group.ts";

type Permissions = NonNullable<Ec2Input<"AuthorizeSecurityGroupIngress">["IpPermissions"]>;
type Permission = NonNullable<
  NonNullable<Ec2Output<"DescribeSecurityGroups">["SecurityGroups"]>[number]["IpPermissions"]
>[number];

/** What a request may say in place of `IpPermissions`. */
export interface PlainPermission {
  readonly IpPermissions?: Permissions | undefined;
  readonly IpProtocol?: string | undefined;
  readonly FromPort?: number | undefined;
  readonly ToPort?: number | undefined;
  readonly CidrIp?: string | undefined;
}

const NAMES: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", all: "-1" };

/** The rules of a request: one for each range, group or list, as EC2 counts them. */
export function rulesOfRequest(input: PlainPermission, egress: boolean): Rule[] {
  const permissions: Permissions =
    input.IpPermissions ??
    (input.IpProtocol === undefined
      ? []
      : [
          {
            IpProtocol: input.IpProtocol,
            FromPort: input.FromPort,
            ToPort: input.ToPort,
            IpRanges: input.CidrIp === undefined ? [] : [{ CidrIp: input.CidrIp }],
          },
        ]);
  if (permissions.length === 0)
    throw refuse("MissingParameter", "Either 'ipPermissions' or 'ipProtocol' should be provided.");
  return permissions.flatMap((permission) => {
    const { protocol, fromPort, toPort } = portsOf(permission);
    const sources: { source: RuleSource; description: string }[] = [
      ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
        source: range("ipv4", CidrIp),
        description: Description ?? "",
      })),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({
        source: range("ipv6", CidrIpv6),
        description: Description ?? "",
      })),
      ...(permission.UserIdGroupPairs ?? []).map(({ GroupId, Description }) => ({
        source: group(GroupId),
        description: Description ?? "",
      })),
      ...(permission.PrefixListIds ?? []).map(({ PrefixListId = "", Description }) => ({
        source: { kind: "prefix-list", value: PrefixListId } as const,
        description: Description ?? "",
      })),
    ];
    if (sources.length === 0)
      throw refuse(
        "MissingParameter",
        "The request must contain a range, a group or a prefix list for each permission.",
      );
    return sources.map((source): Rule => ({ id: newId("sgr"), egress, protocol, fromPort, toPort, ...source }));
  });
}

function portsOf({ IpProtocol, FromPort, ToPort }: Permissions[number]): {
  protocol: string;
  fromPort: number;
  toPort: number;
} {
  const given = (IpProtocol ?? "").toLowerCase();
  const protocol = NAMES[given] ?? given;
  if (!/^(tcp|udp|icmp|icmpv6|-1|\d{1,3})$/.test(protocol))
    throw refuse("InvalidParameterValue", `Invalid value '${IpProtocol}' for IP protocol. Unknown protocol.`);
  if (protocol !== "tcp" && protocol !== "udp")
    return protocol.startsWith("icmp")
      ? { protocol, fromPort: FromPort ?? -1, toPort: ToPort ?? -1 }
      : { protocol, fromPort: -1, toPort: -1 };
  if (FromPort === undefined || ToPort === undefined)
    throw refuse(
      "InvalidParameterValue",
      "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.",
    );
  if (FromPort < 0 || ToPort > 65_535 || FromPort > ToPort)
    throw refuse("InvalidParameterValue", `Invalid value '${FromPort}-${ToPort}' for portRange.`);
  return { protocol, fromPort: FromPort, toPort: ToPort };
}

function range(kind: "ipv4" | "ipv6", text: string | undefined): RuleSource {
  const cidr = readCidr(text ?? "");
  if (cidr === undefined || (cidr.version === 4) !== (kind === "ipv4"))
    throw refuse("InvalidParameterValue", `CIDR block ${text} is malformed`);
  return { kind, value: cidr.text };
}

function group(id: string | undefined): RuleSource {
  if (id === undefined) throw refuse("InvalidParameterValue", "Groups are named by their ids here: give a GroupId.");
  return { kind: "group", value: id };
}

export const sameRule = (a: Rule, b: Rule): boolean =>
  a.egress === b.egress &&
  a.protocol === b.protocol &&
  a.fromPort === b.fromPort &&
  a.toPort === b.toPort &&
  a.source.kind === b.source.kind &&
  a.source.value === b.source.value;

/** Rules as DescribeSecurityGroups shows them: those of the same protocol and ports together. */
export function permissionsOf(rules: readonly Rule[], account: string): Permission[] {
  const byPorts = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    byPorts.set(key, [...(byPorts.get(key) ?? []), rule]);
  }
  return [...byPorts.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const of = (kind: RuleSource["kind"]) =>
      same
        .filter(({ source }) => source.kind === kind)
        .map(({ source, description }) => ({
          value: source.value,
          ...(description !== "" && { Description: description }),
        }));
    return [
      {
        IpProtocol: first.protocol,
        ...(first.protocol !== "-1" && { FromPort: first.fromPort, ToPort: first.toPort }),
        IpRanges: of("ipv4").map(({ value, ...more }) => ({ CidrIp: value, ...more })),
        Ipv6Ranges: of("ipv6").map(({ value, ...more }) => ({ CidrIpv6: value, ...more })),
        UserIdGroupPairs: of("group").map(({ value, ...more }) => ({ GroupId: value, UserId: account, ...more })),
        PrefixListIds: of("prefix-list").map(({ value, ...more }) => ({ PrefixListId: value, ...more })),
      },
    ];
  });
}
