import assert from "node:assert/strict";
import { test } from "node:test";
import type { SigningCredential } from "@nephoscope/wire";
import { ACCOUNT, type House, openHouse } from "./house.ts";

/** Rights that are taken away count from the next call on. */
const calls = ({ client }: House) => {
  const code = async (
    who: SigningCredential,
    service: string,
    operation: string,
    input: Record<string, unknown> = {},
  ) => (await client.call(who, service, operation, input)).code;
  return {
    code,
    ok: async (who: SigningCredential, service: string, operation: string, input: Record<string, unknown> = {}) => {
      const answer = await client.call(who, service, operation, input);
      assert.equal(answer.code, "", `${operation}: ${answer.text}`);
      return answer;
    },
    create: (who: SigningCredential, name: string) =>
      code(who, "logs", "CreateLogGroup", { logGroupName: `alice-${name}` }),
  };
};

/** What IAM's console puts on a role by "Revoke active sessions" (IAM user guide, "Revoking IAM role temporary security credentials"). */
const revokeOlder = (time: number) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": new Date(time).toISOString() } },
      },
    ],
  });

const ALL = JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } });

test("sessions of a role that were issued before a moment are ended, and later ones are not", async (t) => {
  const house = await openHouse(t);
  const { admin, sessionOf, leap, now } = house;
  const { ok, create } = calls(house);
  const RoleName = "worker";
  await ok(admin, "iam", "CreateRole", {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" },
    }),
  });
  await ok(admin, "iam", "PutRolePolicy", { RoleName, PolicyName: "all", PolicyDocument: ALL });
  const assume = async () =>
    sessionOf(
      await ok(admin, "sts", "AssumeRole", {
        RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`,
        RoleSessionName: "shift",
      }),
    );
  const older = await assume();
  assert.equal(await create(older, "one"), "");
  leap(2_000);
  await ok(admin, "iam", "PutRolePolicy", {
    RoleName,
    PolicyName: "AWSRevokeOlderSessions",
    PolicyDocument: revokeOlder(now()),
  });
  assert.equal(await create(older, "two"), "AccessDeniedException");
  leap(2_000);
  assert.equal(await create(await assume(), "two"), "");
  assert.equal(await create(older, "three"), "AccessDeniedException");
});

test("a user's sessions are ended by the same policy, and its keys go on", async (t) => {
  const house = await openHouse(t);
  const { admin, alice, session, leap, now } = house;
  const { ok, create } = calls(house);
  assert.equal(await create(session, "one"), "");
  leap(2_000);
  await ok(admin, "iam", "PutUserPolicy", {
    UserName: "alice",
    PolicyName: "AWSRevokeOlderSessions",
    PolicyDocument: revokeOlder(now()),
  });
  assert.equal(await create(session, "two"), "AccessDeniedException");
  assert.equal(await create(alice, "two"), "");
});

test("a key that is made inactive does nothing from then on, nor does a console session that was opened by it", async (t) => {
  const house = await openHouse(t);
  const { admin, alice } = house;
  const { ok, create } = calls(house);
  const browser = await signIn(house, { accessKeyId: alice.accessKeyId, secretAccessKey: alice.secret });
  assert.equal(await browser(), 200);
  const change = (Status: string) =>
    ok(admin, "iam", "UpdateAccessKey", { UserName: "alice", AccessKeyId: alice.accessKeyId, Status });
  await change("Inactive");
  assert.equal(await create(alice, "one"), "UnrecognizedClientException");
  assert.equal(await browser(), 401);
  await change("Active");
  assert.equal(await create(alice, "one"), "");
});

test("nothing of a deleted user goes on: keys, sessions, the console", async (t) => {
  const house = await openHouse(t);
  const { admin, alice, session } = house;
  const { ok, create } = calls(house);
  const password = "a long Pass-word 1";
  await ok(admin, "iam", "CreateLoginProfile", { UserName: "alice", Password: password });
  const browser = await signIn(house, { user: "alice", password });
  assert.equal(await browser(), 200);
  await ok(admin, "iam", "DeleteLoginProfile", { UserName: "alice" });
  await ok(admin, "iam", "DeleteUserPolicy", { UserName: "alice", PolicyName: "little" });
  await ok(admin, "iam", "DeleteAccessKey", { UserName: "alice", AccessKeyId: alice.accessKeyId });
  assert.equal(await create(alice, "one"), "UnrecognizedClientException");
  await ok(admin, "iam", "DeleteUser", { UserName: "alice" });
  assert.equal(await create(session, "one"), "UnrecognizedClientException");
  assert.equal(await browser(), 401);
  // One of the same name is somebody else.
  await ok(admin, "iam", "CreateUser", { UserName: "alice" });
  await ok(admin, "iam", "PutUserPolicy", { UserName: "alice", PolicyName: "all", PolicyDocument: ALL });
  assert.equal(await create(session, "one"), "UnrecognizedClientException");
  assert.equal(await browser(), 401);
});

test("one console session is ended by signing out, and others of the same user stay", async (t) => {
  const house = await openHouse(t);
  const { alice } = house;
  const proof = { accessKeyId: alice.accessKeyId, secretAccessKey: alice.secret };
  const [one, other] = [await signIn(house, proof), await signIn(house, proof)];
  assert.equal(await one("DELETE"), 200);
  assert.equal(await one(), 401);
  assert.equal(await other(), 200);
});

/** A browser's session; gives the status of a call in it, or of signing out. */
async function signIn({ endpoint }: House, proof: object) {
  const answer = await fetch(`${endpoint}/_console/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(proof),
  });
  const { session }: { session?: { csrf: string } } = JSON.parse(await answer.text());
  assert.ok(session, "signed in");
  const headers = {
    cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "",
    "x-nephoscope-csrf": session.csrf,
  };
  return async (method: "POST" | "DELETE" = "POST"): Promise<number> => {
    if (method === "DELETE") return (await fetch(`${endpoint}/_console/session`, { method, headers })).status;
    const called = await fetch(endpoint, {
      method,
      headers: {
        ...headers,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "Logs_20140328.DescribeLogStreams",
        "x-nephoscope-scope": "us-east-1/logs",
      },
      body: JSON.stringify({ logGroupName: "alice-app" }),
    });
    return called.status;
  };
}
