import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { contextOf, evaluate } from "@nephoscope/languages/iam-policy";
import type { Caller } from "./caller.ts";
import { isCaller } from "./caller.ts";
import { keyOfName } from "./directory.ts";
import type { Group, ManagedPolicy, PasswordPolicy, Role, User } from "./documents.ts";
import { newAccessKey } from "./new-key.ts";
import type { SessionGrant } from "./session-token.ts";
import { openTestIdentity } from "./testing.ts";

const ACCOUNT = "123456789012";
const allow = (action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: action, Resource: "*" } });
const SNS = "arn:aws:iam::aws:policy/AmazonSNSFullAccess";
const holder = { path: "/", createdAt: 0, inline: {}, attached: [] };
const someUser: User = { ...holder, name: "ann", id: "AIDA1", tags: [], groups: [] };
const someRole: Role = { ...holder, name: "r", id: "AROA1", tags: [], trust: "{}", maxSessionSeconds: 3_600 };

function openHouse(t: TestContext) {
  const house = openTestIdentity(t);
  const put = (kind: string, key: string, document: object, account = ACCOUNT) =>
    house.state().commit({
      cause: { action: "test" },
      changes: [{ put: { kind, account, region: "", key }, document, expect: "any" }],
    });
  const remove = (kind: string, key: string) =>
    house.state().commit({
      cause: { action: "test" },
      changes: [{ remove: { kind, account: ACCOUNT, region: "", key }, expect: "any" }],
    });
  const callerOf = (accessKeyId: string, token?: string): Caller | undefined => {
    const principal = house.identity().credential(accessKeyId, token)?.principal;
    return principal !== undefined && isCaller(principal) ? principal : undefined;
  };
  return {
    ...house,
    remove,
    user: (user: Partial<User> = {}) => put("iam.user", keyOfName(someUser.name), { ...someUser, ...user }),
    role: (role: Partial<Role> = {}) => put("iam.role", keyOfName(someRole.name), { ...someRole, ...role }),
    group: (group: Partial<Group> = {}) => put("iam.group", "g", { ...holder, name: "g", id: "AGPA1", ...group }),
    policy: (document: string) => {
      const policy: ManagedPolicy = {
        ...holder,
        name: "own",
        id: "ANPA1",
        updatedAt: 0,
        versions: [{ id: "v1", document, createdAt: 0 }],
        defaultVersion: "v1",
        nextVersion: 2,
        tags: [],
      };
      return put("iam.policy", "own", policy);
    },
    passwordPolicy: (allowUsersToChange: boolean) => {
      const passwordPolicy: PasswordPolicy = {
        minimumLength: 8,
        requireSymbols: false,
        requireNumbers: false,
        requireUppercase: false,
        requireLowercase: false,
        allowUsersToChange,
        maxAgeDays: 0,
        reusePrevention: 0,
        hardExpiry: false,
      };
      return put("iam.account-settings", "settings", { passwordPolicy });
    },
    key: async () => {
      const { pair, change } = newAccessKey(house.box, ACCOUNT, someUser.id, 0);
      await house.state().commit({ cause: { action: "test" }, changes: [change] });
      return () => callerOf(pair.accessKeyId);
    },
    session: (grant: Pick<SessionGrant, "of"> & Partial<SessionGrant>) => {
      const now = house.clock.now();
      const made = { account: ACCOUNT, name: "one", issuedAt: now, expiresAt: now + 900_000, ...grant };
      const { accessKeyId, sessionToken } = house.identity().issue(made);
      return () => callerOf(accessKeyId, sessionToken);
    },
  };
}

function may(caller: Caller | undefined, action: string): boolean {
  if (caller === undefined) return false;
  const request = { requester: caller.requester, policies: caller.policies(), action, resource: "*" };
  return evaluate({ ...request, context: contextOf({}) }).outcome === "allowed";
}

const OWN = `arn:aws:iam::${ACCOUNT}:policy/own`;

