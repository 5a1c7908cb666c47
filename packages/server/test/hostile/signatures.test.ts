import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { assertRefused } from "./aws-error.ts";
import { presignedTarget } from "./presigned.ts";
import { type RawRequest, toBytes } from "./raw-http.ts";
import { NEIGHBOUR, OWNER, startVictim, type Victim } from "./victim.ts";

/** Requests that are not, or no longer, what somebody with the secret signed. */
let victim: Victim;
before(async () => {
  victim = await startVictim({ neighbour: true });
  await victim.done("CreateLogGroup", { logGroupName: "hostile/signed" });
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

const describe = (options = {}) => victim.signed("DescribeLogGroups", {}, options);
const MINUTE = 60_000;

function header(request: RawRequest, name: string, change: (value: string) => string | undefined): RawRequest {
  const headers = request.headers.flatMap(([other, value]): [string, string][] => {
    if (other !== name) return [[other, value]];
    const changed = change(value);
    return changed === undefined ? [] : [[other, changed]];
  });
  return { ...request, headers };
}

const refused = async (request: RawRequest, code: string | RegExp = "InvalidSignatureException") =>
  assertRefused(await victim.sendOne(request), 400, code);

test("an unsigned call is refused", () =>
  refused(
    header(describe(), "authorization", () => undefined),
    "MissingAuthenticationTokenException",
  ));

test("a secret that is not the key's is refused", () =>
  refused(describe({ who: { ...OWNER, secret: NEIGHBOUR.secret } })));

test("an unknown key is refused without telling more", () =>
  refused(describe({ who: { ...OWNER, accessKeyId: "AKIANOBODYNOBODY0001" } }), "UnrecognizedClientException"));

test("every changed byte of a signature is refused", async () => {
  for (const at of [0, 1, 31, 62, 63]) {
    await refused(
      header(describe(), "authorization", (value) => {
        const start = value.indexOf("Signature=") + "Signature=".length + at;
        return value.slice(0, start) + (value[start] === "0" ? "1" : "0") + value.slice(start + 1);
      }),
    );
  }
});

test("signatures that are no signatures are refused", async () => {
  for (const signature of ["", "0", "f".repeat(63), "f".repeat(65), "F".repeat(64), "é".repeat(64), "%00", "null"]) {
    await refused(
      header(describe(), "authorization", (value) => value.replace(/Signature=.*/, `Signature=${signature}`)),
      /InvalidSignatureException|IncompleteSignatureException/,
    );
  }
});

test("Authorization headers that are none are refused", async () => {
  for (const value of [
    "AWS4-HMAC-SHA256",
    "AWS4-HMAC-SHA256 ",
    "AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=",
    "AWS4-HMAC-SHA256 Credential=////aws4_request, SignedHeaders=host, Signature=00",
    `AWS4-HMAC-SHA256 Credential=${"a/".repeat(5_000)}, SignedHeaders=host, Signature=00`,
    `AWS4-HMAC-SHA256 ${"=,".repeat(5_000)}`,
    "AWS4-ECDSA-P256-SHA256 Credential=x, SignedHeaders=host, Signature=00",
    "AWS AKIA:sig",
    "Basic YWRtaW46YWRtaW4=",
    "Bearer x",
    "__proto__=constructor",
  ]) {
    const error = await victim.sendOne(header(describe(), "authorization", () => value));
    assertRefused(error, 400, /Exception$/);
  }
});

test("a signature is good for fifteen minutes around its time and no longer", async () => {
  const at = (ms: number) => describe({ now: new Date(Date.now() + ms) });
  assert.equal((await victim.sendOne(at(-14 * MINUTE))).status, 200);
  assert.equal((await victim.sendOne(at(14 * MINUTE))).status, 200);
  await refused(at(-16 * MINUTE));
  await refused(at(16 * MINUTE));
  await refused(at(-365 * 24 * 60 * MINUTE));
  await refused(at(365 * 24 * 60 * MINUTE));
});

test("times that are no times are refused", async () => {
  for (const time of ["", "now", "20261399T999999Z", "99999999999999999999", "2026-11-20T00:00:00Z\t", "0", "-1"]) {
    await refused(
      header(describe(), "x-amz-date", () => time),
      /InvalidSignatureException|IncompleteSignatureException/,
    );
  }
});

test("a signature for another service, and one with another end, is refused", async () => {
  await refused(describe({ service: "sts" }));
  await refused(describe({ service: "s3" }));
  await refused(header(describe(), "authorization", (value) => value.replace("aws4_request", "aws5_request")));
});

test("a signature's region is the call's: another one shows other groups, a false one is refused", async () => {
  const { logGroups } = await victim.done("DescribeLogGroups", {}, { region: "eu-west-1" });
  assert.deepEqual(logGroups, []);
  for (const region of ["US-EAST-1", "us east 1", "../us-east-1", "us-east-1'", "r".repeat(100)]) {
    await refused(describe({ region }), /InvalidSignatureException|IncompleteSignatureException/);
  }
  await refused(header(describe(), "authorization", (value) => value.replace("us-east-1", "eu-west-1")));
});

test("a body that was changed after signing is refused", async () => {
  const request = victim.signed("CreateLogGroup", { logGroupName: "hostile/aaaa" });
  await refused({ ...request, body: Buffer.from(String(request.body).replace("aaaa", "bbbb")) });
  // Also when the attacker makes the digest in the head fit the new body.
  const body = Buffer.from(String(request.body).replace("aaaa", "bbbb"));
  const digest = createHash("sha256").update(body).digest("hex");
  await refused(header({ ...request, body }, "x-amz-content-sha256", () => digest));
  await refused(header({ ...request, body }, "x-amz-content-sha256", () => undefined));
  for (const word of [
    "UNSIGNED-PAYLOAD",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "",
  ])
    await refused(header({ ...request, body }, "x-amz-content-sha256", () => word));
  const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: "hostile/bbbb" });
  assert.deepEqual(logGroups, []);
});

