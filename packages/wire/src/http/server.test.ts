import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WireFailure } from "../codec/failure.ts";
import { type Harness, logsCall, logsService, NOW, type Reply, send, start, stsCall, stsService } from "./harness.ts";

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

const json = (status: number, type: string, message: string | RegExp) => (reply: Reply) => {
  const body = JSON.parse(reply.body);
  assert.equal(reply.status, status, reply.body);
  assert.equal(body.__type, type);
  assert.equal(reply.headers["content-type"], "application/x-amz-json-1.1");
  if (typeof message === "string") assert.equal(body.message, message);
  else assert.match(body.message, message);
};

const query = (status: number, code: string, message: RegExp) => (reply: Reply) => {
  assert.equal(reply.status, status, reply.body);
  assert.equal(reply.headers["content-type"], "text/xml");
  assert.match(
    reply.body,
    new RegExp(
      `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.source}.*</Message></Error><RequestId>[0-9a-f-]+</RequestId></ErrorResponse>`,
    ),
  );
};

const WRONG = { accessKeyId: "AKIDTEST", secret: "wrong" };
const UNKNOWN = { accessKeyId: "AKIDNOBODY", secret: "secret" };
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);

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
  json(400, "ResourceAlreadyExistsException", "The specified log group already exists"),
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
  json(400, "InvalidParameterException", /^1 validation error detected: Value 'a b' at 'logGroupName' failed/),
);
answered(
  "a denial by the authoriser is an error like any other",
  () => ({ ...logsCall("PutLogEvents", events), region: "eu-north-1" }),
  json(400, "AccessDeniedException", "Not there."),
);
answered(
  "a failure of ours says nothing of what failed",
  () => group("broken"),
  (reply) => {
    json(500, "InternalFailure", /unknown error/)(reply);
    assert.doesNotMatch(reply.body, /hunter2/);
    assert.equal(harness.logged.at(-1)?.message, "A call failed on the server.");
  },
);

