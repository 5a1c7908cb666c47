import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ChangePasswordCommand,
  CreateAccountAliasCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccountAliasCommand,
  DeleteAccountPasswordPolicyCommand,
  DeleteLoginProfileCommand,
  DeleteVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  GenerateCredentialReportCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetLoginProfileCommand,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  UpdateAccountPasswordPolicyCommand,
  UpdateLoginProfileCommand,
} from "@aws-sdk/client-iam";
import { fromBase32 } from "../../src/platform/identity/key-ids.ts";
import { openSignIn, type SignInRequest } from "../../src/platform/identity/sign-in.ts";
import { codeAt, stepAt } from "../../src/platform/identity/totp.ts";
import { ACCOUNT, callerOf, newUser, openHouse, refused } from "./house.ts";

const UserName = "ann";
const Password = "correct-Horse-1";

async function openWithAnn(t: Parameters<typeof openHouse>[0]) {
  const house = await openHouse(t);
  const ann = await newUser(house, UserName);
  await house.iam.send(new CreateLoginProfileCommand({ UserName, Password }));
  const people = openSignIn(house);
  const signIn = (more: Partial<SignInRequest> = {}) =>
    people.signIn({ account: ACCOUNT, userName: UserName, password: Password, ...more });
  return { ...house, ann, signIn };
}

test("passwords keep to AWS's default rules, and to the account's where it has some", async (t) => {
  const { iam } = await openHouse(t);
  await iam.send(new CreateUserCommand({ UserName }));
  const create = (text: string) => iam.send(new CreateLoginProfileCommand({ UserName, Password: text }));
  const violation = (message: RegExp | string) => refused("PasswordPolicyViolationException", message);
  await assert.rejects(create("Ab1-"), violation("Password should have a minimum length of 8"));
  await assert.rejects(create("abcdefgh1"), violation(/three of/));
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MinimumPasswordLength: 12, RequireSymbols: true }));
  await assert.rejects(create("abcdefgh1"), violation("Password should have a minimum length of 12"));
  await assert.rejects(create("abcdefghijkl"), violation("Password should have at least one symbol"));
  await create("abcdefghijk!");
  const { PasswordPolicy } = await iam.send(new GetAccountPasswordPolicyCommand({}));
  assert.deepEqual(PasswordPolicy, {
    MinimumPasswordLength: 12,
    RequireSymbols: true,
    RequireNumbers: false,
    RequireUppercaseCharacters: false,
    RequireLowercaseCharacters: false,
    AllowUsersToChangePassword: false,
    ExpirePasswords: false,
    HardExpiry: false,
  });
  await iam.send(new DeleteAccountPasswordPolicyCommand({}));
  await assert.rejects(iam.send(new GetAccountPasswordPolicyCommand({})), refused("NoSuchEntityException"));
});

test("a user signs in with the password, by number or alias, and with nothing else", async (t) => {
  const house = await openWithAnn(t);
  await house.iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme" }));
  const answer = await house.signIn({ account: "acme" });
  assert.equal(answer.outcome, "signed-in");
  assert.ok(answer.outcome === "signed-in");
  assert.equal(callerOf(house, answer.keys).arn, house.ann.arn);
  for (const wrong of [{ password: "x" }, { userName: "bob" }, { account: "210987654321" }, { account: "none" }]) {
    assert.deepEqual(await house.signIn(wrong), { outcome: "wrong" });
  }
  await house.iam.send(new DeleteLoginProfileCommand({ UserName }));
  assert.deepEqual(await house.signIn(), { outcome: "wrong" });
});

test("ten wrong passwords make a user wait, also with the right one", async (t) => {
  const { signIn, clock } = await openWithAnn(t);
  for (let tries = 0; tries < 10; tries++) assert.equal((await signIn({ password: "x" })).outcome, "wrong");
  assert.deepEqual(await signIn(), { outcome: "too-many-attempts" });
  await clock.advance(15 * 60_000);
  assert.equal((await signIn()).outcome, "signed-in");
});

test("a password that an administrator gave is changed at the first sign-in, and old ones are not taken again", async (t) => {
  const { iam, signIn } = await openWithAnn(t);
  await iam.send(new UpdateAccountPasswordPolicyCommand({ PasswordReusePrevention: 2 }));
  await iam.send(new UpdateLoginProfileCommand({ UserName, Password: "second-Horse-2", PasswordResetRequired: true }));
  const second = { password: "second-Horse-2" };
  assert.deepEqual(await signIn(second), { outcome: "change-needed", fault: undefined });
  const again = await signIn({ ...second, newPassword: Password });
  assert.ok(again.outcome === "change-needed");
  assert.match(again.fault ?? "", /used before/);
  assert.equal((await signIn({ ...second, newPassword: "third-Horse-3" })).outcome, "signed-in");
  assert.equal((await signIn({ password: "third-Horse-3" })).outcome, "signed-in");
  assert.equal((await iam.send(new GetLoginProfileCommand({ UserName }))).LoginProfile?.PasswordResetRequired, false);
});

test("a password grows old, and then its user, or with hard expiry an administrator, replaces it", async (t) => {
  const { iam, signIn, clock } = await openWithAnn(t);
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 30 }));
  await clock.advance(31 * 86_400_000);
  assert.equal((await signIn()).outcome, "change-needed");
  await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 30, HardExpiry: true }));
  assert.deepEqual(await signIn(), { outcome: "expired" });
});

