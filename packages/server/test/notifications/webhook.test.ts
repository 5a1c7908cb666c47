import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpsServer, globalAgent } from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import forge from "node-forge";
import { eventually, type Hit, type HouseOptions, openHouse, webhook } from "./house.ts";

const LOOPBACK = ["127.0.0.0/8"];

const topicOf = async (sns: SNSClient, Name = "t") => (await sns.send(new CreateTopicCommand({ Name }))).TopicArn ?? "";
const jsonOf = (hit: Hit | undefined) => JSON.parse(hit?.body ?? "") as Record<string, string>;

/** A webhook that subscribed and confirmed as applications do: by getting the SubscribeURL. */
async function confirmed(
  t: TestContext,
  answer?: Parameters<typeof webhook>[1],
  attributes: Record<string, string> = {},
  options: HouseOptions = {},
) {
  const house = await openHouse(t, { allow: LOOPBACK, ...options });
  const hook = await webhook(t, (hit, response) => {
    if (hit.headers["x-amz-sns-message-type"] === "Notification" && answer !== undefined) answer(hit, response);
    else response.end();
  });
  const TopicArn = await topicOf(house.sns);
  await house.sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: `${hook.url}/hook`, Attributes: attributes }),
  );
  const asked = await eventually(() => hook.hits[0]);
  const url = new URL(jsonOf(asked).SubscribeURL ?? "");
  await fetch(`${house.endpoint}${url.pathname}${url.search}`);
  hook.hits.length = 0;
  return { ...house, hook, TopicArn, asked };
}

test("a webhook is asked first, and gets messages when it got the SubscribeURL", async (t) => {
  const { sns, hook, TopicArn, asked, endpoint } = await confirmed(t);
  assert.equal(asked.path, "/hook");
  assert.equal(asked.headers["x-amz-sns-message-type"], "SubscriptionConfirmation");
  assert.equal(asked.headers["content-type"], "text/plain; charset=UTF-8");
  assert.equal(asked.headers["user-agent"], "Amazon Simple Notification Service Agent");
  const question = jsonOf(asked);
  assert.deepEqual(Object.keys(question), [
    ...["Type", "MessageId", "Token", "TopicArn", "Message", "SubscribeURL", "Timestamp"],
    ...["SignatureVersion", "Signature", "SigningCertURL"],
  ]);

  await sns.send(
    new PublishCommand({
      TopicArn,
      Message: "hello",
      MessageAttributes: { level: { DataType: "Number", StringValue: "3" } },
    }),
  );
  const hit = await eventually(() => hook.hits[0]);
  const message = jsonOf(hit);
  assert.equal(message.Message, "hello");
  assert.deepEqual(message.MessageAttributes as unknown, { level: { Type: "Number", Value: "3" } });
  assert.ok(message.UnsubscribeURL?.startsWith(`${endpoint}/?Action=Unsubscribe&SubscriptionArn=`));
  assert.equal(hit.headers["x-amz-sns-topic-arn"], TopicArn);
  assert.ok(String(hit.headers["x-amz-sns-subscription-arn"]).startsWith(`${TopicArn}:`));
  assert.equal(hit.headers["x-amz-sns-message-id"], message.MessageId);
});

