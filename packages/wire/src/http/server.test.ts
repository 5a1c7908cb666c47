import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  type Harness,
  isJsonError,
  isQueryError,
  logsCall,
  logsService,
  NOW,
  type Reply,
  send,
  start,
  stsCall,
  stsService,
} from "./harness.ts";

let harness: Harness;

before(async () => {
  const logs = logsService({
    async CreateLogGroup(input, call) {
      if (input.logGroupName === "taken")
        throw call.error("ResourceAlreadyExistsException", "The specified log group already exists");
      if (input.logGroupName === "twice") throw call.error("ResourceNotFoundException", "Gone.");
      if (input.logGroupName === "broken") throw new Error("the password is hunter2");
      return {};
    },
    async PutLogEvents(input, call) {
      if (input.sequenceToken === "old")
        throw call.error("DataAlreadyAcceptedException", "Twice.", { expectedSequenceToken: "7" });
      return { nextSequenceToken: String(input.logEvents.length) };
    },
  });
  harness = await start([logs, stsService()], {
    authorize: (call) => {
      if (call.operation === "PutLogEvents" && call.region === "eu-north-1")
        throw call.error("AccessDeniedException", "Not there.");
    },
  });
});
after(() => harness.server.close());

const group = (name: string) => logsCall("CreateLogGroup", { logGroupName: name });
const events = { logGroupName: "a", logStreamName: "b", logEvents: [{ timestamp: 1, message: "m" }] };

const answered = (name: string, call: () => Parameters<typeof send>[1], check: (reply: Reply) => void) =>
  test(name, async () => {
    const reply = await send(harness.port, call());
    check(reply);
    assert.match(String(reply.headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/);
    assert.equal(harness.records.at(-1)?.requestId, reply.headers["x-amzn-requestid"]);
  });

answered(
  "a good call is answered in JSON",
  () => logsCall("PutLogEvents", events),
  (reply) => {
    assert.equal(reply.status, 200);
    assert.deepEqual(JSON.parse(reply.body), { nextSequenceToken: "1" });
  },
);
answered(
  "an answer with nothing in it is an empty structure",
  () => group("free"),
  (reply) => assert.equal(reply.body, "{}"),
);
answered(
  "a good query call is answered in XML",
  () => stsCall(),
  (reply) => {
    assert.equal(reply.status, 200);
    assert.match(
      reply.body,
      /^<GetCallerIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/"><GetCallerIdentityResult>.*<Account>123456789012<\/Account>.*<\/GetCallerIdentityResult><ResponseMetadata><RequestId>/,
    );
  },
);
answered(
  "a query call may stand in the URL",
  () => ({ ...stsCall(""), method: "GET", path: "/?Action=GetCallerIdentity&Version=2011-06-15", headers: {} }),
  (reply) => assert.equal(reply.status, 200),
);

answered(
  "a modelled error has its name and message",
  () => group("taken"),
  isJsonError(400, "ResourceAlreadyExistsException", "The specified log group already exists"),
);
answered(
  "a modelled error's further members are written",
  () => logsCall("PutLogEvents", { ...events, sequenceToken: "old" }),
  (reply) => {
    assert.deepEqual(JSON.parse(reply.body), {
      __type: "DataAlreadyAcceptedException",
      expectedSequenceToken: "7",
      message: "Twice.",
    });
  },
);
answered(
  "broken constraints are told in AWS's words, under the service's code",
  () => group("a b"),
  isJsonError(400, "InvalidParameterException", /^1 validation error detected: Value 'a b' at 'logGroupName' failed/),
);
answered(
  "a denial by the authoriser is an error like any other",
  () => ({ ...logsCall("PutLogEvents", events), region: "eu-north-1" }),
  isJsonError(400, "AccessDeniedException", "Not there."),
);
answered(
  "a failure of ours says nothing of what failed",
  () => group("broken"),
  (reply) => {
    isJsonError(500, "InternalFailure", /unknown error/)(reply);
    assert.doesNotMatch(reply.body, /hunter2/);
    assert.equal(harness.logged.at(-1)?.message, "A call failed on the server.");
  },
);

answered(
  "query: an operation that does not exist",
  () => stsCall("Action=Nope&Version=2011-06-15"),
  isQueryError(400, "InvalidAction", /The operation 'Nope' is not known/),
);
answered(
  "query: an operation that AWS has",
  () => stsCall("Action=AssumeRole&Version=2011-06-15"),
  (reply) => {
    assert.equal(reply.status, 501);
    assert.match(
      reply.body,
      /<Code>NotImplemented<\/Code><Message>STS has the operation AssumeRole, which Nephoscope does not support/,
    );
  },
);

answered(
  "an operation that does not exist",
  () => logsCall("Nope", {}),
  isJsonError(400, "UnknownOperationException", "The operation 'Nope' is not known."),
);
answered(
  "an operation that AWS has and Nephoscope lacks is named",
  () => logsCall("PutMetricFilter", {}),
  isJsonError(
    501,
    "NotImplemented",
    "CloudWatch Logs has the operation PutMetricFilter, which Nephoscope does not support.",
  ),
);
answered(
  "an operation without a handler is named",
  () => logsCall("DeleteLogGroup", {}),
  isJsonError(501, "NotImplemented", /DeleteLogGroup/),
);
answered(
  "a service that is not there",
  () => ({ service: "dynamodb", headers: { "x-amz-target": "DynamoDB_20120810.ListTables" }, body: "{}" }),
  isJsonError(400, "UnknownOperationException", "There is no service 'dynamodb' here."),
);
answered(
  "JSON that is none",
  () => logsCall("CreateLogGroup", "{"),
  isJsonError(400, "SerializationException", /not valid JSON/),
);
answered(
  "text that is no UTF-8",
  () => ({ ...group("a"), body: Buffer.from([0x22, 0xff, 0x22]) }),
  isJsonError(400, "SerializationException", /not valid UTF-8/),
);
answered(
  "no body for an operation that needs members",
  () => logsCall("CreateLogGroup", ""),
  isJsonError(400, "InvalidParameterException", /Value null at 'logGroupName'/),
);
answered(
  "a request that is no call at all",
  () => ({ method: "GET", path: "/x", after: { authorization: undefined } }),
  isJsonError(404, "UnknownOperationException", /no call of an API/),
);
answered(
  "JSON 1.0 is answered in kind",
  () => ({
    ...logsCall("PutLogEvents", events),
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "Logs_20140328.PutLogEvents" },
  }),
  (reply) => {
    assert.equal(reply.headers["content-type"], "application/x-amz-json-1.0");
  },
);
answered(
  "a protocol that the service does not speak",
  () => ({
    service: "logs",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Action=PutLogEvents",
  }),
  (reply) => {
    assert.match(reply.body, /<Code>InvalidAction<\/Code><Message>CloudWatch Logs does not speak awsQuery here/);
  },
);

