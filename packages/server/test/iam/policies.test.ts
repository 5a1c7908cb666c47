import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserPolicyCommand,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListUserPoliciesCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
} from "@aws-sdk/client-iam";
import { ACCOUNT, ALLOW_LOGS, document, openHouse, refused, trust } from "./house.ts";

const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/team/p`;
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const ALLOW_SNS = document({ Effect: "Allow", Action: "sns:*", Resource: "*" });

async function openWithPolicy(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t);
  await house.iam.send(new CreatePolicyCommand({ PolicyName: "p", Path: "/team/", PolicyDocument: ALLOW_LOGS }));
  return house;
}

test("a managed policy has up to five versions, of which one counts", async (t) => {
  const { iam } = await openWithPolicy(t);
  const add = (SetAsDefault: boolean) =>
    iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALLOW_SNS, SetAsDefault }));
  await add(true);
  await add(false);
  await add(false);
  await add(false);
  await assert.rejects(add(false), refused("LimitExceededException", /can have up to 5 versions/));
  const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  assert.deepEqual(
    Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    [
      ["v5", false],
      ["v4", false],
      ["v3", false],
      ["v2", true],
      ["v1", false],
    ],
  );
  await assert.rejects(
    iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" })),
    refused("DeleteConflictException", "Cannot delete the default version of a policy."),
  );
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
  await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v5" }));
  // A number is never given again.
  assert.equal((await add(false)).PolicyVersion?.VersionId, "v6");
  const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" }));
  assert.equal(decodeURIComponent(PolicyVersion?.Document ?? ""), ALLOW_LOGS);
  await assert.rejects(
    iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: "v5" })),
    refused("NoSuchEntityException", `Policy ${PolicyArn} version v5 does not exist or is not attachable.`),
  );
});

test("a policy that is attached, is a boundary or has versions stays", async (t) => {
  const { iam } = await openWithPolicy(t);
  const UserName = "ann";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
  const attached = refused("DeleteConflictException", "Cannot delete a policy attached to entities.");
  await assert.rejects(remove(), attached);
  await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }));
  await assert.rejects(
    iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
    refused("NoSuchEntityException", `Policy ${PolicyArn} was not found.`),
  );
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn }));
  await assert.rejects(remove(), attached);
  await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALLOW_SNS }));
  await assert.rejects(remove(), refused("DeleteConflictException", /has more than one version/));
  await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
  await remove();
  await assert.rejects(
    iam.send(new GetPolicyCommand({ PolicyArn })),
    refused("NoSuchEntityException", `Policy ${PolicyArn} was not found.`),
  );
});

test("AWS's policies are there to be attached, and can not be changed", async (t) => {
  const { iam } = await openHouse(t);
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: READ_ONLY }));
  assert.equal(Policy?.PolicyName, "ReadOnlyAccess");
  await assert.rejects(
    iam.send(new CreatePolicyVersionCommand({ PolicyArn: READ_ONLY, PolicyDocument: ALLOW_SNS })),
    refused("AccessDenied"),
  );
  const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: "AWS", MaxItems: 1_000 }));
  const names = Policies?.map(({ PolicyName }) => PolicyName) ?? [];
  for (const name of ["CloudWatchAgentServerPolicy", "AWSCloudTrail_FullAccess", "SecurityAudit"]) {
    assert.ok(names.includes(name), name);
  }
  const attached = await iam.send(new ListPoliciesCommand({ OnlyAttached: true }));
  assert.deepEqual(
    attached.Policies?.map(({ PolicyName, AttachmentCount }) => [PolicyName, AttachmentCount]),
    [["AdministratorAccess", 1]],
  );
});

test("inline policies are the user's own, up to 2,048 characters together, and what AWS refuses is refused", async (t) => {
  const { iam } = await openHouse(t);
  const UserName = "ann";
  await iam.send(new CreateUserCommand({ UserName }));
  const put = (PolicyName: string, PolicyDocument: string) =>
    iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  await put("b", ALLOW_LOGS);
  await put("a", ALLOW_SNS);
  const got = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName: "a" }));
  assert.equal(decodeURIComponent(got.PolicyDocument ?? ""), ALLOW_SNS);
  assert.deepEqual((await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames, ["a", "b"]);
  const long = document({ Effect: "Allow", Action: "logs:*", Resource: `arn:aws:logs:*:*:${"x".repeat(2_000)}` });
  await assert.rejects(
    put("c", long),
    refused("LimitExceededException", "Maximum policy size of 2048 bytes exceeded for user ann"),
  );
  // Blanks do not count.
  await put("c", ALLOW_LOGS.replaceAll(",", `,${" ".repeat(1_000)}`));
  await assert.rejects(put("d", "{}"), refused("MalformedPolicyDocumentException"));
  await assert.rejects(
    put("d", document({ Effect: "Allow", Principal: "*", Action: "logs:*", Resource: "*" })),
    refused("MalformedPolicyDocumentException", "Policy document should not specify a principal."),
  );
  await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "a" }));
  await assert.rejects(
    iam.send(new GetUserPolicyCommand({ UserName, PolicyName: "a" })),
    refused("NoSuchEntityException", "The user policy with name a cannot be found."),
  );
  await assert.rejects(
    iam.send(new GetUserPolicyCommand({ UserName, PolicyName: "constructor" })),
    refused("NoSuchEntityException"),
  );
});

test("everything that a policy is attached to is told, by kind and in pages", async (t) => {
  const { iam } = await openWithPolicy(t);
  const AssumeRolePolicyDocument = trust({ Service: "ec2.amazonaws.com" });
  await iam.send(new CreateUserCommand({ UserName: "u" }));
  await iam.send(new CreateGroupCommand({ GroupName: "g" }));
  await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument }));
  await iam.send(new AttachUserPolicyCommand({ UserName: "u", PolicyArn }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: "g", PolicyArn }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn }));
  const all = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
  const names = (answer: typeof all) => [
    ...(answer.PolicyGroups ?? []).map(({ GroupName }) => GroupName),
    ...(answer.PolicyRoles ?? []).map(({ RoleName }) => RoleName),
    ...(answer.PolicyUsers ?? []).map(({ UserName }) => UserName),
  ];
  assert.deepEqual(names(all), ["g", "r", "u"]);
  const roles = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, EntityFilter: "Role" }));
  assert.deepEqual(names(roles), ["r"]);
  const first = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, MaxItems: 2 }));
  const rest = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn, Marker: first.Marker }));
  assert.deepEqual([names(first), names(rest)], [["g", "r"], ["u"]]);
  const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName: "u" }));
  assert.deepEqual(AttachedPolicies, [{ PolicyName: "p", PolicyArn }]);
  assert.equal((await iam.send(new GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount, 3);
});

test("who is not there gets no policy, and nobody gets one that is not there", async (t) => {
  const { iam } = await openHouse(t);
  await assert.rejects(
    iam.send(new PutRolePolicyCommand({ RoleName: "none", PolicyName: "p", PolicyDocument: ALLOW_LOGS })),
    refused("NoSuchEntityException", "The role with name none cannot be found."),
  );
  await assert.rejects(
    iam.send(new AttachUserPolicyCommand({ UserName: "administrator", PolicyArn: "arn:aws:iam::aws:policy/Nothing" })),
    refused("NoSuchEntityException", "Policy arn:aws:iam::aws:policy/Nothing does not exist or is not attachable."),
  );
});
