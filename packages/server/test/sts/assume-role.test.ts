import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateRoleCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  EnableMFADeviceCommand,
  GetUserCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  type STSClient,
} from "@aws-sdk/client-sts";
import { fromBase32 } from "../../src/platform/identity/key-ids.ts";
import { codeAt, stepAt } from "../../src/platform/identity/totp.ts";
import {
  ACCOUNT,
  ALLOW_LOGS,
  callerOf,
  document,
  type House,
  type Keys,
  sessionKeys as keysOf,
  newUser,
  openHouse,
  refused,
  trust,
} from "../iam/house.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;

const newRole = ({ iam }: House, AssumeRolePolicyDocument: string, more = {}) =>
  iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument, ...more }));

const assume = (sts: STSClient, input: Partial<AssumeRoleCommandInput> = {}) =>
  sts.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "one", ...input }));

const ASSUME = document({ Effect: "Allow", Action: "sts:AssumeRole", Resource: ROLE });

test("a session of a role is told apart from all others, and ends when its time is over", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  const { Role } = await newRole(house, trust({ AWS: ann.arn }));
  const { Credentials, AssumedRoleUser } = await assume(house.stsAs(ann), { DurationSeconds: 900 });
  assert.deepEqual(AssumedRoleUser, {
    Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/one`,
    AssumedRoleId: `${Role?.RoleId}:one`,
  });
  assert.equal(Credentials?.Expiration?.getTime(), house.clock.now() + 900_000);
  const session = house.stsAs(keysOf(Credentials));
  const { $metadata: _, ...identity } = await session.send(new GetCallerIdentityCommand({}));
  assert.deepEqual(identity, {
    Account: ACCOUNT,
    Arn: AssumedRoleUser?.Arn,
    UserId: AssumedRoleUser?.AssumedRoleId,
  });
  const info = await house.sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: Credentials?.AccessKeyId }));
  assert.equal(info.Account, ACCOUNT);
  await house.clock.advance(900_000);
  await assert.rejects(
    session.send(new GetCallerIdentityCommand({})),
    refused("ExpiredToken", "The security token included in the request is expired"),
  );
});

test("an altered token, one for another key, and none at all are refused", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  await newRole(house, trust({ AWS: ann.arn }));
  const keys = keysOf((await assume(house.stsAs(ann))).Credentials);
  const other = keysOf((await assume(house.stsAs(ann))).Credentials);
  const { sessionToken = "" } = keys;
  const middle = Math.floor(sessionToken.length / 2);
  const altered =
    sessionToken.slice(0, middle) + (sessionToken[middle] === "A" ? "B" : "A") + sessionToken.slice(middle + 1);
  const { sessionToken: _, ...without } = keys;
  const wrong: Keys[] = [
    { ...keys, sessionToken: altered },
    { ...keys, sessionToken: other.sessionToken ?? "" },
    { ...keys, sessionToken: "x" },
    without,
    // A lasting key has no token.
    { ...ann, sessionToken },
  ];
  for (const each of wrong) {
    await assert.rejects(
      house.stsAs(each).send(new GetCallerIdentityCommand({})),
      refused("InvalidClientTokenId", "The security token included in the request is invalid."),
    );
  }
  await assert.rejects(
    house.stsAs({ ...keys, secretAccessKey: other.secretAccessKey }).send(new GetCallerIdentityCommand({})),
    refused("SignatureDoesNotMatch"),
  );
});

test("a session is gone with its role, and does not come back with another of that name", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  await newRole(house, trust({ AWS: ann.arn }));
  const session = house.stsAs(keysOf((await assume(house.stsAs(ann))).Credentials));
  await session.send(new GetCallerIdentityCommand({}));
  await house.iam.send(new DeleteRoleCommand({ RoleName: "r" }));
  await assert.rejects(session.send(new GetCallerIdentityCommand({})), refused("InvalidClientTokenId"));
  await newRole(house, trust({ AWS: ann.arn }));
  await assert.rejects(session.send(new GetCallerIdentityCommand({})), refused("InvalidClientTokenId"));
});

test("who is trusted decides: a user by name, an account for those whom it lets, and nobody else", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  const bob = await newUser(house, "bob", ASSUME);
  const cleo = await newUser(house, "cleo");
  await newRole(house, trust({ AWS: [ann.arn, ACCOUNT] }));
  await assume(house.stsAs(ann));
  await assume(house.stsAs(bob));
  await assert.rejects(
    assume(house.stsAs(cleo)),
    refused(
      "AccessDenied",
      `User: ${cleo.arn} is not authorized to perform: sts:AssumeRole on resource: ${ROLE} because no identity-based policy allows the sts:AssumeRole action`,
    ),
  );
  const untrusted = refused("AccessDenied", /because no role trust policy allows the sts:AssumeRole action$/);
  await house.iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName: "r", PolicyDocument: trust({ Service: "ec2.amazonaws.com" }) }),
  );
  await assert.rejects(assume(house.stsAs(bob)), untrusted);
  // Whether a role is there is not told to who may not have it.
  await assert.rejects(assume(house.stsAs(bob), { RoleArn: `${ROLE}x` }), untrusted);
});

test("a user who is made again under the trusted name is not trusted", async (t) => {
  const house = await openHouse(t);
  await house.iam.send(new CreateUserCommand({ UserName: "ann" }));
  await newRole(house, trust({ AWS: `arn:aws:iam::${ACCOUNT}:user/ann` }));
  await house.iam.send(new DeleteUserCommand({ UserName: "ann" }));
  const ann = await newUser(house, "ann", ASSUME);
  await assert.rejects(assume(house.stsAs(ann)), refused("AccessDenied"));
});

test("an external id, a session name and tags that the trust policy asks for", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  const sts = house.stsAs(ann);
  await newRole(
    house,
    trust(
      { AWS: ann.arn },
      {
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: {
          StringEquals: { "sts:ExternalId": "e-1", "aws:RequestTag/team": "red" },
          StringLike: { "sts:RoleSessionName": "ann-*" },
        },
      },
    ),
  );
  const right = { ExternalId: "e-1", RoleSessionName: "ann-1", Tags: [{ Key: "team", Value: "red" }] };
  const { Credentials, PackedPolicySize } = await assume(sts, right);
  assert.ok((PackedPolicySize ?? 0) > 0);
  assert.deepEqual(callerOf(house, keysOf(Credentials)).tags(), { team: "red" });
  for (const wrong of [
    { ExternalId: "e-2" },
    { ExternalId: undefined },
    { RoleSessionName: "bob-1" },
    { Tags: undefined },
    { Tags: [{ Key: "team", Value: "blue" }] },
  ]) {
    await assert.rejects(assume(sts, { ...right, ...wrong }), refused("AccessDenied"));
  }
  await house.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: "r", PolicyDocument: trust({ AWS: ann.arn }) }));
  await assert.rejects(assume(sts, right), refused("AccessDenied", /sts:TagSession/));
});

test("transitive tags and the source identity go along a chain, which lasts an hour", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  const Action = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
  await newRole(house, trust({ AWS: ann.arn }, { Action }));
  await house.iam.send(
    new CreateRoleCommand({
      RoleName: "next",
      AssumeRolePolicyDocument: trust({ AWS: ROLE }, { Action }),
      MaxSessionDuration: 43_200,
    }),
  );
  const first = await assume(house.stsAs(ann), {
    Tags: [
      { Key: "team", Value: "red" },
      { Key: "stays", Value: "here" },
    ],
    TransitiveTagKeys: ["team"],
    SourceIdentity: "ann",
  });
  const chain = house.stsAs(keysOf(first.Credentials));
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/next`;
  const second = await assume(chain, { RoleArn });
  assert.equal(second.SourceIdentity, "ann");
  const caller = callerOf(house, keysOf(second.Credentials));
  assert.deepEqual(caller.tags(), { team: "red" });
  await assert.rejects(
    assume(chain, { RoleArn, Tags: [{ Key: "Team", Value: "blue" }] }),
    refused("ValidationError", /conflicts with a transitive tag key from the calling session/),
  );
  await assert.rejects(assume(chain, { RoleArn, SourceIdentity: "bob" }), refused("AccessDenied"));
  await assert.rejects(
    assume(chain, { RoleArn, DurationSeconds: 3_601 }),
    refused("ValidationError", /1 hour session limit for roles assumed by role chaining/),
  );
});

test("a session's own policies are kept with it, and too large ones are refused", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  await newRole(house, trust({ AWS: ann.arn }));
  const sts = house.stsAs(ann);
  const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const made = await assume(sts, { Policy: ALLOW_LOGS, PolicyArns: [{ arn }] });
  const caller = callerOf(house, keysOf(made.Credentials));
  assert.deepEqual(
    caller.policies().session?.origins.map(({ name }) => name),
    ["session policy", "ReadOnlyAccess"],
  );
  const random = (length: number) => Array.from({ length }, (_, at) => `k${at * 7919}`).join("");
  const wide = document({ Effect: "Allow", Action: "logs:*", Resource: `arn:aws:logs:*:*:${random(400)}` });
  await assert.rejects(assume(sts, { Policy: wide }), refused("PackedPolicyTooLargeException"));
  await assert.rejects(assume(sts, { Policy: "{" }), refused("MalformedPolicyDocumentException"));
  await assert.rejects(
    assume(sts, { PolicyArns: [{ arn: `arn:aws:iam::${ACCOUNT}:policy/none` }] }),
    refused("MalformedPolicyDocumentException"),
  );
  await assert.rejects(assume(sts, { DurationSeconds: 3_601 }), refused("ValidationError", /MaxSessionDuration/));
});

