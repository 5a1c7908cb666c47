import assert from "node:assert/strict";
import { test } from "node:test";
import type { Call } from "@nephoscope/wire";
import type { Need, ServiceAccess } from "../../src/platform/access/need.ts";
import type { Host, HostResource } from "../../src/platform/fleet/host.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { ec2Access } from "../../src/services/ec2/access.ts";
import { logsAccess } from "../../src/services/logs/access.ts";
import { rdsAccess } from "../../src/services/rds/access.ts";
import { s3Access } from "../../src/services/s3/access.ts";
import { snsAccess } from "../../src/services/sns/access.ts";
import { sqsAccess } from "../../src/services/sqs/access.ts";
import { ssmAccess } from "../../src/services/ssm/access.ts";

/**
 * What calls need, written from AWS's Service Authorization Reference and user guides: the actions beside the operation's own, and the
 * condition keys of tags.
 */
const ACCOUNT = "123456789012";
const call = {
  account: ACCOUNT,
  region: "us-east-1",
  error: (name: string, message: string) => Object.assign(new Error(message), { name }),
} as unknown as Call;

const state = openSqliteState(":memory:", () => 0);
const host = (key: string, tags: Readonly<Record<string, string>>): HostResource => ({
  ref: { kind: "fleet.host", account: ACCOUNT, region: "us-east-1", key },
  version: 1,
  createdAt: 0,
  updatedAt: 0,
  document: { tags, iamRole: "hosts" } as unknown as Host,
});
const HOSTS = [host("mi-00000000000000001", { env: "prod" }), host("mi-00000000000000002", { env: "test" })];
const fleet = { find: (_scope: unknown, id: string) => HOSTS.find(({ ref }) => ref.key === id), list: () => HOSTS };

const ssm = ssmAccess({ state, fleet });
const ec2 = ec2Access({ state, fleet } as unknown as Parameters<typeof ec2Access>[0]);
const rds = rdsAccess({ state });
const s3 = s3Access({ buckets: { find: () => undefined, publicAccess: () => assert.fail() } });
const hostArn = (id: string) => `arn:aws:ssm:us-east-1:${ACCOUNT}:managed-instance/${id}`;

const text = ({ action, keys = {} }: Need) =>
  [
    action,
    ...Object.entries(keys)
      .filter(([, value]) => value !== undefined && value.length !== 0)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
  ].join(" ");

function needs(access: ServiceAccess, operation: string, input: object, ...expected: readonly string[]) {
  assert.deepEqual(access.needs(operation, input, call)?.map(text), expected, operation);
}

const Tags = [{ Key: "team", Value: "blue" }];
const RT = "aws:RequestTag/team=blue aws:TagKeys=team";

test("a host's role must be one that the caller may pass", () => {
  needs(
    ssm,
    "CreateActivation",
    { IamRole: "service-role/Admin" },
    "ssm:CreateActivation",
    "iam:PassRole iam:PassedToService=ssm.amazonaws.com",
  );
  needs(
    ssm,
    "UpdateManagedInstanceRole",
    { InstanceId: "mi-00000000000000001", IamRole: "Admin" },
    "ssm:UpdateManagedInstanceRole",
    "iam:PassRole iam:PassedToService=ssm.amazonaws.com",
  );
  const [, pass] = ssm.needs("CreateActivation", { IamRole: "Admin" }, call) ?? [];
  assert.equal(pass?.resource, `arn:aws:iam::${ACCOUNT}:role/Admin`);
});

test("a command by tags needs the right for every host that it reaches, with the host's tags", () => {
  const command = { DocumentName: "AWS-RunShellScript", Targets: [{ Key: "tag:env", Values: ["prod"] }] };
  const [, ...reached] = ssm.needs("SendCommand", command, call) ?? [];
  assert.deepEqual(
    reached.map(({ resource }) => resource),
    [hostArn("mi-00000000000000001")],
  );
  assert.deepEqual(ssm.resource?.(hostArn("mi-00000000000000001"), call), {
    account: ACCOUNT,
    tags: { env: "prod" },
    keys: { "ssm:resourceTag/env": "prod" },
  });
  const none = { ...command, Targets: [{ Key: "tag:env", Values: ["none"] }] };
  assert.equal(ssm.needs("SendCommand", none, call)?.[1]?.resource, hostArn("*"));
});

