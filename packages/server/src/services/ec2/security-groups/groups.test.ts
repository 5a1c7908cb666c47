import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { facts, openHouse } from "../ec2-house.ts";

test("rules come, are shown together by ports, and go", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  await addHost(facts("10.1.1.5"));
  const { GroupId = "" } = await ec2.send(new CreateSecurityGroupCommand({ GroupName: "web", Description: "front" }));
  const ssh = {
    IpProtocol: "tcp",
    FromPort: 22,
    ToPort: 22,
    IpRanges: [{ CidrIp: "10.0.0.0/8", Description: "office" }, { CidrIp: "0.0.0.0/0" }],
  };
  const { SecurityGroupRules = [] } = await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] }),
  );
  assert.equal(SecurityGroupRules.length, 2);
  const shown = async () =>
    (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0];
  assert.deepEqual((await shown())?.IpPermissions?.[0]?.IpRanges, ssh.IpRanges);
  assert.equal((await shown())?.IpPermissionsEgress?.[0]?.IpProtocol, "-1");
  await assert.rejects(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [ssh] })), {
    name: "InvalidPermission.Duplicate",
  });
  const [first] = SecurityGroupRules;
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [first?.SecurityGroupRuleId ?? ""] }),
  );
  assert.deepEqual((await shown())?.IpPermissions?.[0]?.IpRanges, [{ CidrIp: "0.0.0.0/0" }]);
  await ec2.send(
    new RevokeSecurityGroupIngressCommand({
      GroupId,
      IpProtocol: "tcp",
      FromPort: 22,
      ToPort: 22,
      CidrIp: "0.0.0.0/0",
    }),
  );
  await assert.rejects(
    ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId,
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        CidrIp: "0.0.0.0/0",
      }),
    ),
    { name: "InvalidPermission.NotFound" },
  );
  assert.deepEqual((await shown())?.IpPermissions, []);
  await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  await assert.rejects(shown(), { name: "InvalidGroup.NotFound" });
});

test("what a host's packet filter accepts is a group that calls do not change", async (t) => {
  const { ec2, addHost } = await openHouse(t);
  const host = await addHost(
    facts("10.1.1.5", { accepts: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidr: "0.0.0.0/0" }] }),
  );
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "ip-permission.cidr", Values: ["0.0.0.0/0"] },
        { Name: "ip-permission.from-port", Values: ["22"] },
      ],
    }),
  );
  assert.equal(SecurityGroups?.[0]?.GroupName, `host-${host.id}`);
  const GroupId = SecurityGroups?.[0]?.GroupId ?? "";
  await assert.rejects(
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpProtocol: "tcp",
        FromPort: 80,
        ToPort: 80,
        CidrIp: "0.0.0.0/0",
      }),
    ),
    { name: "OperationNotPermitted" },
  );
  const { SecurityGroupRules } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [GroupId] }] }),
  );
  assert.deepEqual(
    SecurityGroupRules?.map(({ CidrIpv4, FromPort }) => [CidrIpv4, FromPort]),
    [["0.0.0.0/0", 22]],
  );
});
