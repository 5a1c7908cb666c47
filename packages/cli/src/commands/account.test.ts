import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { readSettings, startServer } from "@nephoscope/server";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

const MAIN = "123456789012";

async function open(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-account-command-"));
  const start = () =>
    startServer(readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }), { log: () => {} });
  let server = await start();
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  return {
    account: async (...args: string[]) => {
      const around = fakeSurroundings();
      const code = await run(["account", ...args, "--endpoint", server.endpoint, "--data", data], around);
      return { code, ...around.written };
    },
    sts: (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) =>
      new STSClient({ endpoint: server.endpoint, region: "us-east-1", credentials, maxAttempts: 1 }),
    restart: async () => {
      await server.close();
      server = await start();
    },
  };
}

test("an account is made with an administrator, is listed, and is apart from the first but for its role", async (t) => {
  const { account, sts } = await open(t);
  const made = await account("create", "staging", "--json");
  assert.equal(made.code, 0, made.err);
  const key: { account: string; accessKeyId: string; secretAccessKey: string } = JSON.parse(made.out);
  const who = await sts(key).send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, `arn:aws:iam::${key.account}:user/administrator`);
  const listed = await account("list");
  assert.deepEqual(
    listed.out
      .split("\n")
      .map((line) => line.split("  ")[0])
      .sort(),
    ["", MAIN, key.account].sort(),
  );

  // Administrators of the new account have no way into the first.
  const RoleArn = `arn:aws:iam::${MAIN}:role/OrganizationAccountAccessRole`;
  await assert.rejects(
    sts(key).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "back" })),
    (error: Error) => error.name === "AccessDenied",
  );
  const asThem = ["--access-key-id", key.accessKeyId, "--secret-access-key", key.secretAccessKey];
  const refused = await account("list", ...asThem);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /AccessDeniedException/);
});

test("a name is needed, and no two accounts have the same address", async (t) => {
  const { account } = await open(t);
  assert.equal((await account("create")).code, 2);
  assert.equal((await account("destroy", "x")).code, 2);
  assert.equal((await account("create", "a", "--email", "a@example.org")).code, 0);
  const again = await account("create", "b", "--email", "A@example.org");
  assert.equal(again.code, 1);
  assert.match(again.err, /EMAIL_ALREADY_EXISTS/);
});

test("who may write the data directory gets in as the root user, from the next start on", async (t) => {
  const { account, sts, restart } = await open(t);
  const made = await account("root-key", MAIN, "--json");
  const key: { accessKeyId: string; secretAccessKey: string } = JSON.parse(made.out);
  await restart();
  const who = await sts(key).send(new GetCallerIdentityCommand({}));
  assert.deepEqual([who.Arn, who.UserId], [`arn:aws:iam::${MAIN}:root`, MAIN]);
  const missing = await account("root-key", "111122223333");
  assert.equal(missing.code, 1);
  assert.match(missing.err, /there is no account 111122223333; there are 123456789012/);
});
