import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateVirtualMFADeviceCommand,
  DeleteAccessKeyCommand,
  EnableMFADeviceCommand,
  GetAccountSummaryCommand,
  GetUserCommand,
  ListAccessKeysCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { fromBase32 } from "../../src/platform/identity/key-ids.ts";
import { newAccessKey } from "../../src/platform/identity/new-key.ts";
import { codeAt, stepAt } from "../../src/platform/identity/totp.ts";
import { ACCOUNT, openHouse, refused, sessionKeys, trust } from "./house.ts";

async function openWithRoot(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t);
  const { pair, change } = newAccessKey(house.box, ACCOUNT, undefined, house.clock.now());
  await house.state.commit({ cause: { action: "test" }, changes: [change] });
  return { ...house, pair, root: house.as(pair), rootSts: house.stsAs(pair) };
}

test("the root user is its account, has keys of its own, and limits no user's", async (t) => {
  const { root, rootSts, pair, iam } = await openWithRoot(t);
  const who = await rootSts.send(new GetCallerIdentityCommand({}));
  assert.deepEqual([who.Arn, who.UserId, who.Account], [`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT, ACCOUNT]);
  assert.equal((await root.send(new GetUserCommand({}))).User?.Arn, `arn:aws:iam::${ACCOUNT}:root`);
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({}));
  await assert.rejects(root.send(new CreateAccessKeyCommand({})), refused("LimitExceededException"));
  const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({}));
  assert.deepEqual(
    AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId).sort(),
    [pair.accessKeyId, AccessKey?.AccessKeyId].sort(),
  );
  // Users do not see them, and can't take them away.
  await assert.rejects(
    iam.send(new DeleteAccessKeyCommand({ AccessKeyId: pair.accessKeyId })),
    refused("NoSuchEntityException"),
  );
  assert.equal((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap?.AccountAccessKeysPresent, 1);
});

test("the root user assumes no role, and its sessions last an hour", async (t) => {
  const { root, rootSts, clock } = await openWithRoot(t);
  await root.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust({ AWS: ACCOUNT }) }));
  await assert.rejects(
    rootSts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, RoleSessionName: "one" })),
    refused("AccessDenied", "Roles may not be assumed by root accounts."),
  );
  const { Credentials } = await rootSts.send(new GetSessionTokenCommand({}));
  assert.equal(Credentials?.Expiration?.getTime(), clock.now() + 3_600_000);
});

test("the root user has a second factor of its own", async (t) => {
  const { root, rootSts, clock, as } = await openWithRoot(t);
  const { VirtualMFADevice } = await root.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "root" }));
  const { SerialNumber = "", Base32StringSeed } = VirtualMFADevice ?? {};
  const seed = fromBase32(Buffer.from(Base32StringSeed ?? []).toString()) ?? assert.fail("no seed");
  const code = (distance = 0) => codeAt(seed, stepAt(clock.now()) + distance);
  const [AuthenticationCode1, AuthenticationCode2] = [code(-1), code()];
  await root.send(
    new EnableMFADeviceCommand({ UserName: ACCOUNT, SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
  );
  assert.equal((await root.send(new GetAccountSummaryCommand({}))).SummaryMap?.AccountMFAEnabled, 1);
  await clock.advance(30_000);
  const session = await rootSts.send(new GetSessionTokenCommand({ SerialNumber, TokenCode: code() }));
  await as(sessionKeys(session.Credentials)).send(new GetUserCommand({}));
  const without = await rootSts.send(new GetSessionTokenCommand({}));
  await assert.rejects(
    as(sessionKeys(without.Credentials)).send(new GetUserCommand({})),
    refused("InvalidClientTokenId"),
  );
});
