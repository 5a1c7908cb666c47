import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { KMSClient } from "@aws-sdk/client-kms";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { createWireServer } from "@nephoscope/wire";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { createAuthority } from "../../src/platform/access/authority.ts";
import { EVERYTHING, withOwnPolicies } from "../../src/platform/access/requester.ts";
import { openRulings } from "../../src/platform/access/rulings.ts";
import { type Clock, systemClock } from "../../src/platform/clock/clock.ts";
import { functionRunner } from "../../src/platform/functions/functions.ts";
import { startJobs } from "../../src/platform/jobs/jobs.ts";
import { graphs } from "../../src/platform/mail/graphs.ts";
import { MAIL_SCHEMA, openMailOutbox } from "../../src/platform/mail/mail-outbox.ts";
import { smtpMailer } from "../../src/platform/mail/smtp-mailer.ts";
import { notificationTargets } from "../../src/platform/notifications/notification.ts";
import { openOutbox } from "../../src/platform/outbox/open-outbox.ts";
import { OUTBOX_SCHEMA } from "../../src/platform/outbox/outbox-tables.ts";
import { createOutgoing } from "../../src/platform/outgoing/outgoing.ts";
import { targetRules } from "../../src/platform/outgoing/target-rules.ts";
import { openSecretBox } from "../../src/platform/secrets/secret-box.ts";
import { openDurableTables } from "../../src/platform/sqlite/durable-tables.ts";
import { openSqliteState } from "../../src/platform/state/sqlite-state.ts";
import { startKms } from "../../src/services/kms/start-kms.ts";
import { FIFO_TOPICS_SCHEMA } from "../../src/services/sns/publish/fifo-topics.ts";
import { startSns } from "../../src/services/sns/start-sns.ts";
import { startSqs } from "../../src/services/sqs/start-sqs.ts";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
const credentials = { accessKeyId: "AKIANOTIFICATIONS000", secretAccessKey: "a-secret-of-the-tests" };

export interface HouseOptions {
  readonly smtpUrl?: string;
  readonly allow?: readonly string[];
  readonly clock?: Clock;
  readonly publicUrl?: string;
}

const USER = {
  type: "IAMUser",
  arn: `arn:aws:iam::${ACCOUNT}:user/test`,
  principalId: "AIDATEST",
  userName: "test",
} as const;

/** SNS and SQS with everything they stand on, behind a real address, without the engine. */
export async function openHouse(t: TestContext, options: HouseOptions = {}) {
  const { smtpUrl, allow = [], clock = systemClock() } = options;
  const data = mkdtempSync(join(tmpdir(), "nephoscope-notifications-"));
  const log = () => {};
  const state = openSqliteState(join(data, "state.db"), clock.now);
  const tables = openDurableTables({
    file: join(data, "outbox.db"),
    schema: OUTBOX_SCHEMA + MAIL_SCHEMA + FIFO_TOPICS_SCHEMA,
    version: 1,
    maxBytes: 1 << 30,
  });
  const outbox = openOutbox({ tables, clock, log });
  const jobs = startJobs(clock, log);
  let endpoint = "";
  let port: number | undefined;
  const publicUrl = () => options.publicUrl ?? endpoint;
  const authority = createAuthority({ rulings: openRulings(), now: clock.now, secure: () => false });
  const box = openSecretBox(join(data, "root.key"));
  const kms = startKms({ state, box, authority, jobs, clock });
  const sqs = startSqs({ data, state, authority, keys: kms.keys, box, jobs, clock, publicUrl });
  const kept = openMailOutbox(tables, clock, "Nephoscope <no-reply@example.org>");
  const mailer = smtpUrl === undefined ? kept : smtpMailer({ url: smtpUrl, from: "Nephoscope <no-reply@example.org>" });
  const outgoing = createOutgoing({ rules: targetRules({ allow, ownPort: () => port }), publicUrl });
  const drawing = graphs();
  const runner = functionRunner();
  const notifications = notificationTargets();
  const sns = startSns({
    state,
    box,
    keys: kms.keys,
    outbox,
    tables,
    mailer,
    graphs: drawing,
    outgoing,
    queues: sqs.queues,
    runner,
    authority,
    notifications,
    jobs,
    clock,
    log,
    publicUrl,
  });
  const failures: unknown[] = [];
  const server = createWireServer({
    services: [kms.service, sns.service, sqs.service],
    credentials: (accessKeyId) => ({
      accessKeyId,
      secret: credentials.secretAccessKey,
      account: ACCOUNT,
      principal: withOwnPolicies(USER, ACCOUNT, EVERYTHING),
    }),
    authorize: () => {},
    onCall: () => {},
    open: (request) => (sns.pages.takes(request) ? sns.pages.answer : undefined),
    clock: () => new Date(),
    log: (_level, _message, { error }) => failures.push(error),
  });
  const address = await server.listen({ host: "127.0.0.1", port: 0 });
  endpoint = `http://127.0.0.1:${address.port}`;
  port = address.port;
  outbox.start();
  t.after(async () => {
    await server.close();
    await jobs.close();
    await outbox.close();
    mailer.close();
    outgoing.close();
    sqs.close();
    tables.close();
    state.close();
    rmSync(data, { recursive: true, force: true });
    assert.deepEqual(failures, [], "no call failed on the server");
  });
  const config = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  return {
    sns: new SNSClient(config),
    sqs: new SQSClient({ ...config, useQueueUrlAsEndpoint: false }),
    kms: new KMSClient(config),
    data,
    endpoint,
    outbox,
    kept,
    drawing,
    runner,
    notifications,
    state,
  };
}

/** A mail server; mails as their reader's program shows them, in order of arrival. */
export async function mailServer(
  t: TestContext,
): Promise<{ url: string; mails: Email[]; refuse: (code: number | undefined) => void }> {
  const mails: Email[] = [];
  let refusal: number | undefined;
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 10,
    onRcptTo: (_address, _session, done) =>
      refusal === undefined ? done() : done(Object.assign(new Error("mailbox trouble"), { responseCode: refusal })),
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push(mail);
          done();
        }, done);
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address = server.server.address();
  assert.ok(address !== null && typeof address === "object");
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    refuse(code) {
      refusal = code;
    },
  };
}

export interface Hit {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A webhook that keeps what it gets and answers as `answer` says, 200 by default. */
export async function webhook(
  t: TestContext,
  answer: (hit: Hit, response: ServerResponse) => void = (_hit, response) => response.end(),
): Promise<{ url: string; hits: Hit[] }> {
  const hits: Hit[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const hit = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
    hits.push(hit);
    answer(hit, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { url: `http://127.0.0.1:${address.port}`, hits };
}

/** Looks again and again until there is something, for at most ten seconds. */
export async function eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 500; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await delay(20);
  }
  throw new Error(`it did not come: ${look}`);
}