/** TLS before a house, since AWS's validators take certificates over https alone. */
async function tlsProxy(t: TestContext) {
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = "01";
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  certificate.setSubject([{ name: "commonName", value: "127.0.0.1" }]);
  certificate.setIssuer([{ name: "commonName", value: "127.0.0.1" }]);
  certificate.setExtensions([{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKey), forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  let target = "";
  const server = createHttpsServer({ key: keys.privateKey, cert }, async (request, response) => {
    const answer = await fetch(`${target}${request.url}`);
    response.writeHead(answer.status);
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const before = globalAgent.options.ca;
  globalAgent.options.ca = cert;
  t.after(() => {
    globalAgent.options.ca = before;
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { url: `https://127.0.0.1:${address.port}`, leadsTo: (endpoint: string) => (target = endpoint) };
}

type Validate = (message: object, done: (error: Error | null) => void) => void;

test("AWS's own validator finds the signatures good, of both versions, and a changed message bad", async (t) => {
  const proxy = await tlsProxy(t);
  const MessageValidator = createRequire(import.meta.url)("sns-validator") as new (
    host: RegExp,
  ) => { validate: Validate };
  const validator = new MessageValidator(/^127\.0\.0\.1:\d+$/);
  const fault = (message: object) =>
    new Promise<string | undefined>((resolve) =>
      validator.validate({ ...message }, (error) => resolve(error?.message)),
    );
  const house = await openHouse(t, { allow: LOOPBACK, publicUrl: proxy.url });
  proxy.leadsTo(house.endpoint);
  const hook = await webhook(t);
  const TopicArn = await topicOf(house.sns);
  await house.sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: hook.url }));
  const asked = jsonOf(await eventually(() => hook.hits[0]));
  assert.equal(asked.SignatureVersion, "1");
  assert.equal(await fault(asked), undefined);
  const { search } = new URL(asked.SubscribeURL ?? "");
  await fetch(`${house.endpoint}/${search}`);

  for (const version of ["1", "2"]) {
    await house.sns.send(
      new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: version }),
    );
    for (const Subject of [undefined, "with a subject"]) {
      hook.hits.length = 0;
      await house.sns.send(new PublishCommand({ TopicArn, Message: "Grüße\n\u{1F600}", Subject }));
      const message = jsonOf(await eventually(() => hook.hits[0]));
      assert.equal(message.SignatureVersion, version);
      assert.equal(await fault(message), undefined);
      assert.match((await fault({ ...message, Message: "Gruesse" })) ?? "", /signature is invalid/);
    }
  }
});

test("openssl finds the signature good with the certificate that is served", async (t) => {
  const { sns, hook, TopicArn } = await confirmed(t);
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "SignatureVersion", AttributeValue: "2" }));
  await sns.send(new PublishCommand({ TopicArn, Message: "hello", Subject: "s" }));
  const message = jsonOf(await eventually(() => hook.hits[0]));
  const certificate = await (await fetch(message.SigningCertURL ?? "")).text();
  const names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-openssl-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const cert = file("cert.pem", certificate);
  const key = file("key.pem", execFileSync("openssl", ["x509", "-in", cert, "-pubkey", "-noout"]));
  const signature = file("signature", Buffer.from(message.Signature ?? "", "base64"));
  const text = file("text", names.map((name) => `${name}\n${message[name]}\n`).join(""));
  const verdict = execFileSync("openssl", ["dgst", "-sha256", "-verify", key, "-signature", signature, text]);
  assert.match(verdict.toString(), /Verified OK/);
});

test("a raw message is the message alone", async (t) => {
  const { sns, hook, TopicArn } = await confirmed(t, undefined, { RawMessageDelivery: "true" });
  await sns.send(new PublishCommand({ TopicArn, Message: '{"a":1}' }));
  const hit = await eventually(() => hook.hits[0]);
  assert.deepEqual([hit.body, hit.headers["x-amz-sns-rawdelivery"]], ['{"a":1}', "true"]);
});

const QUICK = JSON.stringify({
  healthyRetryPolicy: { numRetries: 3, numNoDelayRetries: 3, minDelayTarget: 1, maxDelayTarget: 1 },
});

test("5xx is tried again by the delivery policy, and then the message is in the dead-letter queue", async (t) => {
  let fails = 3;
  const { sns, sqs, hook, TopicArn, outbox } = await confirmed(
    t,
    (_hit, response) => response.writeHead(fails-- > 0 ? 503 : 200).end(),
    { DeliveryPolicy: QUICK },
  );
  await sns.send(new PublishCommand({ TopicArn, Message: "at last" }));
  await eventually(() => hook.hits.length === 4 && outbox.counts().waiting === 0);
  assert.equal(new Set(hook.hits.map(({ body }) => jsonOf({ ...hook.hits[0], body } as Hit).MessageId)).size, 1);

  fails = 1_000;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "dead" }));
  const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const { SetSubscriptionAttributesCommand } = await import("@aws-sdk/client-sns");
  await sns.send(
    new SetSubscriptionAttributesCommand({
      SubscriptionArn: Subscriptions?.[0]?.SubscriptionArn,
      AttributeName: "RedrivePolicy",
      AttributeValue: JSON.stringify({ deadLetterTargetArn: "arn:aws:sqs:us-east-1:123456789012:dead" }),
    }),
  );
  await sns.send(new PublishCommand({ TopicArn, Message: "never" }));
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MessageAttributeNames: ["All"] }),
  );
  assert.equal((JSON.parse(Messages?.[0]?.Body ?? "") as { Message: string }).Message, "never");
  assert.equal(Messages?.[0]?.MessageAttributes?.ErrorCode?.StringValue, "HTTP503");
  const given = await eventually(() => outbox.givenUp(1)[0]);
  assert.match(given.lastError ?? "", /answered 503; it is in the dead-letter queue arn:aws:sqs/);
});

