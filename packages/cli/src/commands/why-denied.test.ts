import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CreateTopicCommand, ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import { readSettings, startServer } from "@nephoscope/server";
import { signedCalls } from "../connection/signed-calls.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

const IAM = { service: "iam", version: "2010-05-08" };

async function open(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-why-denied-"));
  const settings = readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } });
  const server = await startServer(settings, { log: () => {} });
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  const admin: { accessKeyId: string; secretAccessKey: string } = JSON.parse(
    readFileSync(join(data, "admin-key.json"), "utf8"),
  );
  const { endpoint } = server;
  const calls = signedCalls({
    endpoint,
    region: "us-east-1",
    now: Date.now,
    signal: new AbortController().signal,
  });
  const iam = (operation: string, input: Readonly<Record<string, string>>) =>
    calls.query({ accessKeyId: admin.accessKeyId, secret: admin.secretAccessKey }, IAM, operation, input);
  return {
    iam,
    sns: (credentials: { accessKeyId: string; secretAccessKey: string }) =>
      new SNSClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 }),
    admin,
    why: async (...args: string[]) => {
      const around = fakeSurroundings();
      const code = await run(["why-denied", ...args, "--endpoint", endpoint, "--data", data], around);
      return { code, ...around.written };
    },
  };
}

async function requestIdOfDenial(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) {
      const { $metadata } = error;
      if (typeof $metadata === "object" && $metadata !== null && "requestId" in $metadata) {
        return String($metadata.requestId);
      }
    }
    throw error;
  }
  throw new assert.AssertionError({ message: "it was allowed" });
}

test("a denial is explained: who, what, which policies were asked, and which statements nearly applied", async (t) => {
  const { iam, sns, admin, why } = await open(t);
  await iam("CreateUser", { UserName: "alice" });
  await iam("PutUserPolicy", {
    UserName: "alice",
    PolicyName: "topics",
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Office",
          Effect: "Allow",
          Action: "sns:*",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
        },
        { Effect: "Deny", Action: "sns:CreateTopic", Resource: "*" },
      ],
    }),
  });
  const made = await iam("CreateAccessKey", { UserName: "alice" });
  const alice = { accessKeyId: made("AccessKeyId"), secretAccessKey: made("SecretAccessKey") };

  const implicit = await requestIdOfDenial(sns(alice).send(new ListTopicsCommand({})));
  const told = await why(implicit);
  assert.equal(told.code, 0, told.err);
  for (const part of [
    "ListTopics (sns.amazonaws.com)",
    "user/alice",
    "AuthorizationError",
    "SNS:ListTopics on arn:aws:sns:us-east-1:123456789012:*",
    "missing: an identity-based policy",
    "topics of arn:aws:iam::123456789012:user/alice",
    'statement "Office"',
    "IpAddress aws:SourceIp 192.0.2.0/24; the request has 127.0.0.1",
  ]) {
    assert.ok(told.out.includes(part), `${part}\n${told.out}`);
  }

  const explicit = await requestIdOfDenial(sns(alice).send(new CreateTopicCommand({ Name: "t" })));
  const json = await why(explicit, "--json");
  const [ruling] = JSON.parse(json.out).Rulings;
  assert.equal(ruling.outcome, "explicit-deny");
  assert.deepEqual(
    ruling.statements.map(({ policy, statement, effect }: Record<string, unknown>) => [policy, statement, effect]),
    [["topics", 1, "Deny"]],
  );

  // What was allowed is told too.
  const { $metadata } = await sns(admin).send(new ListTopicsCommand({}));
  assert.match((await why($metadata.requestId ?? "")).out, /allowed by +identity policy .*AdministratorAccess/);
});

test("an unknown request id is told, and one is needed", async (t) => {
  const { why } = await open(t);
  assert.equal((await why()).code, 2);
  const unknown = await why("00000000-0000-0000-0000-000000000000");
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /No call of this account has the request id/);
});
