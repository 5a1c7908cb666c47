import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WireFailure } from "../codec/failure.ts";
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
import { presign } from "./presign.harness.ts";

let harness: Harness;

before(async () => {
  harness = await start([logsService({ CreateLogGroup: async () => ({}) }), stsService()]);
});
after(() => harness.server.close());

const group = (name: string) => logsCall("CreateLogGroup", { logGroupName: name });
const WRONG = { accessKeyId: "AKIDTEST", secret: "wrong" };
const UNKNOWN = { accessKeyId: "AKIDNOBODY", secret: "secret" };
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);

const answered = (name: string, call: () => Parameters<typeof send>[1], check: (reply: Reply) => void) =>
  test(name, async () => check(await send(harness.port, call())));

answered(
  "JSON: unsigned",
  () => ({ ...group("a"), after: { authorization: undefined } }),
  isJsonError(400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
);
answered(
  "JSON: an unknown key",
  () => ({ ...group("a"), credential: UNKNOWN }),
  isJsonError(400, "UnrecognizedClientException", "The security token included in the request is invalid."),
);
answered(
  "JSON: a wrong secret",
  () => ({ ...group("a"), credential: WRONG }),
  isJsonError(400, "InvalidSignatureException", /^The request signature we calculated does not match/),
);
answered(
  "JSON: a changed body",
  () => ({ ...group("a"), sent: '{"logGroupName":"b"}' }),
  isJsonError(400, "InvalidSignatureException", /x-amz-content-sha256/),
);
answered(
  "JSON: a changed body whose digest was changed with it",
  () => ({
    ...group("a"),
    sent: "{}",
    after: { "x-amz-content-sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" },
  }),
  isJsonError(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: an operation that was not signed",
  () => ({ body: "{}", after: { "x-amz-target": "Logs_20140328.DeleteLogGroup" } }),
  isJsonError(400, "InvalidSignatureException", /not signed: x-amz-target/),
);
answered(
  "JSON: an account that was not signed",
  () => ({ ...group("a"), after: { "x-amz-account-id": "210987654321" } }),
  isJsonError(400, "InvalidSignatureException", /not signed: x-amz-account-id/),
);
answered(
  "JSON: another operation than was signed",
  () => ({ ...group("a"), after: { "x-amz-target": "Logs_20140328.DeleteLogGroup" } }),
  isJsonError(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: a body that does not want to be signed",
  () => ({ ...group("a"), headers: { ...group("a").headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }),
  isJsonError(400, "InvalidSignatureException", /^The request signature/),
);
answered(
  "JSON: signed too long ago",
  () => ({ ...group("a"), at: minutes(-15.1) }),
  isJsonError(
    400,
    "InvalidSignatureException",
    "Signature expired: 20261120T231454Z is now earlier than 20261120T231500Z (20261120T233000Z - 15 min.)",
  ),
);
answered(
  "JSON: signed in the future",
  () => ({ ...group("a"), at: minutes(15.1) }),
  isJsonError(
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
  isJsonError(400, "InvalidSignatureException", "Credential should be scoped to correct service: 'logs'."),
);
answered(
  "JSON: a scope of another day",
  () => ({ ...group("a"), after: { "x-amz-date": "20261121T000000Z" } }),
  isJsonError(400, "InvalidSignatureException", /^Date in Credential scope does not match YYYYMMDD/),
);
answered(
  "JSON: a header that cannot be read",
  () => ({ ...group("a"), after: { authorization: "AWS4-HMAC-SHA256 Credential=x" } }),
  isJsonError(
    400,
    "IncompleteSignatureException",
    /requires 'Signature' parameter\. Authorization header requires 'SignedHeaders'/,
  ),
);
answered(
  "JSON: another algorithm",
  () => ({ ...group("a"), after: { authorization: "AWS4-ECDSA-P256-SHA256 Credential=a/20261120/logs/aws4_request" } }),
  isJsonError(400, "IncompleteSignatureException", /^Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'/),
);

answered(
  "query: unsigned",
  () => ({ ...stsCall(), path: "/?Version=2011-06-15", after: { authorization: undefined } }),
  isQueryError(403, "MissingAuthenticationToken", /Request is missing Authentication Token/),
);
answered(
  "query: an unknown key",
  () => ({ ...stsCall(), credential: UNKNOWN }),
  isQueryError(403, "InvalidClientTokenId", /The security token included in the request is invalid/),
);
answered(
  "query: a wrong secret",
  () => ({ ...stsCall(), credential: WRONG }),
  isQueryError(403, "SignatureDoesNotMatch", /The request signature we calculated/),
);
answered(
  "query: a changed body",
  () => ({ ...stsCall(), sent: "Action=AssumeRole" }),
  isQueryError(403, "SignatureDoesNotMatch", /The SHA-256 of the body/),
);
answered(
  "query: signed too long ago",
  () => ({ ...stsCall(), at: minutes(-16) }),
  isQueryError(403, "SignatureDoesNotMatch", /Signature expired: /),
);
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
  isJsonError(400, "ExpiredTokenException", /is expired/)(reply);
});

test("an expired token and one that is none are told as each service does", async () => {
  const own = await start([logsService({ CreateLogGroup: async () => ({}) }), stsService()], {
    credentials: (_id, token) => {
      if (token === "old") throw new WireFailure("ExpiredTokenException", "over");
      return undefined;
    },
  });
  const as = (sessionToken: string) => ({ credential: { accessKeyId: "ASIA", secret: "s", sessionToken } });
  // STS models an ExpiredTokenException of its own, which is about tokens of identity providers.
  isQueryError(
    403,
    "ExpiredToken",
    /The security token included in the request is expired/,
  )(await send(own.port, { ...stsCall(), ...as("old") }));
  isQueryError(
    403,
    "InvalidClientTokenId",
    /The security token included in the request is invalid/,
  )(await send(own.port, { ...stsCall(), ...as("none") }));
  isJsonError(400, "UnrecognizedClientException", /is invalid/)(await send(own.port, { ...group("a"), ...as("none") }));
  await own.server.close();
});

test("only the regions that are served are", async () => {
  const own = await start([logsService({ CreateLogGroup: async () => ({}) })], { regions: ["eu-west-1"] });
  const there = await send(own.port, { ...group("a"), region: "eu-west-1" });
  const elsewhere = await send(own.port, group("a"));
  await own.server.close();
  assert.equal(there.status, 200);
  isJsonError(
    400,
    "InvalidSignatureException",
    "Credential should be scoped to a valid region, not 'us-east-1'.",
  )(elsewhere);
});

test("a presigned URL is good until it expires", async () => {
  const path = await presign("/?Action=GetCallerIdentity&Version=2011-06-15", harness.port, "sts", 60);
  const unsigned = { authorization: undefined, "x-amz-date": undefined, "x-amz-content-sha256": undefined };
  const call = { method: "GET", path, after: unsigned };
  assert.equal((await send(harness.port, call)).status, 200);
  harness.setClock(new Date(NOW.getTime() + 61_000));
  const late = await send(harness.port, call);
  harness.setClock(NOW);
  isQueryError(
    403,
    "SignatureDoesNotMatch",
    /Signature expired: 20261120T233000Z is now earlier than 20261120T233001Z/,
  )(late);
  isQueryError(
    403,
    "SignatureDoesNotMatch",
    /The request signature/,
  )(await send(harness.port, { ...call, path: path.replace("GetCallerIdentity", "AssumeRole") }));
});
