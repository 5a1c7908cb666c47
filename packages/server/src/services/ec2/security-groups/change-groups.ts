import type { Resource } from "../../../platform/state/state.ts";
import { causeOf, changeDocument } from "../commit.ts";
import { newId } from "../ids.ts";
import { declaredInterfaces } from "../network/declared.ts";
import { networkOfScope } from "../network/seen.ts";
import { type Ec2Call, type Ec2Deps, type Ec2Operation, notThere, refuse } from "../operation.ts";
import { dropTags, tagsAtCreation } from "../tags/tags.ts";
import { groupNotFound, ruleOutput } from "./describe-groups.ts";
import { type DeclaredGroup, type Group, groupRef, groupsOf, type Rule } from "./group.ts";
import { type PlainPermission, rulesOfRequest, sameRule } from "./permissions.ts";

/** Rules of each direction (VPC user guide, quotas), and groups of an account and region. */
const MAX_RULES = 200;
const MAX_GROUPS = 2_500;

export const createSecurityGroup: Ec2Operation<"CreateSecurityGroup"> = async (input, call, deps) => {
  const { vpcs } = networkOfScope(deps, call);
  const vpc = input.VpcId === undefined ? vpcs.find(({ seen }) => seen) : vpcs.find(({ id }) => id === input.VpcId);
  if (vpc === undefined) {
    throw input.VpcId === undefined
      ? refuse("VPCIdNotSpecified", "No default VPC for this user: no host has reported a network yet. Give a VpcId.")
      : notThere("InvalidVpcID.NotFound", "vpc", [input.VpcId]);
  }
  const { GroupName: name, Description: description } = input;
  if (name === "default" || name.startsWith("sg-"))
    throw refuse("InvalidParameterValue", `The group name '${name}' is reserved.`);
  if (
    !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(name) ||
    !/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(description)
  )
    throw refuse(
      "InvalidParameterValue",
      "Names and descriptions of groups have 1 to 255 characters: letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    );
  const all = groupsOf(deps, call);
  if (all.some((group) => group.vpcId === vpc.id && group.name === name))
    throw refuse("InvalidGroup.Duplicate", `The security group '${name}' already exists for VPC '${vpc.id}'`);
  if (all.length >= MAX_GROUPS)
    throw refuse("SecurityGroupLimitExceeded", `There are ${all.length} groups, and ${MAX_GROUPS} may be.`);
  const id = newId("sg");
  // A new group lets everything out, as EC2's do.
  const everything: Rule = {
    id: newId("sgr"),
    egress: true,
    protocol: "-1",
    fromPort: -1,
    toPort: -1,
    source: { kind: "ipv4", value: "0.0.0.0/0" },
    description: "",
  };
  const document: DeclaredGroup = {
    name,
    description,
    vpcId: vpc.id,
    rules: [everything],
    createdAt: deps.clock.now(),
  };
  await deps.state.commit({
    cause: causeOf(call),
    changes: [
      { put: groupRef(call, id), document, expect: "absent" },
      ...tagsAtCreation(call, id, "security-group", input.TagSpecifications),
    ],
  });
  return { GroupId: id, SecurityGroupArn: `arn:aws:ec2:${call.region}:${call.account}:security-group/${id}` };
};

/** The declared group of a request. Those that hosts report are changed on the host. */
function requireGroup(
  deps: Ec2Deps,
  call: Ec2Call,
  named: { GroupId?: string | undefined; GroupName?: string | undefined },
): Group {
  const { GroupId, GroupName } = named;
  if (GroupId === undefined && GroupName === undefined)
    throw refuse("MissingParameter", "The request must contain the parameter groupName or groupId");
  const found = groupsOf(deps, call).find(({ id, name }) =>
    GroupId === undefined ? name === GroupName : id === GroupId,
  );
  if (found === undefined) throw groupNotFound([GroupId ?? GroupName ?? ""]);
  if (found.seen)
    throw refuse("OperationNotPermitted", `${found.id} is what a host's packet filter accepts: change it on the host.`);
  return found;
}

function findDocument(deps: Ec2Deps, call: Ec2Call, id: string): Resource<DeclaredGroup> {
  const found = deps.state.get<DeclaredGroup>(groupRef(call, id));
  if (found === undefined) throw groupNotFound([id]);
  return found;
}

export const deleteSecurityGroup: Ec2Operation<"DeleteSecurityGroup"> = async (input, call, deps) => {
  const { id } = requireGroup(deps, call, input);
  const used =
    declaredInterfaces(deps.state, call).some(({ document }) => document.groups.includes(id)) ||
    groupsOf(deps, call).some(
      (group) => group.id !== id && group.rules.some(({ source }) => source.kind === "group" && source.value === id),
    );
  if (used) throw refuse("DependencyViolation", `resource ${id} has a dependent object`);
  await deps.state.commit({
    cause: causeOf(call),
    changes: [{ remove: groupRef(call, id), expect: "any" }, dropTags(call, id)],
  });
  return { Return: true, GroupId: id };
};

type RuleChange = PlainPermission & {
  readonly GroupId?: string | undefined;
  readonly GroupName?: string | undefined;
  readonly SecurityGroupRuleIds?: readonly string[] | undefined;
};

async function authorize(input: RuleChange, egress: boolean, call: Ec2Call, deps: Ec2Deps) {
  const { id } = requireGroup(deps, call, input);
  const added = rulesOfRequest(input, egress);
  const known = new Set(groupsOf(deps, call).map((group) => group.id));
  const stranger = added.find(({ source }) => source.kind === "group" && !known.has(source.value));
  if (stranger !== undefined) throw groupNotFound([stranger.source.value]);
  await changeDocument(
    deps,
    call,
    () => findDocument(deps, call, id),
    (group) => {
      const double = added.find((rule, index) =>
        [...group.rules, ...added.slice(0, index)].some((other) => sameRule(rule, other)),
      );
      if (double !== undefined)
        throw refuse(
          "InvalidPermission.Duplicate",
          `the specified rule "peer: ${double.source.value}, ${double.protocol.toUpperCase()}, from port: ${double.fromPort}, to port: ${double.toPort}, ALLOW" already exists`,
        );
      const rules = [...group.rules, ...added];
      if (rules.filter((rule) => rule.egress === egress).length > MAX_RULES)
        throw refuse(
          "RulesPerSecurityGroupLimitExceeded",
          `The maximum number of rules per security group has been reached: ${MAX_RULES}.`,
        );
      return { ...group, rules };
    },
  );
  return { Return: true, SecurityGroupRules: added.map((rule) => ruleOutput(deps, call, id, rule)) };
}

async function revoke(input: RuleChange, egress: boolean, call: Ec2Call, deps: Ec2Deps) {
  const { id } = requireGroup(deps, call, input);
  const ids = input.SecurityGroupRuleIds;
  const given = ids === undefined ? rulesOfRequest(input, egress) : [];
  await changeDocument(
    deps,
    call,
    () => findDocument(deps, call, id),
    (group) => {
      const gone = group.rules.filter(
        (rule) => rule.egress === egress && (ids?.includes(rule.id) ?? given.some((other) => sameRule(rule, other))),
      );
      if (gone.length < (ids?.length ?? given.length))
        throw refuse("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
      return { ...group, rules: group.rules.filter((rule) => !gone.includes(rule)) };
    },
  );
  return { Return: true };
}

export const authorizeSecurityGroupIngress: Ec2Operation<"AuthorizeSecurityGroupIngress"> = (input, call, deps) =>
  authorize(input, false, call, deps);
export const authorizeSecurityGroupEgress: Ec2Operation<"AuthorizeSecurityGroupEgress"> = (input, call, deps) =>
  authorize(input, true, call, deps);
export const revokeSecurityGroupIngress: Ec2Operation<"RevokeSecurityGroupIngress"> = (input, call, deps) =>
  revoke(input, false, call, deps);
export const revokeSecurityGroupEgress: Ec2Operation<"RevokeSecurityGroupEgress"> = (input, call, deps) =>
  revoke(input, true, call, deps);