test("a second factor is proven by a code that works once", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann");
  const { iam, clock } = house;
  const made = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "ann" }));
  const { SerialNumber = "", Base32StringSeed } = made.VirtualMFADevice ?? {};
  const seed = fromBase32(Buffer.from(Base32StringSeed ?? []).toString()) ?? assert.fail("no seed");
  const code = (distance = 0) => codeAt(seed, stepAt(clock.now()) + distance);
  const enable = (AuthenticationCode1: string, AuthenticationCode2: string) =>
    iam.send(new EnableMFADeviceCommand({ UserName: "ann", SerialNumber, AuthenticationCode1, AuthenticationCode2 }));
  await assert.rejects(enable(code(0), code(0)), refused("InvalidAuthenticationCodeException"));
  await assert.rejects(enable(code(-1), code(1)), refused("InvalidAuthenticationCodeException"));
  await enable(code(-1), code(0));

  await newRole(house, trust({ AWS: ann.arn }, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }));
  const sts = house.stsAs(ann);
  await assert.rejects(assume(sts), refused("AccessDenied"));
  // The codes that enabled the device were seen by whoever saw that call.
  await assert.rejects(
    assume(sts, { SerialNumber, TokenCode: code(0) }),
    refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."),
  );
  await clock.advance(30_000);
  await assert.rejects(assume(sts, { SerialNumber }), refused("AccessDenied", /must provide both/));
  await assume(sts, { SerialNumber, TokenCode: code(0) });
  await assert.rejects(
    assume(sts, { SerialNumber, TokenCode: code(0) }),
    refused("AccessDenied", /one time pass code/),
  );

  await clock.advance(30_000);
  const session = await sts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode: code(0) }));
  await assume(house.stsAs(keysOf(session.Credentials)));
  await clock.advance(30_000);
  for (let tries = 0; tries < 10; tries++) {
    await assert.rejects(
      assume(sts, { SerialNumber, TokenCode: "000000" }),
      refused("AccessDenied", /one time pass code/),
    );
  }
  await assert.rejects(
    assume(sts, { SerialNumber, TokenCode: code(0) }),
    refused("AccessDenied", /too many wrong codes/),
  );
});

