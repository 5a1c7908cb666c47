import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetAccountAuthorizationDetailsCommand,
  type GetAccountAuthorizationDetailsCommandOutput,
  GetContextKeysForPrincipalPolicyCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  ListInstanceProfilesForRoleCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveRoleFromInstanceProfileCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { ACCOUNT, ALLOW_LOGS, document, newUser, openHouse, refused, trust } from "./house.ts";

test("a simulation says what would be allowed, by which statement of which policy, and which keys are missing", async (t) => {
  const house = await openHouse(t);
  const { iam } = house;
  const { arn } = await newUser(house, "ann", ALLOW_LOGS);
  await iam.send(new CreateGroupCommand({ GroupName: "g" }));
  await iam.send(new AddUserToGroupCommand({ UserName: "ann", GroupName: "g" }));
  const deny = document([
    {
      Effect: "Deny",
      Action: "logs:DeleteLogGroup",
      Resource: "*",
      Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
    },
  ]);
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: "careful", PolicyDocument: deny }));
  await iam.send(new AttachGroupPolicyCommand({ GroupName: "g", PolicyArn: Policy?.Arn }));
  const ActionNames = ["logs:GetLogEvents", "logs:DeleteLogGroup", "sns:Publish"];
  const simulated = await iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames }));
  assert.deepEqual(
    simulated.EvaluationResults?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
    [
      ["logs:GetLogEvents", "allowed"],
      ["logs:DeleteLogGroup", "explicitDeny"],
      ["sns:Publish", "implicitDeny"],
    ],
  );
  const [allowed, denied] = simulated.EvaluationResults ?? [];
  assert.deepEqual(allowed?.MatchedStatements, [
    {
      SourcePolicyId: "user_ann_p",
      SourcePolicyType: "user",
      StartPosition: { Line: 1, Column: ALLOW_LOGS.indexOf('{"Effect') + 1 },
      EndPosition: { Line: 1, Column: ALLOW_LOGS.length },
    },
  ]);
  assert.equal(denied?.MatchedStatements?.[0]?.SourcePolicyId, "careful");
  assert.deepEqual(denied?.MissingContextValues, ["aws:MultiFactorAuthPresent"]);
  const withFactor = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: arn,
      ActionNames: ["logs:DeleteLogGroup"],
      ContextEntries: [
        { ContextKeyName: "aws:MultiFactorAuthPresent", ContextKeyValues: ["true"], ContextKeyType: "boolean" },
      ],
    }),
  );
  assert.equal(withFactor.EvaluationResults?.[0]?.EvalDecision, "allowed");
  const keys = await iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: arn }));
  assert.deepEqual(keys.ContextKeyNames, ["aws:MultiFactorAuthPresent"]);

  await iam.send(
    new PutUserPermissionsBoundaryCommand({
      UserName: "ann",
      PermissionsBoundary: "arn:aws:iam::aws:policy/AmazonSNSFullAccess",
    }),
  );
  const bounded = await iam.send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames: ["logs:GetLogEvents"] }),
  );
  assert.equal(bounded.EvaluationResults?.[0]?.EvalDecision, "implicitDeny");
  assert.deepEqual(bounded.EvaluationResults?.[0]?.PermissionsBoundaryDecisionDetail, {
    AllowedByPermissionsBoundary: false,
  });
});

