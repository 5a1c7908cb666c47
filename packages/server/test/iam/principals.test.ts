import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DeleteUserCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-iam";
import { ACCOUNT, ALLOW_LOGS, openHouse, refused, trust } from "./house.ts";

const newKey = async (iam: IAMClient, UserName: string) => {
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
};

test("a user is made, found without regard to case, renamed with all that is its, and listed by path", async (t) => {
  const { iam } = await openHouse(t);
  const { User } = await iam.send(
    new CreateUserCommand({ UserName: "Ann", Path: "/ops/", Tags: [{ Key: "team", Value: "red" }] }),
  );
  assert.equal(User?.Arn, `arn:aws:iam::${ACCOUNT}:user/ops/Ann`);
  assert.match(User.UserId ?? "", /^AIDA[A-Z2-7]{17}$/);
  await assert.rejects(
    iam.send(new CreateUserCommand({ UserName: "ANN" })),
    refused("EntityAlreadyExistsException", "User with name ANN already exists."),
  );
  await iam.send(new PutUserPolicyCommand({ UserName: "ann", PolicyName: "p", PolicyDocument: ALLOW_LOGS }));
  await iam.send(new UpdateUserCommand({ UserName: "ann", NewUserName: "Anna", NewPath: "/dev/" }));
  await assert.rejects(
    iam.send(new GetUserCommand({ UserName: "Ann" })),
    refused("NoSuchEntityException", "The user with name Ann cannot be found."),
  );
  const renamed = await iam.send(new GetUserCommand({ UserName: "anna" }));
  assert.equal(renamed.User?.UserId, User.UserId);
  assert.deepEqual(renamed.User?.Tags, [{ Key: "team", Value: "red" }]);
  const { Users } = await iam.send(new ListUsersCommand({ PathPrefix: "/dev/" }));
  assert.deepEqual(
    Users?.map(({ UserName }) => UserName),
    ["Anna"],
  );
});

test("lists come in pages whose markers stay right while users come and go", async (t) => {
  const { iam } = await openHouse(t);
  for (const UserName of ["b", "d", "a", "c"]) await iam.send(new CreateUserCommand({ UserName }));
  const first = await iam.send(new ListUsersCommand({ MaxItems: 2 }));
  assert.deepEqual(
    first.Users?.map(({ UserName }) => UserName),
    ["a", "administrator"],
  );
  assert.equal(first.IsTruncated, true);
  await iam.send(new DeleteUserCommand({ UserName: "a" }));
  await iam.send(new CreateUserCommand({ UserName: "0" }));
  const rest = await iam.send(new ListUsersCommand({ Marker: first.Marker }));
  assert.deepEqual(
    rest.Users?.map(({ UserName }) => UserName),
    ["b", "c", "d"],
  );
  assert.equal(rest.IsTruncated, false);
  await assert.rejects(iam.send(new ListUsersCommand({ Marker: "!" })), refused("ValidationError"));
});

test("a key works until it is switched off or deleted, from the next call on; two for each user", async (t) => {
  const house = await openHouse(t);
  const { iam } = house;
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const key = await newKey(iam, "ann");
  const asAnn = house.as(key);
  assert.equal((await asAnn.send(new GetUserCommand({}))).User?.UserName, "ann");
  const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: key.accessKeyId }));
  assert.equal(used.AccessKeyLastUsed?.ServiceName, "iam");
  assert.equal(used.UserName, "ann");
  const second = await newKey(iam, "ann");
  const unused = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: second.accessKeyId }));
  assert.deepEqual(unused.AccessKeyLastUsed, { ServiceName: "N/A", Region: "N/A" });
  await assert.rejects(
    newKey(iam, "ann"),
    refused("LimitExceededException", "Cannot exceed quota for AccessKeysPerUser: 2"),
  );

  const { accessKeyId } = key;
  await iam.send(new UpdateAccessKeyCommand({ UserName: "ann", AccessKeyId: accessKeyId, Status: "Inactive" }));
  await assert.rejects(asAnn.send(new GetUserCommand({})), refused("InvalidClientTokenId"));
  await iam.send(new UpdateAccessKeyCommand({ UserName: "ann", AccessKeyId: accessKeyId, Status: "Active" }));
  await asAnn.send(new GetUserCommand({}));
  await iam.send(new DeleteAccessKeyCommand({ UserName: "ann", AccessKeyId: accessKeyId }));
  await assert.rejects(asAnn.send(new GetUserCommand({})), refused("InvalidClientTokenId"));
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: "ann" }));
  assert.deepEqual(
    AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId),
    [second.accessKeyId],
  );
  await assert.rejects(
    iam.send(new DeleteAccessKeyCommand({ UserName: "administrator", AccessKeyId: second.accessKeyId })),
    refused("NoSuchEntityException", `The Access Key with id ${second.accessKeyId} cannot be found.`),
  );
});