test("sessions of users: of their own, and for somebody else with no more than a policy gives", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann", ALLOW_LOGS);
  const sts = house.stsAs(ann);
  const own = keysOf((await sts.send(new GetSessionTokenCommand({}))).Credentials);
  const who = await house.stsAs(own).send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, ann.arn);
  await assert.rejects(
    house.stsAs(own).send(new GetSessionTokenCommand({})),
    refused("AccessDenied", "Cannot call GetSessionToken with session credentials"),
  );
  const federated = await sts.send(new GetFederationTokenCommand({ Name: "guest", Policy: ALLOW_LOGS }));
  assert.deepEqual(federated.FederatedUser, {
    Arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
    FederatedUserId: `${ACCOUNT}:guest`,
  });
  const caller = callerOf(house, keysOf(federated.Credentials));
  assert.equal(caller.arn, federated.FederatedUser?.Arn);
  assert.deepEqual([caller.policies().identity.origins.length, caller.policies().session?.origins.length], [1, 1]);
});

test("a user's session without a second factor does nothing in IAM; a guest's neither, and assumes no role", async (t) => {
  const house = await openHouse(t);
  const ann = await newUser(house, "ann", ALLOW_LOGS);
  const sts = house.stsAs(ann);
  const own = keysOf((await sts.send(new GetSessionTokenCommand({}))).Credentials);
  const guest = keysOf((await sts.send(new GetFederationTokenCommand({ Name: "guest" }))).Credentials);
  for (const keys of [own, guest]) {
    await assert.rejects(house.as(keys).send(new GetUserCommand({})), refused("InvalidClientTokenId"));
    await house.stsAs(keys).send(new GetCallerIdentityCommand({}));
  }
  await assert.rejects(assume(house.stsAs(guest)), refused("InvalidClientTokenId"));
  await newRole(house, trust({ AWS: ann.arn }));
  await assume(house.stsAs(own));
});