test("an unsigned payload is refused even with a good signature, because the body is the call", async () => {
  const { accessKeyId, secret } = OWNER;
  const request = victim.signed("DescribeLogGroups", {}, { headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
  assert.ok(accessKeyId !== secret);
  await refused(request);
});

test("a signature replayed with another operation, path, query or method is refused", async () => {
  const request = victim.signed("ListTagsLogGroup", { logGroupName: "hostile/signed" });
  await refused(header(request, "x-amz-target", () => "Logs_20140328.DeleteLogGroup"));
  await refused({ ...request, target: "/other" });
  await refused({ ...request, target: "/?x=1" });
  await refused({ ...request, method: "PUT" });
  await refused(header(request, "host", () => "example.com"));
  assert.equal((await victim.sendOne(request)).status, 200);
});

test("an operation named in a header that was not signed is refused", async () => {
  const request = victim.signed("ListTagsLogGroup", { logGroupName: "hostile/signed" });
  const headers = request.headers.filter(([name]) => name !== "x-amz-target");
  const stripped = header({ ...request, headers }, "authorization", (value) => value.replace(";x-amz-target", ""));
  await refused({ ...stripped, headers: [...stripped.headers, ["x-amz-target", "Logs_20140328.DeleteLogGroup"]] });
});

test("headers given twice do not get past the signature", async () => {
  const request = victim.signed("ListTagsLogGroup", { logGroupName: "hostile/signed" });
  const twice = (name: string, value: string, first: boolean): RawRequest => ({
    ...request,
    headers: first ? [[name, value], ...request.headers] : [...request.headers, [name, value]],
  });
  for (const first of [true, false]) {
    await refused(twice("x-amz-target", "Logs_20140328.DeleteLogGroup", first), /Exception$/);
    await refused(twice("x-amz-date", "20200101T000000Z", first), /Exception$/);
    await refused(twice("x-amz-content-sha256", "UNSIGNED-PAYLOAD", first), /Exception$/);
  }
  const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: "hostile/signed" });
  assert.equal((logGroups as unknown[]).length, 1);
});

test("a second Authorization header does not change who calls", async () => {
  const own = describe();
  const other = describe({ who: NEIGHBOUR });
  const authorization = other.headers.find(([name]) => name === "authorization");
  assert.ok(authorization !== undefined);
  const after: RawRequest = { ...own, headers: [...own.headers, authorization] };
  const before: RawRequest = { ...own, headers: [authorization, ...own.headers] };
  for (const request of [after, before]) {
    const answer = await victim.sendOne(request);
    if (answer.status !== 200) assertRefused(answer, 400, /Exception$/);
  }
});

test("the host's own account is found by the key alone: a neighbour sees nothing of it", async () => {
  const { logGroups } = await victim.done("DescribeLogGroups", {}, { who: NEIGHBOUR });
  assert.deepEqual(logGroups, []);
});

test("a presigned call works for its time, and with no other operation than the one that was signed", async () => {
  const body = Buffer.from(JSON.stringify({ logGroupName: "hostile/signed" }));
  const presigned = (options: Partial<Parameters<typeof presignedTarget>[0]> = {}, operation = "ListTagsLogGroup") => ({
    method: "POST",
    version: "HTTP/1.1",
    target: presignedTarget({
      who: OWNER,
      port: victim.port,
      body,
      now: new Date(),
      expires: "60",
      headers: { "x-amz-target": "Logs_20140328.ListTagsLogGroup" },
      ...options,
    }),
    headers: [
      ["host", `127.0.0.1:${victim.port}`],
      ["content-type", "application/x-amz-json-1.1"],
      ["x-amz-target", `Logs_20140328.${operation}`],
      ["content-length", String(body.length)],
    ] as [string, string][],
    body,
  });
  assert.equal((await victim.sendOne(presigned())).status, 200);
  await refused(presigned({ now: new Date(Date.now() - 61_000) }));
  await refused(presigned({ now: new Date(Date.now() + 16 * MINUTE) }));
  for (const expires of ["604801", "-1", "1e3", "", "abc", "99999999999", "60.5"]) {
    await refused(presigned({ expires }), /InvalidSignatureException|IncompleteSignatureException/);
  }
  const stretched = presigned();
  await refused({ ...stretched, target: stretched.target.replace("X-Amz-Expires=60", "X-Amz-Expires=600") });
  await refused({ ...presigned(), body: Buffer.from(JSON.stringify({ logGroupName: "hostile/SIGNED" })) });
  await refused(presigned({}, "DeleteLogGroup"));
  // The operation's header must be part of what was signed, or the URL would be good for every operation with this body.
  await refused(presigned({ headers: {} }, "DeleteLogGroup"));
  const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: "hostile/signed" });
  assert.equal((logGroups as unknown[]).length, 1);
});

test("two signatures in one request do not help each other", async () => {
  const request = describe();
  const target = presignedTarget({
    who: NEIGHBOUR,
    port: victim.port,
    body: request.body,
    now: new Date(),
    expires: "60",
  });
  const result = await victim.send(toBytes({ ...request, target }));
  assertRefused(result, 400, "InvalidSignatureException");
});