answered(
  "JSON: unsigned",
  () => ({ ...group("a"), after: { authorization: undefined } }),
  json(400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
);
answered(
  "JSON: an unknown key",
  () => ({ ...group("a"), credential: UNKNOWN }),
  json(400, "UnrecognizedClientException", "The security token included in the request is invalid."),
);
answered(
  "JSON: a wrong secret",
  () => ({ ...group("a"), credential: WRONG }),
  json(400, "InvalidSignatureException", /^The request signature we calculated does not match/),
);
answered(
  "JSON: a changed body",
  () => ({ ...group("a"), sent: '{"logGroupName":"b"}' }),
  json(400, "InvalidSignatureException", /x-amz-content-sha256/),
);
answered(
  "JSON: a changed body whose digest was changed with it",
  () => ({
    ...group("a"),
    sent: "{}",
    after: { "x-amz-content-sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" },
  }),
  json(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: an operation that was not signed",
  () => ({ body: "{}", after: { "x-amz-target": "Logs_20140328.DeleteLogGroup" } }),
  json(400, "InvalidSignatureException", /not signed: x-amz-target/),
);
answered(
  "JSON: another operation than was signed",
  () => ({ ...group("a"), after: { "x-amz-target": "Logs_20140328.DeleteLogGroup" } }),
  json(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: a body that does not want to be signed",
  () => ({ ...group("a"), headers: { ...group("a").headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }),
  json(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: signed too long ago",
  () => ({ ...group("a"), at: minutes(-15.1) }),
  json(
    400,
    "InvalidSignatureException",
    "Signature expired: 20261120T231454Z is now earlier than 20261120T231500Z (20261120T233000Z - 15 min.)",
  ),
);
answered(
  "JSON: signed in the future",
  () => ({ ...group("a"), at: minutes(15.1) }),
  json(
    400,
    "InvalidSignatureException",
    /^Signature not yet current: 20261120T234506Z is still later than 20261120T234500Z/,
  ),
);
answered(
  "JSON: signed fourteen minutes ago",
  () => ({ ...group("a"), at: minutes(-14) }),
  (reply) => assert.equal(reply.status, 200),
);
answered(
  "JSON: signed for another service",
  () => ({ ...group("a"), service: "sts" }),
  json(400, "InvalidSignatureException", "Credential should be scoped to correct service: 'logs'."),
);
answered(
  "JSON: a scope of another day",
  () => ({ ...group("a"), after: { "x-amz-date": "20261121T000000Z" } }),
  json(400, "InvalidSignatureException", /^Date in Credential scope does not match YYYYMMDD/),
);
answered(
  "JSON: a header that cannot be read",
  () => ({ ...group("a"), after: { authorization: "AWS4-HMAC-SHA256 Credential=x" } }),
  json(
    400,
    "IncompleteSignatureException",
    /requires 'Signature' parameter\. Authorization header requires 'SignedHeaders'/,
  ),
);
answered(
  "JSON: another algorithm",
  () => ({ ...group("a"), after: { authorization: "AWS4-ECDSA-P256-SHA256 Credential=a/20261120/logs/aws4_request" } }),
  json(400, "IncompleteSignatureException", /^Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'/),
);

answered(
  "query: unsigned",
  () => ({ ...stsCall(), path: "/?Version=2011-06-15", after: { authorization: undefined } }),
  query(403, "MissingAuthenticationToken", /Request is missing Authentication Token/),
);
answered(
  "query: an unknown key",
  () => ({ ...stsCall(), credential: UNKNOWN }),
  query(403, "InvalidClientTokenId", /The security token included in the request is invalid/),
);
answered(
  "query: a wrong secret",
  () => ({ ...stsCall(), credential: WRONG }),
  query(403, "SignatureDoesNotMatch", /The request signature we calculated/),
);
answered(
  "query: a changed body",
  () => ({ ...stsCall(), sent: "Action=AssumeRole" }),
  query(403, "SignatureDoesNotMatch", /The SHA-256 of the body/),
);
answered(
  "query: signed too long ago",
  () => ({ ...stsCall(), at: minutes(-16) }),
  query(403, "SignatureDoesNotMatch", /Signature expired: /),
);
answered(
  "query: an operation that does not exist",
  () => stsCall("Action=Nope&Version=2011-06-15"),
  query(400, "InvalidAction", /The operation 'Nope' is not known/),
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
  json(400, "UnknownOperationException", "The operation 'Nope' is not known."),
);
answered(
  "an operation that AWS has and Nephoscope lacks is named",
  () => logsCall("PutMetricFilter", {}),
  json(501, "NotImplemented", "CloudWatch Logs has the operation PutMetricFilter, which Nephoscope does not support."),
);
answered(
  "an operation without a handler is named",
  () => logsCall("DeleteLogGroup", {}),
  json(501, "NotImplemented", /DeleteLogGroup/),
);
answered(
  "a service that is not there",
  () => ({ headers: { "x-amz-target": "DynamoDB_20120810.ListTables" }, body: "{}" }),
  json(400, "UnknownOperationException", "The operation 'ListTables' is not known."),
);
answered(
  "JSON that is none",
  () => logsCall("CreateLogGroup", "{"),
  json(400, "SerializationException", /not valid JSON/),
);
answered(
  "text that is no UTF-8",
  () => ({ ...group("a"), body: Buffer.from([0x22, 0xff, 0x22]) }),
  json(400, "SerializationException", /not valid UTF-8/),
);
answered(
  "no body for an operation that needs members",
  () => logsCall("CreateLogGroup", ""),
  json(400, "InvalidParameterException", /Value null at 'logGroupName'/),
);
answered(
  "a request that is no call at all",
  () => ({ method: "GET", path: "/x", after: { authorization: undefined } }),
  json(404, "UnknownOperationException", /no call of an API/),
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

test("the record of a forged call claims no principal and no account", async () => {
  await send(harness.port, { ...group("a"), credential: WRONG });
  const record = harness.records.at(-1);
  assert.equal(record?.accessKeyId, "AKIDTEST");
  assert.equal(record?.principal, undefined);
  assert.equal(record?.account, undefined);
  assert.equal(record?.input, undefined);
  assert.equal(record?.outcome.ok === false && record.outcome.code, "InvalidSignatureException");
});

test("the credential provider gets the session token, and may say that it expired", async () => {
  const seen: (string | undefined)[] = [];
  const own = await start([logsService({})], {
    credentials: (_id, token) => {
      seen.push(token);
      throw new WireFailure("ExpiredTokenException", "The security token included in the request is expired");
    },
  });
  const reply = await send(own.port, {
    ...group("a"),
    credential: { accessKeyId: "ASIA", secret: "s", sessionToken: "tok" },
  });
  await own.server.close();
  assert.deepEqual(seen, ["tok"]);
  json(400, "ExpiredTokenException", /is expired/)(reply);
});

test("only the regions that are served are", async () => {
  const own = await start([logsService({ CreateLogGroup: async () => ({}) })], { regions: ["eu-west-1"] });
  const there = await send(own.port, { ...group("a"), region: "eu-west-1" });
  const elsewhere = await send(own.port, group("a"));
  await own.server.close();
  assert.equal(there.status, 200);
  json(400, "InvalidSignatureException", "Credential should be scoped to a valid region, not 'us-east-1'.")(elsewhere);
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

test("a presigned URL is good until it expires", async () => {
  const { presign } = await import("./presign.harness.ts");
  const path = await presign("/?Action=GetCallerIdentity&Version=2011-06-15", harness.port, "sts", 60);
  const unsigned = { authorization: undefined, "x-amz-date": undefined, "x-amz-content-sha256": undefined };
  const call = { method: "GET", path, after: unsigned };
  assert.equal((await send(harness.port, call)).status, 200);
  harness.setClock(new Date(NOW.getTime() + 61_000));
  const late = await send(harness.port, call);
  harness.setClock(NOW);
  query(403, "SignatureDoesNotMatch", /Signature expired: 20261120T233000Z is now earlier than 20261120T233001Z/)(late);
  query(
    403,
    "SignatureDoesNotMatch",
    /The request signature/,
  )(await send(harness.port, { ...call, path: path.replace("GetCallerIdentity", "AssumeRole") }));
});
