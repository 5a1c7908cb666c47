import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Functions } from "../../../../platform/functions/functions.ts";
import {
  type MessageQueues,
  NotQueued,
  type QueuedMessage,
  type QueueSender,
} from "../../../../platform/queues/message-queues.ts";
import type { Payload } from "../forwarding/payload.ts";
import { NotForwarded, type Receipt } from "./destination.ts";
import { functionDestination, queueDestination } from "./encoded-destination.ts";

const FUNCTION = "arn:aws:lambda:eu-west-1:111122223333:function:f";
const QUEUE = "arn:aws:sqs:eu-west-1:111122223333:q";
const GROUP = "arn:aws:logs:eu-west-1:111122223333:log-group:g";
const quiet = new AbortController().signal;

const payload = (logStream: string, ...messages: string[]): Payload => ({
  messageType: "DATA_MESSAGE",
  owner: "111122223333",
  logGroup: "g",
  logStream,
  subscriptionFilters: ["f"],
  logEvents: messages.map((message, i) => ({ id: `${logStream} ${i}`, timestamp: i, message })),
});
const read = (text: string): unknown => JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString());

/** Queues in memory; `refuse` throws for what they don't take. */
function queues(fifo = false, refuse: (message: QueuedMessage) => void = () => {}) {
  const sent: { message: QueuedMessage; sender: QueueSender }[] = [];
  const port: MessageQueues = {
    takes: () => true,
    find: () => ({ fifo }),
    async send(_arn, message, sender) {
      refuse(message);
      sent.push({ message, sender });
    },
  };
  return { port, sent };
}

test("a function is invoked with what AWS's functions are invoked with", async () => {
  const invoked: [arn: string, payload: unknown][] = [];
  const functions: Functions = {
    takes: (arn) => arn === FUNCTION,
    invoke: async (arn, event) => {
      const { awslogs } = event as { awslogs: { data: string } };
      invoked.push([arn, read(awslogs.data)]);
    },
  };
  const done: Payload[] = [];
  const one = payload("s", "hello");
  await functionDestination(() => functions, FUNCTION).deliver([one], (each) => void done.push(each), quiet);
  assert.deepEqual(invoked, [[FUNCTION, one]]);
  assert.deepEqual(done, [one]);
});

test("without anything that runs functions what is for one waits", async () => {
  const destination = functionDestination(() => undefined, FUNCTION);
  await assert.rejects(destination.probe(payload(""), quiet), (error: unknown) => {
    assert.ok(error instanceof NotForwarded);
    assert.match(error.message, /function:f/);
    return true;
  });
});

test("a queue is sent to as CloudWatch Logs, for the group", async () => {
  const { port, sent } = queues();
  await queueDestination(port, QUEUE, GROUP).deliver([payload("s", "hello")], () => {}, quiet);
  assert.deepEqual(sent[0]?.sender, { service: "logs.amazonaws.com", sourceArn: GROUP });
  assert.equal(sent[0]?.message.groupId, undefined);
});

test("a FIFO queue gets a group for each stream, and the same id for what is sent again", async () => {
  const { port, sent } = queues(true);
  const destination = queueDestination(port, QUEUE, GROUP);
  const send = (one: Payload) => destination.deliver([one], () => {}, quiet);
  await send(payload("a", "1"));
  await send(payload("a", "1"));
  await send(payload("a", "1", "2"));
  await send(payload("b", "1"));
  const [first, again, longer, other] = sent.map(({ message }) => message);
  assert.equal(first?.groupId, longer?.groupId);
  assert.notEqual(first?.groupId, other?.groupId);
  assert.equal(first?.deduplicationId, again?.deduplicationId);
  assert.notEqual(first?.deduplicationId, longer?.deduplicationId);
  assert.match(`${first?.groupId} ${first?.deduplicationId}`, /^[0-9a-f]{64} [0-9a-f]{64}$/);
});

test("of several payloads those that were taken are told, and the failure of another", async () => {
  const { port } = queues(false, ({ body }) => {
    if ((read(body) as Payload).logStream === "bad") throw new NotQueued("the queue is gone", { final: true });
  });
  const done: string[] = [];
  const all = [payload("a", "1"), payload("bad", "1"), payload("b", "1")];
  await assert.rejects(
    queueDestination(port, QUEUE, GROUP).deliver(all, ({ logStream }) => void done.push(logStream), quiet),
    { name: "NotForwarded", message: "the queue is gone" },
  );
  assert.ok(!done.includes("bad"));
  assert.ok(done.length > 0);
});

test("an event that no message can hold is left out, and told", async () => {
  const { port, sent } = queues();
  const receipts: Receipt[] = [];
  // Random text does not become shorter when it is compressed.
  const large = randomBytes(1_000_000).toString("latin1");
  await queueDestination(port, QUEUE, GROUP).deliver(
    [payload("s", "small", large)],
    (_payload, receipt) => void receipts.push(receipt),
    quiet,
  );
  assert.equal(receipts[0]?.refused, 1);
  assert.match(receipts[0]?.reason ?? "", /longer than 1048576 bytes/);
  assert.deepEqual(
    sent.flatMap(({ message }) => (read(message.body) as Payload).logEvents.map(({ message: text }) => text)),
    ["small"],
  );
});