test("what is attached to a user and its groups holds at the next call, and no longer than it is attached", async (t) => {
  const house = openHouse(t);
  await house.user();
  const ann = await house.key();
  assert.equal(may(ann(), "logs:GetLogEvents"), false);
  await house.user({ inline: { p: allow("logs:*") } });
  assert.equal(may(ann(), "logs:GetLogEvents"), true);
  await house.user({ groups: ["AGPA1"] });
  assert.equal(may(ann(), "logs:GetLogEvents"), false);
  await house.group({ attached: [SNS] });
  assert.equal(may(ann(), "sns:Publish"), true);
  await house.group({ attached: [OWN] });
  await house.policy(allow("sqs:*"));
  assert.deepEqual([may(ann(), "sns:Publish"), may(ann(), "sqs:SendMessage")], [false, true]);
  await house.policy(allow("kms:*"));
  assert.deepEqual([may(ann(), "kms:Decrypt"), may(ann(), "sqs:SendMessage")], [true, false]);
  await house.remove("iam.group", "g");
  assert.equal(may(ann(), "kms:Decrypt"), false);
  await house.remove("iam.user", "ann");
  assert.equal(ann(), undefined);
});

test("where the password policy says so, users may change their own passwords, and nobody else's", async (t) => {
  const house = openHouse(t);
  await house.user();
  const ann = await house.key();
  const change = (name: string): boolean => {
    const caller = ann();
    assert.ok(caller);
    const request = { requester: caller.requester, policies: caller.policies(), action: "iam:ChangePassword" };
    const resource = `arn:aws:iam::${ACCOUNT}:user/${name}`;
    return evaluate({ ...request, resource, context: contextOf({}) }).outcome === "allowed";
  };
  assert.equal(change("ann"), false);
  await house.passwordPolicy(true);
  assert.deepEqual([change("ann"), change("bob")], [true, false]);
  await house.passwordPolicy(false);
  assert.equal(change("ann"), false);
});

test("a boundary limits, and one that is gone allows nothing", async (t) => {
  const house = openHouse(t);
  await house.policy(allow("sns:*"));
  await house.user({ inline: { p: allow("*") }, boundary: OWN });
  const ann = await house.key();
  assert.deepEqual([may(ann(), "sns:Publish"), may(ann(), "logs:GetLogEvents")], [true, false]);
  await house.remove("iam.policy", "own");
  assert.equal(may(ann(), "sns:Publish"), false);
});

test("a role's session may what the role and the session's own policies allow", async (t) => {
  const house = openHouse(t);
  await house.role({ inline: { p: allow("*") }, tags: [{ key: "team", value: "red" }] });
  const of = { kind: "role", id: "AROA1" } as const;
  const plain = house.session({ of, tags: { team: "blue" } });
  assert.equal(may(plain(), "logs:GetLogEvents"), true);
  assert.deepEqual(plain()?.tags(), { team: "blue" });
  assert.equal(plain()?.arn, `arn:aws:sts::${ACCOUNT}:assumed-role/r/one`);
  await house.policy(allow("kms:*"));
  const limited = house.session({ of, policies: { document: allow("sns:*"), arns: [OWN] } });
  const actions = ["sns:Publish", "kms:Decrypt", "logs:GetLogEvents"];
  const allowed = () => actions.map((action) => may(limited(), action));
  assert.deepEqual(allowed(), [true, true, false]);
  // A policy that a session names counts as it is now, and not at all once it is gone.
  await house.remove("iam.policy", "own");
  assert.deepEqual(allowed(), [true, false, false]);
  await house.role({ inline: {} });
  assert.deepEqual(allowed(), [false, false, false]);
  await house.role({ id: "AROA2", inline: { p: allow("*") } });
  assert.equal(limited(), undefined);
});

test("a federated user may nothing without a policy, and no more than its user with one", async (t) => {
  const house = openHouse(t);
  await house.user({ inline: { p: allow("sns:*") } });
  const of = { kind: "federated", id: "AIDA1" } as const;
  assert.equal(may(house.session({ of })(), "sns:Publish"), false);
  const guest = house.session({ of, policies: { document: allow("*") } });
  assert.deepEqual([may(guest(), "sns:Publish"), may(guest(), "logs:GetLogEvents")], [true, false]);
  const roots = house.session({ of: { kind: "federated" }, policies: { document: allow("logs:*") } });
  assert.deepEqual([may(roots(), "sns:Publish"), may(roots(), "logs:GetLogEvents")], [false, true]);
  await house.remove("iam.user", "ann");
  assert.equal(guest(), undefined);
});
