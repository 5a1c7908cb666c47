import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { freePort, type ServerProcess, startServerProcess } from "../crash/server-process.ts";
import { ACCOUNT, CREDENTIAL, clientsOf, ended, eventually, makeBucket, makeGroup, REGION, textsIn } from "./house.ts";
import { openSearch } from "./open-search.ts";

/** A server in a process of its own, which the test kills and starts again on the same data. */
async function openHouse(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-log-delivery-crash-"));
  for (const [name, value] of Object.entries(env)) {
    process.env[name] = value;
    t.after(() => delete process.env[name]);
  }
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  let server: ServerProcess | undefined;
  const { close, ...clients } = clientsOf(endpoint);
  t.after(async () => {
    close();
    await server?.kill();
    rmSync(data, { recursive: true, force: true });
  });
  const start = async () => {
    server = startServerProcess({ data, port, credential: CREDENTIAL });
    await eventually(() =>
      fetch(endpoint).then(
        () => true,
        () => undefined,
      ),
    );
  };
  await start();
  return {
    ...clients,
    async killAndStart() {
      await server?.kill();
      await start();
    },
  };
}

const KILLS = 3;
const WRITERS = 3;

test("what a killed server acknowledged reaches a cluster once and a queue at least once, each stream in order", async (t) => {
  const cluster = await openSearch(t);
  const house = await openHouse(t, {
    NEPHOSCOPE_OPENSEARCH_DOMAINS: `search=${cluster.url}`,
    NEPHOSCOPE_ALLOW_PRIVATE_TARGETS: "127.0.0.0/8",
  });
  const streams = Array.from({ length: WRITERS }, (_, i) => `s${i}`);
  await makeGroup(house, "g", ...streams);
  const { QueueUrl } = await house.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
  for (const [filterName, destinationArn] of [
    ["queue", `arn:aws:sqs:${REGION}:${ACCOUNT}:q`],
    ["cluster", `arn:aws:es:${REGION}:${ACCOUNT}:domain/search`],
  ])
    await house.logs.send(
      new Logs.PutSubscriptionFilterCommand({ logGroupName: "g", filterName, filterPattern: "", destinationArn }),
    );

  const acknowledged: string[] = [];
  let writing = true;
  const write = async (logStreamName: string) => {
    for (let call = 0; writing; call++) {
      const timestamp = Date.now();
      const messages = Array.from({ length: 20 }, (_, i) => `${logStreamName} ${call} ${i}`);
      const logEvents = messages.map((message) => ({ timestamp, message }));
      try {
        await house.logs.send(new Logs.PutLogEventsCommand({ logGroupName: "g", logStreamName, logEvents }));
        acknowledged.push(...messages);
      } catch {
        // Cut off: nobody promised anything. The writer goes on with its next call.
        await pause(100);
      }
    }
  };
  const writers = streams.map(write);
  for (let kill = 1; kill <= KILLS; kill++) {
    await eventually(() => (acknowledged.length > kill * 2_000 ? true : undefined));
    await house.killAndStart();
  }
  const before = acknowledged.length;
  await eventually(() => (acknowledged.length > before + 500 ? true : undefined));
  writing = false;
  await Promise.all(writers);

  const missing = (reached: Iterable<unknown>) => {
    const found = new Set(reached);
    return acknowledged.filter((message) => !found.has(message));
  };
  await eventually(() => (missing(cluster.messages()).length === 0 ? true : undefined));
  const queued: string[] = [];
  await eventually(async () => {
    const { Messages = [] } = await house.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body = "" } of Messages) {
      const payload: { logEvents: { message: string }[] } = JSON.parse(
        gunzipSync(Buffer.from(Body, "base64")).toString(),
      );
      queued.push(...payload.logEvents.map(({ message }) => message));
    }
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    if (Entries.length > 0) await house.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return Messages.length === 0 && missing(queued).length === 0 ? true : undefined;
  });

  const documents = cluster.messages();
  assert.equal(new Set(documents).size, documents.length, "a document stands twice in the cluster");
  const sentAgain = cluster.stored().reduce((sum, { version }) => sum + version - 1, 0);
  const doubled = queued.length - new Set(queued).size;
  // A batch has at most 10,000 events, and a kill sends at most one batch of each subscription again.
  assert.ok(doubled <= KILLS * 10_000 && sentAgain <= KILLS * 10_000, `${doubled} and ${sentAgain} twice`);
  for (const stream of streams) {
    const calls = documents
      .filter((message) => String(message).startsWith(`${stream} `))
      .map((message) => Number(String(message).split(" ")[1]));
    assert.deepEqual(
      calls,
      calls.toSorted((a, b) => a - b),
      `documents of ${stream}`,
    );
  }
  t.diagnostic(
    `${acknowledged.length} acknowledged over ${KILLS} kills; twice: ${doubled} in the queue, ${sentAgain} sent to the cluster`,
  );
});

test("an export whose server is killed again and again is whole in the end, with nothing twice", async (t) => {
  const house = await openHouse(t);
  const streams = ["a/1", "a-1", "b"];
  await makeGroup(house, "g", ...streams);
  await makeBucket(house, "exports");
  const timestamp = Date.now();
  const expected: string[] = [];
  for (let call = 0; call < 20; call++) {
    for (const logStreamName of streams) {
      const logEvents = Array.from({ length: 4_000 }, (_, i) => ({
        timestamp: timestamp + call,
        message: `${logStreamName} ${call * 4_000 + i} ${"x".repeat(150)}`,
      }));
      await house.logs.send(new Logs.PutLogEventsCommand({ logGroupName: "g", logStreamName, logEvents }));
      expected.push(...logEvents.map(({ message }) => message));
    }
  }
  const { taskId } = await house.logs.send(
    new Logs.CreateExportTaskCommand({ logGroupName: "g", destination: "exports", from: 0, to: timestamp + 1_000_000 }),
  );
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(150 * kill);
    await house.killAndStart();
  }
  const over = await ended(house, taskId);
  assert.match(over.status?.message ?? "", /^Completed successfully; 240000 events in \d+ objects/);
  const texts = await textsIn(house, "exports", `exportedlogs/${taskId}/`);
  const lines = Object.values(texts).flatMap((text) => text.trimEnd().split("\n"));
  assert.deepEqual(lines.map((line) => line.slice(25)).sort(), expected.sort());
});