test("policies can be tried out before anybody has them, with a resource policy of another account too", async (t) => {
  const { iam } = await openHouse(t);
  const bucket = "arn:aws:s3:::b/k";
  const CallerArn = `arn:aws:iam::${ACCOUNT}:user/ann`;
  const simulate = async (more: object) => {
    const input = {
      PolicyInputList: [document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" })],
      CallerArn,
    };
    const { EvaluationResults } = await iam.send(
      new SimulateCustomPolicyCommand({ ...input, ActionNames: ["s3:GetObject"], ResourceArns: [bucket], ...more }),
    );
    return EvaluationResults?.[0]?.EvalDecision;
  };
  const ResourcePolicy = document({
    Effect: "Allow",
    Principal: { AWS: CallerArn },
    Action: "s3:GetObject",
    Resource: bucket,
  });
  const ResourceOwner = "arn:aws:iam::210987654321:root";
  assert.equal(await simulate({}), "allowed");
  assert.equal(await simulate({ ResourcePolicy, PolicyInputList: [ALLOW_LOGS] }), "allowed");
  assert.equal(await simulate({ ResourcePolicy, ResourceOwner }), "allowed");
  assert.equal(await simulate({ ResourcePolicy, ResourceOwner, PolicyInputList: [ALLOW_LOGS] }), "implicitDeny");
  await assert.rejects(simulate({ ActionNames: ["s3:*"] }), refused("InvalidInputException"));
  await assert.rejects(simulate({ PolicyInputList: ["{"] }), refused("MalformedPolicyDocumentException"));
});

test("everything that decides who may do what is told in one list, in pages", async (t) => {
  const house = await openHouse(t);
  const { iam } = house;
  await newUser(house, "ann", ALLOW_LOGS);
  await iam.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: ALLOW_LOGS }));
  await iam.send(
    new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust({ Service: "ec2.amazonaws.com" }) }),
  );
  const pages: GetAccountAuthorizationDetailsCommandOutput[] = [];
  let Marker: string | undefined;
  do {
    const page = await iam.send(new GetAccountAuthorizationDetailsCommand({ MaxItems: 2, ...(Marker && { Marker }) }));
    pages.push(page);
    Marker = page.Marker;
  } while (Marker !== undefined);
  assert.deepEqual(
    pages.flatMap(({ Policies }) => Policies ?? []).map(({ PolicyName }) => PolicyName),
    ["p", "AdministratorAccess"],
  );
  assert.equal(pages.flatMap(({ RoleDetailList }) => RoleDetailList ?? [])[0]?.RoleName, "r");
  const users = pages.flatMap(({ UserDetailList }) => UserDetailList ?? []);
  assert.deepEqual(
    users.map(({ UserName, UserPolicyList }) => [UserName, UserPolicyList?.length ?? 0]),
    [
      ["administrator", 0],
      ["ann", 1],
    ],
  );
});

test("an instance profile holds one role, which stays as long as it does", async (t) => {
  const { iam } = await openHouse(t);
  const InstanceProfileName = "host";
  const AssumeRolePolicyDocument = trust({ Service: "ec2.amazonaws.com" });
  for (const RoleName of ["r", "s"]) await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "r" }));
  await assert.rejects(
    iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "s" })),
    refused("LimitExceededException"),
  );
  await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: "r" })), refused("DeleteConflictException"));
  await assert.rejects(
    iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })),
    refused("DeleteConflictException", "Cannot delete entity, must remove roles from instance profile first."),
  );
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  assert.equal(InstanceProfile?.Roles?.[0]?.RoleName, "r");
  const { InstanceProfiles } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "r" }));
  assert.equal(InstanceProfiles?.length, 1);
  await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: "r" }));
  await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
  await iam.send(new DeleteRoleCommand({ RoleName: "r" }));
});

test("an identity provider is known by its URL, which nobody else may answer for", async (t) => {
  const { iam } = await openHouse(t);
  const Url = "https://token.actions.githubusercontent.com";
  const { OpenIDConnectProviderArn } = await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["sts.amazonaws.com"] }),
  );
  assert.equal(OpenIDConnectProviderArn, `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`);
  const got = await iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
  assert.deepEqual([got.Url, got.ClientIDList], ["token.actions.githubusercontent.com", ["sts.amazonaws.com"]]);
  await assert.rejects(
    iam.send(new CreateOpenIDConnectProviderCommand({ Url: `${Url}/` })),
    refused("EntityAlreadyExistsException"),
  );
  for (const wrong of ["http://example.org", "https://example.org/?a=b", "https://u:p@example.org", "example.org"]) {
    await assert.rejects(iam.send(new CreateOpenIDConnectProviderCommand({ Url: wrong })), refused("ValidationError"));
  }
});
