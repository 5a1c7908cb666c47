import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { assertRefused, awsError } from "./aws-error.ts";
import { type RawRequest, toBytes } from "./raw-http.ts";
import { startVictim, type Victim } from "./victim.ts";

/** HTTP that two readers could understand differently: what a proxy in front might pass on, and what it might not. */
let victim: Victim;
before(async () => {
  victim = await startVictim({ limits: { bodyIdleMs: 500, headersMs: 1_000, requestMs: 3_000 } });
  await victim.done("CreateLogGroup", { logGroupName: "hostile/target" });
});
after(() => victim.stop());
afterEach(async () => {
  await victim.assertUnharmed();
  const { logGroups } = await victim.done("DescribeLogGroups", { logGroupNamePrefix: "hostile/target" });
  assert.equal((logGroups as unknown[]).length, 1, "a smuggled call ran");
});

const list = (): RawRequest => victim.signed("DescribeLogGroups", {});
/** The call that a smuggler would like to run: it is signed, so only the framing protects. */
const smuggled = (): Buffer => toBytes(victim.signed("DeleteLogGroup", { logGroupName: "hostile/target" }));

const without = (request: RawRequest, name: string): RawRequest => ({
  ...request,
  headers: request.headers.filter(([other]) => other !== name),
});
const adding = (request: RawRequest, ...headers: [string, string][]): RawRequest => ({
  ...request,
  headers: [...request.headers, ...headers],
});

test("two Content-Lengths are no HTTP", async () => {
  for (const other of ["0", "5", "2, 2", "+2"]) {
    const result = await victim.send(toBytes(adding(list(), ["content-length", other])), { answers: 2 });
    assert.equal(result.answers.length, 1);
    assertRefused(result, 400, "MalformedHttpRequestException");
  }
});

test("Content-Length together with Transfer-Encoding is no HTTP, whichever comes first", async () => {
  const request = list();
  for (const headers of [
    [["transfer-encoding", "chunked"] as [string, string], ...request.headers],
    [...request.headers, ["transfer-encoding", "chunked"] as [string, string]],
  ]) {
    const body = Buffer.concat([Buffer.from("0\r\n\r\n"), smuggled()]);
    const result = await victim.send(toBytes({ ...request, headers, body }), { answers: 3, timeoutMs: 2_000 });
    assertRefused(result, 400, "MalformedHttpRequestException");
    assert.equal(result.answers.length, 1);
  }
});

test("a Transfer-Encoding that is not exactly chunked is no HTTP", async () => {
  for (const value of ["chunked, identity", "xchunked", "chunked\x0b", "identity", "gzip", "chunked;q=1"]) {
    const request = adding(without(list(), "content-length"), ["transfer-encoding", value]);
    const body = Buffer.concat([Buffer.from("0\r\n\r\n"), smuggled()]);
    const result = await victim.send(toBytes({ ...request, body }), { answers: 3, timeoutMs: 2_000 });
    awsError(result.answers[0]);
    assert.equal(result.answers.length, 1);
  }
});

test("a header name with a blank before its colon, and a folded header, is no HTTP", async () => {
  for (const line of [
    "Transfer-Encoding : chunked",
    "x-a: 1\r\n folded: 2",
    ": nothing",
    "no colon",
    "x\0y: 1",
    "x-a: \x01",
  ]) {
    const text = toBytes(list()).toString("latin1").replace("\r\n", `\r\n${line}\r\n`);
    const result = await victim.send(text, { answers: 2, timeoutMs: 2_000 });
    awsError(result.answers[0]);
    assert.equal(result.answers.length, 1);
  }
});

test("bare line feeds and bare carriage returns end nothing", async () => {
  const text = toBytes(list()).toString("latin1");
  const [head = "", body = ""] = text.split("\r\n\r\n");
  for (const spoilt of [
    `${head.replaceAll("\r\n", "\n")}\n\n${body}`,
    `${head.replace("\r\n", "\r")}\r\n\r\n${body}`,
    `${head}\n\n${body}`,
    `${head.replace("content-type", "x: 1\rx-amz-target: Logs_20140328.DeleteLogGroup\r\ncontent-type")}\r\n\r\n${body}`,
  ]) {
    const result = await victim.send(spoilt, { answers: 2, timeoutMs: 2_500 });
    for (const answer of result.answers) awsError(answer);
  }
});