test("a user changes the own password, knowing the old one", async (t) => {
  const { as, ann, signIn, iam } = await openWithAnn(t);
  const change = (OldPassword: string, NewPassword: string) =>
    as(ann).send(new ChangePasswordCommand({ OldPassword, NewPassword }));
  await assert.rejects(change("wrong", "another-Horse-2"), refused("AccessDenied", "The old password was incorrect."));
  await assert.rejects(change(Password, "short"), refused("PasswordPolicyViolationException"));
  await change(Password, "another-Horse-2");
  assert.equal((await signIn()).outcome, "wrong");
  assert.equal((await signIn({ password: "another-Horse-2" })).outcome, "signed-in");
  await assert.rejects(
    iam.send(new ChangePasswordCommand({ OldPassword: Password, NewPassword: "another-Horse-3" })),
    refused("NoSuchEntityException", "Login Profile for User administrator cannot be found."),
  );
});

test("a device is needed to sign in once it is enabled, and no more when it is deactivated", async (t) => {
  const { iam, signIn, clock } = await openWithAnn(t);
  const { VirtualMFADevice } = await iam.send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: "phone" }));
  const { SerialNumber = "", Base32StringSeed, QRCodePNG } = VirtualMFADevice ?? {};
  assert.equal(SerialNumber, `arn:aws:iam::${ACCOUNT}:mfa/phone`);
  assert.equal(Buffer.from(QRCodePNG ?? []).toString("latin1", 1, 4), "PNG");
  const seed = fromBase32(Buffer.from(Base32StringSeed ?? []).toString()) ?? assert.fail("no seed");
  const code = (distance = 0) => codeAt(seed, stepAt(clock.now()) + distance);
  await iam.send(
    new EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1: code(-1), AuthenticationCode2: code() }),
  );
  const { MFADevices } = await iam.send(new ListMFADevicesCommand({ UserName }));
  assert.deepEqual(
    MFADevices?.map((device) => device.SerialNumber),
    [SerialNumber],
  );
  assert.deepEqual(await signIn(), { outcome: "mfa-needed" });
  assert.deepEqual(await signIn({ mfaCode: code() }), { outcome: "mfa-wrong" });
  await clock.advance(30_000);
  assert.equal((await signIn({ mfaCode: code() })).outcome, "signed-in");
  await assert.rejects(
    iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber })),
    refused("DeleteConflictException"),
  );
  await iam.send(new DeactivateMFADeviceCommand({ UserName, SerialNumber }));
  assert.equal((await signIn()).outcome, "signed-in");
  await iam.send(new DeleteVirtualMFADeviceCommand({ SerialNumber }));
});

test("the credential report tells of each user what AWS's does, and is made anew after four hours", async (t) => {
  const { iam, clock, signIn } = await openWithAnn(t);
  await assert.rejects(iam.send(new GetCredentialReportCommand({})), refused("CredentialReportNotPresentException"));
  await signIn();
  const states = [];
  for (let asks = 0; asks < 2; asks++) states.push((await iam.send(new GenerateCredentialReportCommand({}))).State);
  assert.deepEqual(states, ["STARTED", "COMPLETE"]);
  const { Content, ReportFormat } = await iam.send(new GetCredentialReportCommand({}));
  assert.equal(ReportFormat, "text/csv");
  const [head = "", ...rows] = Buffer.from(Content ?? [])
    .toString()
    .split("\n")
    .map((line) => line.split(","));
  const cell = (user: string, column: string) => rows.find(([name]) => name === user)?.[head.indexOf(column)];
  assert.equal(rows.length, 3);
  assert.equal(cell("<root_account>", "arn"), `arn:aws:iam::${ACCOUNT}:root`);
  assert.equal(cell("<root_account>", "password_enabled"), "not_supported");
  assert.equal(cell("ann", "password_last_used"), "2026-11-21T00:00:00+00:00");
  assert.equal(cell("ann", "access_key_1_active"), "true");
  assert.equal(cell("ann", "access_key_2_active"), "false");
  assert.equal(cell("administrator", "password_enabled"), "false");
  assert.equal(cell("administrator", "access_key_1_last_used_service"), "iam");
  await clock.advance(4 * 3_600_000);
  await assert.rejects(iam.send(new GetCredentialReportCommand({})), refused("CredentialReportExpiredException"));
});

test("an account has one alias, and its summary counts what is there", async (t) => {
  const { iam } = await openWithAnn(t);
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme" }));
  await iam.send(new CreateAccountAliasCommand({ AccountAlias: "acme-2" }));
  assert.deepEqual((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases, ["acme-2"]);
  await assert.rejects(
    iam.send(new DeleteAccountAliasCommand({ AccountAlias: "acme" })),
    refused("NoSuchEntityException"),
  );
  await iam.send(new DeleteAccountAliasCommand({ AccountAlias: "acme-2" }));
  const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
  assert.deepEqual(
    [SummaryMap?.Users, SummaryMap?.MFADevices, SummaryMap?.AccountAccessKeysPresent, SummaryMap?.UsersQuota],
    [2, 0, 0, 5_000],
  );
});
