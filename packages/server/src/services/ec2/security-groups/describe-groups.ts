import { filterBy } from "../filters.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, type Ec2Output, refuse } from "../operation.ts";
import { chosen, pageOf } from "../pages.ts";
import { tagList, tagsOf } from "../tags/tags.ts";
import { type Group, groupsOf, type Rule } from "./group.ts";
import { permissionsOf } from "./permissions.ts";

export const groupNotFound = (ids: readonly string[]): Error =>
  refuse("InvalidGroup.NotFound", `The security group '${ids.join("', '")}' does not exist`);

export const describeSecurityGroups: Ec2Operation<"DescribeSecurityGroups"> = async (input, call, deps) => {
  const byId = chosen(groupsOf(deps, call), ({ id }) => id, input.GroupIds, groupNotFound);
  const all = chosen(byId, ({ name }) => name, input.GroupNames, groupNotFound);
  const sides = (rules: readonly Rule[], egress: boolean) => rules.filter((rule) => rule.egress === egress);
  const values = (egress: boolean, read: (rule: Rule) => string | undefined) => (group: Group) =>
    sides(group.rules, egress).map(read);
  const ofKind = (kind: Rule["source"]["kind"]) => (rule: Rule) =>
    rule.source.kind === kind ? rule.source.value : undefined;
  const permission = (prefix: string, egress: boolean) => ({
    [`${prefix}.cidr`]: values(egress, ofKind("ipv4")),
    [`${prefix}.ipv6-cidr`]: values(egress, ofKind("ipv6")),
    [`${prefix}.group-id`]: values(egress, ofKind("group")),
    [`${prefix}.prefix-list-id`]: values(egress, ofKind("prefix-list")),
    [`${prefix}.protocol`]: values(egress, ({ protocol }) => protocol),
    [`${prefix}.from-port`]: values(egress, ({ fromPort }) => String(fromPort)),
    [`${prefix}.to-port`]: values(egress, ({ toPort }) => String(toPort)),
  });
  const passes = filterBy<Group>(
    input.Filters,
    {
      "group-id": ({ id }) => [id],
      "group-name": ({ name }) => [name],
      description: ({ description }) => [description],
      "vpc-id": ({ vpcId }) => [vpcId],
      "owner-id": () => [call.account],
      ...permission("ip-permission", false),
      ...permission("egress.ip-permission", true),
    },
    ({ id }) => tagsOf(deps, call, id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ id }) => id, input);
  return {
    SecurityGroups: items.map(({ id, name, description, vpcId, rules }) => ({
      GroupId: id,
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      OwnerId: call.account,
      SecurityGroupArn: `arn:aws:ec2:${call.region}:${call.account}:security-group/${id}`,
      IpPermissions: permissionsOf(sides(rules, false), call.account),
      IpPermissionsEgress: permissionsOf(sides(rules, true), call.account),
      Tags: tagList(tagsOf(deps, call, id)),
    })),
    ...next,
  };
};

export const describeSecurityGroupRules: Ec2Operation<"DescribeSecurityGroupRules"> = async (input, call, deps) => {
  const every = groupsOf(deps, call).flatMap((group) => group.rules.map((rule) => ({ group, rule })));
  const all = chosen(
    every,
    ({ rule }) => rule.id,
    input.SecurityGroupRuleIds,
    (ids) =>
      refuse("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${ids.join("', '")}' does not exist`),
  );
  const passes = filterBy<{ group: Group; rule: Rule }>(
    input.Filters,
    {
      "group-id": ({ group }) => [group.id],
      "security-group-rule-id": ({ rule }) => [rule.id],
    },
    ({ rule }) => tagsOf(deps, call, rule.id),
  );
  const { items, ...next } = pageOf(all.filter(passes), ({ rule }) => rule.id, input);
  return { SecurityGroupRules: items.map(({ group, rule }) => ruleOutput(deps, call, group.id, rule)), ...next };
};

type RuleOutput = NonNullable<Ec2Output<"DescribeSecurityGroupRules">["SecurityGroupRules"]>[number];

export function ruleOutput(deps: Ec2Deps, call: Ec2Call, groupId: string, rule: Rule): RuleOutput {
  const { source } = rule;
  return {
    SecurityGroupRuleId: rule.id,
    SecurityGroupRuleArn: `arn:aws:ec2:${call.region}:${call.account}:security-group-rule/${rule.id}`,
    GroupId: groupId,
    GroupOwnerId: call.account,
    IsEgress: rule.egress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(source.kind === "ipv4" && { CidrIpv4: source.value }),
    ...(source.kind === "ipv6" && { CidrIpv6: source.value }),
    ...(source.kind === "prefix-list" && { PrefixListId: source.value }),
    ...(source.kind === "group" && { ReferencedGroupInfo: { GroupId: source.value, UserId: call.account } }),
    ...(rule.description !== "" && { Description: rule.description }),
    Tags: tagList(tagsOf(deps, call, rule.id)),
  };
}