test("the record of a good call tells who did what", async () => {
  await send(harness.port, {
    ...logsCall("PutLogEvents", events),
    after: { "user-agent": "tester/1", "amz-sdk-invocation-id": "inv-1", "amz-sdk-request": "attempt=3; max=5" },
  });
  const record = harness.records.at(-1);
  assert.ok(record);
  const { requestId, bodyBytes, ...rest } = record;
  assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.equal(bodyBytes, JSON.stringify(events).length);
  assert.deepEqual(rest, {
    receivedAt: NOW,
    durationMs: 0,
    sourceIp: "127.0.0.1",
    userAgent: "tester/1",
    invocationId: "inv-1",
    attempt: 3,
    service: "cloudwatch-logs",
    operation: "PutLogEvents",
    protocol: "awsJson1_1",
    region: "us-east-1",
    accessKeyId: "AKIDTEST",
    account: "123456789012",
    principal: {
      type: "IAMUser",
      arn: "arn:aws:iam::123456789012:user/test",
      principalId: "AIDATEST",
      userName: "test",
    },
    input: events,
    outcome: { ok: true, output: { nextSequenceToken: "1" } },
  });
});

test("an answer waits for the promise of its record, and goes out when that fails", async () => {
  const order: string[] = [];
  const own = await start([logsService({ CreateLogGroup: async () => ({}) })], {
    onCall: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push("recorded");
      throw new Error("disk full");
    },
  });
  const reply = await send(own.port, group("a"));
  order.push("answered");
  await own.server.close();
  assert.equal(reply.status, 200);
  assert.deepEqual(order, ["recorded", "answered"]);
  assert.equal(own.logged.at(-1)?.message, "A call could not be recorded.");
});

test("what is no API call goes to the fallback", async () => {
  const own = await start([logsService({})], { fallback: (_req, res) => void res.writeHead(200).end("console") });
  const page = await send(own.port, { method: "GET", path: "/", after: { authorization: undefined } });
  const call = await send(own.port, logsCall("Nope", {}));
  await own.server.close();
  assert.equal(page.body, "console");
  assert.equal(call.status, 400);
});