test("a value with a line break does not make a header of its own in the answer", async () => {
  const request = adding(list(), ["x-amz-sdk-invocation-id", "a\r\nset-cookie: owned=1"]);
  const { answers } = await victim.send(toBytes(request));
  assert.ok(answers.length === 1);
  assert.ok(!answers[0]?.headers.has("set-cookie"));
  const encoded = await victim.sendOne({ ...list(), target: "/%0d%0aset-cookie:%20owned=1" });
  assert.ok(!encoded.headers.has("set-cookie"));
});

test("an address in absolute form means the same server and no other", async () => {
  for (const target of [
    "http://example.com/",
    "http://169.254.169.254/latest/meta-data",
    "https://x:y@z/",
    "//evil/",
    "*",
  ]) {
    const answer = await victim.sendOne({ ...list(), target });
    assertRefused(answer, 400, /Exception$/);
  }
});

test("CONNECT is not a way through", async () => {
  const result = await victim.send("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n", { timeoutMs: 2_000 });
  for (const answer of result.answers) assert.ok(answer.status >= 400);
  assert.equal(result.timedOut, false, "the connection was left open without an answer");
});

test("an upgrade to another protocol does not happen", async () => {
  const request = adding(
    list(),
    ["connection", "Upgrade, HTTP2-Settings"],
    ["upgrade", "h2c"],
    ["http2-settings", "AAMAAABkAAQAoAAAAAIAAAAA"],
  );
  const answer = await victim.sendOne(request);
  assert.notEqual(answer.status, 101);
  const result = await victim.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", { timeoutMs: 2_000 });
  for (const refused of result.answers) awsError(refused);
});

test("HTTP/1.0 is answered and the connection closed", async () => {
  const answer = await victim.sendOne({ ...list(), version: "HTTP/1.0" }, { timeoutMs: 3_000 });
  assert.equal(answer.status, 200);
});

test("other versions are no HTTP", async () => {
  for (const version of ["HTTP/1.9", "HTTP/3.0", "HTTP/11", "http/1.1", ""]) {
    const result = await victim.send(toBytes({ ...list(), version }), { timeoutMs: 2_500 });
    awsError(result.answers[0]);
  }
});

test("a request without a Host is refused", async () => {
  const result = await victim.send(toBytes(without(list(), "host")));
  assert.equal(result.answers[0]?.status, 400);
});

test("pipelined calls are answered each in its turn", async () => {
  const names = ["p0", "p1", "p2", "p3", "p4"].map((name) => `hostile/pipe/${name}`);
  const bytes = names.map((logGroupName) => toBytes(victim.signed("ListTagsLogGroup", { logGroupName })));
  await victim.done("CreateLogGroup", { logGroupName: names[2] });
  const { answers } = await victim.send(Buffer.concat(bytes), { answers: names.length });
  assert.deepEqual(
    answers.map(({ status }) => status),
    [400, 400, 200, 400, 400],
  );
});

test("rubbish behind a good call spoils neither its answer nor the next connection", async () => {
  const result = await victim.send(Buffer.concat([toBytes(list()), Buffer.from("\x16\x03\x01rubbish\r\n\r\n")]), {
    answers: 2,
    timeoutMs: 3_000,
  });
  for (const answer of result.answers) assert.ok(answer.status === 200 || answer.status === 400);
});

test("ten thousand pipelined requests that nobody reads do not fill the memory", async () => {
  const one = Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const before = await victim.memory();
  const result = await victim.send(Buffer.concat(Array(10_000).fill(one)), { answers: 10_000, timeoutMs: 20_000 });
  assert.equal(result.answers.length, 10_000);
  const after = await victim.memory();
  assert.ok(after.heapUsed - before.heapUsed < 20 * 1_048_576, `${before.heapUsed} grew to ${after.heapUsed}`);
});

test("what is no HTTP at all gets an answer or a closed connection", async () => {
  for (const bytes of [
    "\0\0\0\0",
    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    "GET",
    "\r\n\r\n\r\n\r\n",
    "GET /\r\n\r\n",
    "SSH-2.0-OpenSSH_9.0\r\n",
    `${"A".repeat(100_000)}`,
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "FOO / HTTP/1.1\r\nHost: x\r\n\r\n",
  ]) {
    const result = await victim.send(bytes, { timeoutMs: 4_000 });
    assert.equal(result.timedOut, false, JSON.stringify(bytes.slice(0, 40)));
    // A bare GET of long ago gets the page.
    for (const answer of result.answers) assert.ok(answer.status >= 400 || bytes.startsWith("GET"));
  }
});
