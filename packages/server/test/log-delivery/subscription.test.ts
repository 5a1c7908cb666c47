import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { ACCOUNT, type Clients, eventually, makeGroup, openHouse, put, REGION } from "./house.ts";
import { type Behaviour, openSearch } from "./open-search.ts";

const QUEUE = `arn:aws:sqs:${REGION}:${ACCOUNT}:q`;
const DOMAIN = `arn:aws:es:${REGION}:${ACCOUNT}:domain/search`;

const filter = (destinationArn: string, more: Partial<Logs.PutSubscriptionFilterCommandInput> = {}) =>
  new Logs.PutSubscriptionFilterCommand({
    logGroupName: "g",
    filterName: "f",
    filterPattern: "",
    destinationArn,
    ...more,
  });

interface Payload {
  readonly messageType: string;
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    readonly timestamp: number;
    readonly message: string;
    readonly extractedFields?: object;
  }[];
}

/** Makes a queue, and reads from it what AWS's consumers read: base64 of gzip of JSON. */
async function makeQueue({ sqs }: Clients, QueueName = "q", fifo = false) {
  const Attributes = fifo ? { FifoQueue: "true" } : {};
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const payloads: Payload[] = [];
  const receive = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body = "" } of Messages)
      payloads.push(JSON.parse(gunzipSync(Buffer.from(Body, "base64")).toString()) as Payload);
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    if (Entries.length > 0) await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return payloads;
  };
  const messages = async () =>
    (await receive())
      .filter(({ messageType }) => messageType === "DATA_MESSAGE")
      .flatMap(({ logEvents }) => logEvents.map(({ message }) => message));
  return { receive, messages };
}

const whenThere = <T>(read: () => Promise<readonly T[]> | readonly T[], count: number) =>
  eventually(async () => {
    const found = await read();
    return found.length >= count ? found : undefined;
  });

test("a queue gets a control message, then the payloads that AWS's consumers read, by stream and in order", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "a", "b");
  const queue = await makeQueue(house);
  await put(house, "g", "a", "before the filter");
  await house.logs.send(filter(QUEUE, { filterPattern: "[level, ..., last=*e*]" }));
  const [control] = await whenThere(queue.receive, 1);
  assert.deepEqual(
    { ...control, logEvents: control?.logEvents.map(({ message }) => message) },
    {
      messageType: "CONTROL_MESSAGE",
      owner: "CloudwatchLogs",
      logGroup: "",
      logStream: "",
      subscriptionFilters: [],
      logEvents: ["CWL CONTROL MESSAGE: Checking health of destination SQS queue q."],
    },
  );
  await put(house, "g", "a", "INFO 1 one", "INFO 2 two", "INFO 3 three");
  await put(house, "g", "b", "WARN x nine");
  const payloads = await whenThere(queue.receive, 3);
  const ofStream = (name: string) => payloads.filter(({ logStream }) => logStream === name);
  const [a] = ofStream("a");
  const { events: stored = [] } = await house.logs.send(new Logs.FilterLogEventsCommand({ logGroupName: "g" }));
  const idOf = (message: string) => stored.find((event) => event.message === message)?.eventId;
  assert.deepEqual(
    { ...a, logEvents: a?.logEvents.map(({ timestamp: _, ...rest }) => rest) },
    {
      messageType: "DATA_MESSAGE",
      owner: ACCOUNT,
      logGroup: "g",
      logStream: "a",
      subscriptionFilters: ["f"],
      logEvents: [
        { id: idOf("INFO 1 one"), message: "INFO 1 one", extractedFields: { level: "INFO", 2: "1", last: "one" } },
        {
          id: idOf("INFO 3 three"),
          message: "INFO 3 three",
          extractedFields: { level: "INFO", 2: "3", last: "three" },
        },
      ],
    },
  );
  assert.deepEqual(
    ofStream("b").flatMap(({ logEvents }) => logEvents.map(({ message }) => message)),
    ["WARN x nine"],
  );
});

test("a FIFO queue keeps each stream's order", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "a", "b");
  const queue = await makeQueue(house, "q.fifo", true);
  await house.logs.send(filter(`${QUEUE}.fifo`));
  const expected: string[] = [];
  for (let i = 0; i < 20; i++) {
    await put(house, "g", "a", `a ${i}`);
    await put(house, "g", "b", `b ${i}`);
    expected.push(`a ${i}`);
  }
  const messages = await whenThere(queue.messages, 40);
  assert.deepEqual(
    messages.filter((message) => message.startsWith("a")),
    expected,
  );
});

