import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { readSettings, startServer } from "@nephoscope/server";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { run } from "../run.ts";

test("a mail that was kept is listed and printed whole while the server runs", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-outbox-command-"));
  t.after(() => rmSync(data, { recursive: true, force: true }));
  const outbox = async (...args: string[]) => {
    const around = fakeSurroundings();
    const code = await run(["outbox", "--data", data, ...args], around);
    return { code, ...around.written };
  };
  const before = await outbox();
  assert.equal(before.code, 1);
  assert.match(before.err, /has no outbox: start the server first/);

  const said: string[] = [];
  const server = await startServer(readSettings({ env: { NEPHOSCOPE_DATA: data, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }), {
    log: (level, message) => said.push(`${level} ${message}`),
  });
  t.after(() => server.close());
  assert.ok(said.includes("warn no mail server is set: mails are kept in the outbox and go to nobody"));
  assert.ok(server.firstKey !== undefined);
  const sns = new SNSClient({ endpoint: server.endpoint, region: "us-east-1", credentials: server.firstKey });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "t" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "email", Endpoint: "ann@example.org" }));

  let listed = await outbox();
  for (let tries = 0; tries < 200 && listed.out.includes("none\n\nDeliveries that"); tries++) listed = await outbox();
  assert.match(listed.out, /\n {2}1 {2}\S+Z {2}ann@example\.org {2}AWS Notification - Subscription Confirmation\n/);
  assert.match(listed.out, /Deliveries given up, newest first:\n {2}none/);
  const whole = await outbox("--mail", "1");
  assert.match(whole.out, /^To: ann@example\.org\r$/m);
  const { mails } = JSON.parse((await outbox("--json")).out) as { mails: { to: string; text: string }[] };
  assert.ok(mails[0]?.text.includes(`${server.endpoint}/confirmation.html?`));
  assert.equal((await outbox("--mail", "2")).code, 1);
  assert.equal((await outbox("--limit", "0")).code, 2);
});