test("what the endpoint refuses itself is not tried again, and a redirect is not followed", async (t) => {
  let status = 404;
  const { sns, hook, TopicArn, outbox } = await confirmed(t, (_hit, response) =>
    response.writeHead(status, { location: "/elsewhere" }).end(),
  );
  for (status of [404, 302]) {
    hook.hits.length = 0;
    await sns.send(new PublishCommand({ TopicArn, Message: "x" }));
    const given = await eventually(() =>
      outbox.givenUp(1).find(({ lastError }) => lastError?.includes(String(status))),
    );
    assert.deepEqual([given.attempts, hook.hits.length], [1, 1]);
  }
});

test("a webhook that hangs holds up no other", async (t) => {
  const { sns, TopicArn, endpoint } = await confirmed(t, () => {});
  const good = await webhook(t);
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint: good.url }));
  const asked = jsonOf(await eventually(() => good.hits[0]));
  await fetch(`${endpoint}/${new URL(asked.SubscribeURL ?? "").search}`);
  for (let n = 0; n < 20; n++) await sns.send(new PublishCommand({ TopicArn, Message: String(n) }));
  await eventually(() => good.hits.length === 21);
});

test("nothing that is sent out confirms a subscription: not our own address, not a redirect to the SubscribeURL", async (t) => {
  const house = await openHouse(t, { allow: ["0.0.0.0/0", "::/0"] });
  const TopicArn = await topicOf(house.sns);
  const { port } = new URL(house.endpoint);
  const subscribe = (Endpoint: string) =>
    house.sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint, ReturnSubscriptionArn: true }));
  for (const own of [
    house.endpoint,
    `http://127.0.0.1:${port}/confirmation.html`,
    `http://[::1]:${port}/`,
    `http://0.0.0.0:${port}/`,
  ]) {
    await assert.rejects(
      subscribe(own),
      { name: "InvalidParameterException", message: /this server's own address/ },
      own,
    );
  }
  // A name that leads here is seen at the connection.
  await subscribe(`http://localhost:${port}/`);
  const refused = await eventually(() => house.outbox.givenUp(1)[0]);
  assert.match(refused.lastError ?? "", /this server's own address/);

  // One that sends us to the SubscribeURL, as an open redirect would.
  const cunning = await webhook(t, (hit, response) => {
    const { SubscribeURL } = JSON.parse(hit.body) as Record<string, string>;
    response.writeHead(307, { location: SubscribeURL }).end();
  });
  await subscribe(cunning.url);
  await eventually(() => house.outbox.givenUp(9).find(({ lastError }) => lastError?.includes("307")));
  const { Subscriptions } = await house.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  assert.deepEqual(
    Subscriptions?.map(({ SubscriptionArn }) => SubscriptionArn),
    ["PendingConfirmation", "PendingConfirmation"],
  );
});

test("a webhook inside is refused unless the settings allow it", async (t) => {
  const { sns, outbox } = await openHouse(t);
  const TopicArn = await topicOf(sns);
  const subscribe = (Endpoint: string) => sns.send(new SubscribeCommand({ TopicArn, Protocol: "http", Endpoint }));
  for (const inside of [
    "http://169.254.169.254/latest",
    "http://10.0.0.1/",
    "http://[fd00:ec2::254]/",
    "http://0x7f000001/",
    "http://127.1/",
  ]) {
    await assert.rejects(
      subscribe(inside),
      { message: /not a public address .*NEPHOSCOPE_ALLOW_PRIVATE_TARGETS/ },
      inside,
    );
  }
  const hook = await webhook(t);
  await subscribe(`http://localhost:${new URL(hook.url).port}/`);
  const given = await eventually(() => outbox.givenUp(1)[0]);
  assert.match(given.lastError ?? "", /localhost: (127\.0\.0\.1|::1) is not a public address/);
  assert.equal(hook.hits.length, 0);
});