test("what is made with tags needs the right to tag", () => {
  const TagSpecifications = [{ ResourceType: "vpc", Tags }];
  needs(
    ssm,
    "PutParameter",
    { Name: "/p", Tags },
    `ssm:PutParameter ${RT} ssm:Overwrite=false`,
    `ssm:AddTagsToResource ${RT} ssm:Overwrite=false`,
  );
  needs(
    ec2,
    "CreateVpc",
    { TagSpecifications },
    `ec2:CreateVpc ${RT}`,
    `ec2:CreateTags ${RT} ec2:CreateAction=CreateVpc`,
  );
  needs(ec2, "CreateVpc", {}, "ec2:CreateVpc");
  const engine = "rds:DatabaseEngine=postgres rds:req-tag/team=blue";
  needs(
    rds,
    "CreateDBInstance",
    { DBInstanceIdentifier: "d", Engine: "postgres", Tags },
    `rds:CreateDBInstance ${RT} ${engine}`,
    `rds:AddTagsToResource ${RT} ${engine}`,
  );
  needs(snsAccess({ state }), "CreateTopic", { Name: "t", Tags }, `SNS:CreateTopic ${RT}`, `SNS:TagResource ${RT}`);
  const tags = { team: "blue" };
  needs(sqsAccess({ state }), "CreateQueue", { QueueName: "q", tags }, `sqs:CreateQueue ${RT}`, `sqs:TagQueue ${RT}`);
  const logs = logsAccess({ state });
  needs(logs, "CreateLogGroup", { logGroupName: "g", tags }, `logs:CreateLogGroup ${RT}`, `logs:TagResource ${RT}`);
});

test("tagging tells which tags, untagging their keys", () => {
  needs(ssm, "AddTagsToResource", { ResourceType: "Parameter", ResourceId: "/p", Tags }, `ssm:AddTagsToResource ${RT}`);
  needs(
    ssm,
    "RemoveTagsFromResource",
    { ResourceType: "Parameter", ResourceId: "/p", TagKeys: ["team"] },
    "ssm:RemoveTagsFromResource aws:TagKeys=team",
  );
  needs(ec2, "CreateTags", { Resources: ["vpc-1"], Tags }, `ec2:CreateTags ${RT}`);
  needs(ec2, "DeleteTags", { Resources: ["vpc-1"], Tags }, "ec2:DeleteTags aws:TagKeys=team");
  needs(
    rds,
    "RemoveTagsFromResource",
    { ResourceName: "d", TagKeys: ["team"] },
    "rds:RemoveTagsFromResource aws:TagKeys=team",
  );
});

test("a bucket's access list and ownership need the rights to put these, and every form of a grant is seen", () => {
  const GrantRead = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"';
  const grant = `s3:x-amz-grant-read=${GrantRead}`;
  needs(s3, "CreateBucket", { Bucket: "b" }, "s3:CreateBucket");
  needs(s3, "CreateBucket", { Bucket: "b", GrantRead }, `s3:CreateBucket ${grant}`, `s3:PutBucketAcl ${grant}`);
  const owner = "s3:x-amz-object-ownership=ObjectWriter";
  needs(
    s3,
    "CreateBucket",
    { Bucket: "b", ObjectOwnership: "ObjectWriter" },
    `s3:CreateBucket ${owner}`,
    `s3:PutBucketOwnershipControls ${owner}`,
  );
  needs(s3, "PutBucketAcl", { Bucket: "b", GrantRead }, `s3:PutBucketAcl ${grant}`);
  needs(s3, "PutObjectAcl", { Bucket: "b", Key: "k", GrantRead }, `s3:PutObjectAcl ${grant}`);
  needs(
    s3,
    "PutObjectTagging",
    { Bucket: "b", Key: "k", Tagging: { TagSet: Tags } },
    "s3:PutObjectTagging s3:RequestObjectTag/team=blue s3:RequestObjectTagKeys=team",
  );
});