test("a cluster gets documents, an index for each day, under ids that keep retries from doubling them", async (t) => {
  const cluster = await openSearch(t);
  const house = await openHouse(t, {
    "opensearch-domains": `search=${cluster.url}`,
    "allow-private-targets": "127.0.0.0/8",
  });
  await makeGroup(house, "g", "s");
  await house.logs.send(filter(DOMAIN));
  const now = Date.now();
  await house.logs.send(
    new Logs.PutLogEventsCommand({
      logGroupName: "g",
      logStreamName: "s",
      logEvents: [
        { timestamp: now - 86_400_000 * 2, message: '{"level":"warn","n":1}' },
        { timestamp: now - 86_400_000 * 1.5, message: "plain" },
      ],
    }),
  );
  const [first, second] = await whenThere(cluster.stored, 2);
  const indexOf = (ms: number) => `cwl-${new Date(ms).toISOString().slice(0, 10).replaceAll("-", ".")}`;
  assert.equal(first?.index, indexOf(now - 86_400_000 * 2));
  assert.equal(second?.index, indexOf(now - 86_400_000 * 1.5));
  assert.deepEqual(first?.document, {
    level: "warn",
    n: 1,
    "@id": first?.id,
    "@timestamp": new Date(now - 86_400_000 * 2).toISOString(),
    "@message": '{"level":"warn","n":1}',
    "@owner": ACCOUNT,
    "@log_group": "g",
    "@log_stream": "s",
  });
  assert.match(first?.id ?? "", /^\d{56}$/);
});

test("a cluster that fails is tried again until it has everything once; what it never takes is counted", async (t) => {
  const failures: ReturnType<Behaviour>[] = [
    { status: 503, body: "away" },
    { status: 200, body: "<html>no bulk answer</html>" },
    { statuses: [201, 429, 503] },
  ];
  const behaviour: { current: Behaviour } = { current: () => failures.shift() };
  const cluster = await openSearch(t, behaviour);
  const house = await openHouse(t, {
    "opensearch-domains": `search=${cluster.url}`,
    "allow-private-targets": "127.0.0.0/8",
  });
  await makeGroup(house, "g", "s");
  await house.logs.send(filter(DOMAIN));
  await put(house, "g", "s", "one", "two", "three");
  await whenThere(cluster.stored, 3);
  assert.deepEqual(cluster.messages().sort(), ["one", "three", "two"]);
  assert.equal(cluster.requests.length, 4);
  behaviour.current = () => ({ statuses: [400, 201] });
  await put(house, "g", "s", "bad", "good");
  await whenThere(cluster.stored, 4);
  assert.ok(!cluster.messages().includes("bad"));
  const refused = house.logged.filter(({ message }) => message.endsWith("refuses events for good"));
  assert.deepEqual(
    refused.map(({ fields }) => [fields.events, fields.filter, fields.reason]),
    [[1, "f", "error_400: of the test"]],
  );
});

test("a destination that hangs holds up neither ingestion nor another subscription", async (t) => {
  const cluster = await openSearch(t, { current: () => "hang" });
  const house = await openHouse(t, {
    "opensearch-domains": `search=${cluster.url}`,
    "allow-private-targets": "127.0.0.0/8",
  });
  await makeGroup(house, "g", "s");
  const queue = await makeQueue(house);
  await house.logs.send(filter(DOMAIN, { filterName: "stuck" }));
  await house.logs.send(filter(QUEUE));
  for (let i = 0; i < 5; i++) {
    await put(house, "g", "s", `event ${i}`);
    await whenThere(queue.messages, i + 1);
  }
  assert.ok(cluster.requests.length > 0);
  assert.deepEqual(cluster.stored(), []);
});

test("deleting a filter, or its group, ends it; one that is made again begins anew", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "s");
  const queue = await makeQueue(house);
  await house.logs.send(filter(QUEUE));
  await put(house, "g", "s", "one");
  await whenThere(queue.messages, 1);
  await house.logs.send(new Logs.DeleteSubscriptionFilterCommand({ logGroupName: "g", filterName: "f" }));
  await put(house, "g", "s", "nobody's");
  await house.logs.send(filter(QUEUE));
  await put(house, "g", "s", "two");
  assert.deepEqual(await whenThere(queue.messages, 2), ["one", "two"]);
  await house.logs.send(new Logs.DeleteLogGroupCommand({ logGroupName: "g" }));
  await makeGroup(house, "g", "s");
  const { subscriptionFilters } = await house.logs.send(
    new Logs.DescribeSubscriptionFiltersCommand({ logGroupName: "g" }),
  );
  assert.deepEqual(subscriptionFilters, []);
});

test("a logical destination leads where its owner says, also when that changes", async (t) => {
  const house = await openHouse(t);
  await makeGroup(house, "g", "s");
  const [q, other] = [await makeQueue(house), await makeQueue(house, "other")];
  const target = (targetArn: string) =>
    new Logs.PutDestinationCommand({ destinationName: "d", targetArn, roleArn: `arn:aws:iam::${ACCOUNT}:role/r` });
  const { destination } = await house.logs.send(target(QUEUE));
  const arn = `arn:aws:logs:${REGION}:${ACCOUNT}:destination:d`;
  assert.equal(destination?.arn, arn);
  await house.logs.send(filter(arn));
  await put(house, "g", "s", "one");
  assert.deepEqual(await whenThere(q.messages, 1), ["one"]);
  await house.logs.send(target(`arn:aws:sqs:${REGION}:${ACCOUNT}:other`));
  await put(house, "g", "s", "two");
  assert.deepEqual(await whenThere(other.messages, 1), ["two"]);

  await house.logs.send(new Logs.DeleteDestinationCommand({ destinationName: "d" }));
  await put(house, "g", "s", "three");
  await eventually(() =>
    house.logged.some(({ fields }) => String(fields.error).includes("the destination is not there")) ? true : undefined,
  );
  await house.logs.send(target(QUEUE));
  assert.deepEqual(await whenThere(q.messages, 2), ["one", "three"]);
});
