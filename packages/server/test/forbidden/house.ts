import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { SigningCredential } from "@nephoscope/wire";
import { readSettings } from "../../src/settings.ts";
import { startServer } from "../../src/start.ts";
import { createClient } from "./client.ts";

export const ACCOUNT = "123456789012";
export const EXTERNAL_ID = "between-us";

/** What alice may: her own group, her own folder of a bucket, and one role with an external id. Nothing else. */
const ALICE = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "logs:*", Resource: "arn:aws:logs:*:*:log-group:alice*" },
    { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::vault/home/alice/*" },
    { Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" },
    { Effect: "Deny", Action: "*", Resource: "arn:aws:s3:::vault/home/alice/locked/*" },
  ],
};

/** A server with two accounts, a user who may little, and things that are worth taking. */
export async function openHouse(t: TestContext) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-forbidden-"));
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const clock = {
    now,
    after(delayMs: number, action: () => void) {
      const timer = setTimeout(action, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
  const settings = readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } });
  const server = await startServer(settings, { log: () => {}, clock });
  t.after(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  const client = createClient(server.endpoint, now);
  const key: { accessKeyId: string; secretAccessKey: string } = JSON.parse(
    readFileSync(join(data, "admin-key.json"), "utf8"),
  );
  const admin: SigningCredential = { accessKeyId: key.accessKeyId, secret: key.secretAccessKey };

  const must = async (...call: Parameters<typeof client.call>) => {
    const answer = await client.call(...call);
    assert.equal(answer.code, "", `${call[2]}: ${answer.text}`);
    return answer;
  };
  const value = (text: string, element: string): string =>
    new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1] ??
    new RegExp(`"${element}"\\s*:\\s*"([^"]*)"`).exec(text)?.[1] ??
    "";
  const sessionOf = ({ text }: { readonly text: string }): SigningCredential => ({
    accessKeyId: value(text, "AccessKeyId"),
    secret: value(text, "SecretAccessKey"),
    sessionToken: value(text, "SessionToken"),
  });

  await must(admin, "iam", "CreateUser", { UserName: "alice" });
  await must(admin, "iam", "PutUserPolicy", {
    UserName: "alice",
    PolicyName: "little",
    PolicyDocument: JSON.stringify(ALICE),
  });
  const aliceKey = await must(admin, "iam", "CreateAccessKey", { UserName: "alice" });
  const alice: SigningCredential = {
    accessKeyId: value(aliceKey.text, "AccessKeyId"),
    secret: value(aliceKey.text, "SecretAccessKey"),
  };
  await must(admin, "iam", "CreateRole", {
    RoleName: "partner",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: ACCOUNT },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": EXTERNAL_ID } },
      },
    }),
  });
  await must(admin, "logs", "CreateLogGroup", { logGroupName: "secret" });
  await must(admin, "logs", "CreateLogGroup", { logGroupName: "alice-app" });
  const topic = value((await must(admin, "sns", "CreateTopic", { Name: "news" })).text, "TopicArn");
  const queue = value((await must(admin, "sqs", "CreateQueue", { QueueName: "work" })).text, "QueueUrl");
  const kmsKey = value((await must(admin, "kms", "CreateKey", {})).text, "Arn");
  for (const [method, path] of [
    ["PUT", "/vault"],
    ["PUT", "/vault/home/bob/diary"],
    ["PUT", "/vault/home/alice/locked/x"],
    ["PUT", "/vault/home/alice/own"],
  ] as const) {
    const answer = await client.s3(admin, method, path, {}, method === "PUT" && path !== "/vault" ? "x" : "");
    assert.equal(answer.status, 200, `${path}: ${answer.text}`);
  }

  const made = await must(admin, "organizations", "CreateAccount", { AccountName: "other", Email: "o@example.org" });
  const otherAccount = value(made.text, "AccountId");
  const other = sessionOf(
    await must(admin, "sts", "AssumeRole", {
      RoleArn: `arn:aws:iam::${otherAccount}:role/OrganizationAccountAccessRole`,
      RoleSessionName: "attacker",
    }),
  );
  const session = sessionOf(await must(alice, "sts", "GetSessionToken", { DurationSeconds: 900 }));
  return {
    endpoint: server.endpoint,
    client,
    now,
    sessionOf,
    admin,
    alice,
    other,
    session,
    topic,
    queue,
    kmsKey,
    /** Sets the clock ahead, so that sessions end. */
    leap: (ms: number) => {
      ahead += ms;
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;