test("a user goes only when nothing of it is left", async (t) => {
  const { iam } = await openHouse(t);
  const UserName = "ann";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateGroupCommand({ GroupName: "g" }));
  const { accessKeyId: AccessKeyId } = await newKey(iam, UserName);
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName: "g" }));
  const remove = () => iam.send(new DeleteUserCommand({ UserName }));
  const conflict = (message: string) => refused("DeleteConflictException", message);
  await assert.rejects(remove(), conflict("Cannot delete entity, must delete access keys first."));
  await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  await assert.rejects(remove(), conflict("Cannot delete entity, must remove user from all groups first."));
  await assert.rejects(
    iam.send(new DeleteGroupCommand({ GroupName: "g" })),
    conflict("Cannot delete entity, must remove users from group first."),
  );
  await iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: "g" }));
  await remove();
  await iam.send(new DeleteGroupCommand({ GroupName: "g" }));
});

test("members stay with a group that is renamed", async (t) => {
  const { iam } = await openHouse(t);
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  await iam.send(new CreateGroupCommand({ GroupName: "g" }));
  await iam.send(new AddUserToGroupCommand({ UserName: "ann", GroupName: "g" }));
  await iam.send(new UpdateGroupCommand({ GroupName: "g", NewGroupName: "h" }));
  const { Users } = await iam.send(new GetGroupCommand({ GroupName: "h" }));
  assert.deepEqual(
    Users?.map(({ UserName }) => UserName),
    ["ann"],
  );
  const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: "ann" }));
  assert.equal(Groups?.[0]?.GroupName, "h");
});

test("keys of tags differ in more than their case, and there are fifty at most", async (t) => {
  const { iam } = await openHouse(t);
  const UserName = "ann";
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "Team", Value: "red" }] }));
  await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "team", Value: "blue" }] }));
  assert.deepEqual((await iam.send(new ListUserTagsCommand({ UserName }))).Tags, [{ Key: "team", Value: "blue" }]);
  const both = [
    { Key: "a", Value: "1" },
    { Key: "A", Value: "2" },
  ];
  await assert.rejects(iam.send(new TagUserCommand({ UserName, Tags: both })), refused("InvalidInputException"));
  const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: "" }));
  await assert.rejects(iam.send(new TagUserCommand({ UserName, Tags: many })), refused("LimitExceededException"));
  await iam.send(new UntagUserCommand({ UserName, TagKeys: ["TEAM"] }));
  await iam.send(new TagUserCommand({ UserName, Tags: many }));
});

test("a trust policy names those who are there, and shows the id of one who is gone", async (t) => {
  const { iam } = await openHouse(t);
  const { User } = await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const AssumeRolePolicyDocument = trust({ AWS: User?.Arn });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument }));
  assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""), AssumeRolePolicyDocument);
  assert.equal(Role?.MaxSessionDuration, 3_600);
  await iam.send(new DeleteUserCommand({ UserName: "ann" }));
  await iam.send(new CreateUserCommand({ UserName: "ann" }));
  const shown = await iam.send(new GetRoleCommand({ RoleName: "r" }));
  assert.equal(decodeURIComponent(shown.Role?.AssumeRolePolicyDocument ?? ""), trust({ AWS: User?.UserId }));
  await assert.rejects(
    iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "r",
        PolicyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/nobody` }),
      }),
    ),
    refused(
      "MalformedPolicyDocumentException",
      `Invalid principal in policy: "AWS":"arn:aws:iam::${ACCOUNT}:user/nobody"`,
    ),
  );
});

test("a service-linked role is its service's: it can be looked at and deleted, and not changed", async (t) => {
  const { iam } = await openHouse(t);
  const { Role } = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "guardduty.amazonaws.com" }));
  const RoleName = Role?.RoleName ?? "";
  assert.equal(
    Role?.Arn,
    `arn:aws:iam::${ACCOUNT}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty`,
  );
  await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName })), refused("UnmodifiableEntityException"));
  await assert.rejects(
    iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "guardduty.amazonaws.com" })),
    refused("InvalidInputException", /has been taken in this account/),
  );
  const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
  assert.equal((await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))).Status, "SUCCEEDED");
  await assert.rejects(iam.send(new GetRoleCommand({ RoleName })), refused("NoSuchEntityException"));
});

test("calls at the same time leave nothing that contradicts: one name, no policy that is attached and gone", async (t) => {
  const { iam } = await openHouse(t);
  const made = await Promise.allSettled(
    Array.from({ length: 8 }, () => iam.send(new CreateUserCommand({ UserName: "ann" }))),
  );
  assert.equal(made.filter(({ status }) => status === "fulfilled").length, 1);
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const both = await Promise.allSettled([
    iam.send(new AttachUserPolicyCommand({ UserName: "ann", PolicyArn })),
    iam.send(new DeleteUserCommand({ UserName: "ann" })),
  ]);
  assert.equal(both.filter(({ status }) => status === "fulfilled").length, 1);
});
