import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { assertRefused } from "./aws-error.ts";
import { type RawRequest, toBytes } from "./raw-http.ts";
import { startVictim, type Victim } from "./victim.ts";

/** Bodies that are cut off, too large, too slow, or not what their head says. */
const PLACE = { logGroupName: "hostile/bodies", logStreamName: "s" };
const IDLE_MS = 400;
const HEADERS_MS = 600;
const REQUEST_MS = 1_500;
const BODY_BYTES = 2 * 1_048_576;

let victim: Victim;
before(async () => {
  victim = await startVictim({
    limits: {
      bodyIdleMs: IDLE_MS,
      headersMs: HEADERS_MS,
      requestMs: REQUEST_MS,
      bodyBytesByService: { "cloudwatch-logs": BODY_BYTES },
      bufferedBytes: 4 * BODY_BYTES,
    },
  });
  await victim.done("CreateLogGroup", { logGroupName: PLACE.logGroupName });
  await victim.done("CreateLogStream", PLACE);
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

const put = (message: string, headers: Record<string, string> = {}): RawRequest =>
  victim.signed("PutLogEvents", { ...PLACE, logEvents: [{ timestamp: Date.now(), message }] }, { headers });

function setHeader(request: RawRequest, name: string, value: string): RawRequest {
  const others = request.headers.filter(([other]) => other !== name);
  return { ...request, headers: [...others, [name, value]] };
}

async function assertNothingStored(): Promise<void> {
  const { events } = await victim.done("GetLogEvents", { ...PLACE, startFromHead: true });
  assert.deepEqual(events, []);
}

test("a body shorter than its Content-Length is answered after the longest silence, and not stored", async () => {
  const request = put("never whole");
  const short = setHeader(request, "content-length", String(request.body.length + 10));
  assertRefused(await victim.send(toBytes(short)), 408, "RequestTimeout");
  await assertNothingStored();
});

test("a connection that closes half-way through a body stores nothing", async () => {
  const bytes = toBytes(put("cut off"));
  for (const share of [0.2, 0.5, 0.9, 0.999]) {
    const cut = bytes.subarray(0, Math.floor(bytes.length * share));
    await victim.send(cut, { halfClose: true, answers: 2, timeoutMs: 3_000 });
    await victim.send(cut, { tear: true });
  }
  await assertNothingStored();
});

test("a body cut at a byte that leaves valid JSON is not taken for whole", async () => {
  const request = put("whole");
  const padded = { ...request, body: Buffer.concat([request.body, Buffer.from("   ")]) };
  const short = setHeader(padded, "content-length", String(request.body.length + 3));
  const bytes = toBytes(short);
  await victim.send(bytes.subarray(0, bytes.length - 3), { halfClose: true, answers: 2 });
  await assertNothingStored();
});

test("chunks that never end are given up after the longest silence", async () => {
  const request = put("chunks");
  const head = {
    ...request,
    headers: request.headers.filter(([name]) => name !== "content-length"),
    body: Buffer.alloc(0),
  };
  const chunked = toBytes(setHeader(head, "transfer-encoding", "chunked"));
  assertRefused(await victim.send([chunked, '5\r\n{"log']), 408, "RequestTimeout");
  assertRefused(await victim.send([chunked, '5\r\n{"log\r\n']), 408, "RequestTimeout");
});

test("endless chunks are given up at the size limit", async () => {
  const request = put("chunks");
  const head = {
    ...request,
    headers: request.headers.filter(([name]) => name !== "content-length"),
    body: Buffer.alloc(0),
  };
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(65_536, 32), Buffer.from("\r\n")]);
  const pieces = [toBytes(setHeader(head, "transfer-encoding", "chunked")), ...Array(64).fill(chunk)] as Buffer[];
  assertRefused(await victim.send(pieces), 413, "RequestEntityTooLargeException");
});

test("a chunk size that is no number, or too large a one, is no HTTP", async () => {
  const request = put("chunks");
  const head = {
    ...request,
    headers: request.headers.filter(([name]) => name !== "content-length"),
    body: Buffer.alloc(0),
  };
  const chunked = toBytes(setHeader(head, "transfer-encoding", "chunked"));
  for (const size of ["zz", "-5", "0x5", "fffffffffffffffff", "5 5", ""]) {
    assertRefused(
      await victim.send([chunked, `${size}\r\n{"log\r\n0\r\n\r\n`]),
      400,
      /MalformedHttpRequestException|IncompleteBody/,
    );
  }
});

test("a declared length beyond the limit is refused before a byte is read", async () => {
  const request = setHeader(put("x"), "content-length", String(BODY_BYTES + 1));
  assertRefused(
    await victim.send(toBytes({ ...request, body: Buffer.alloc(0) })),
    413,
    "RequestEntityTooLargeException",
  );
  const absurd = setHeader(put("x"), "content-length", "9007199254740993");
  assertRefused(
    await victim.send(toBytes({ ...absurd, body: Buffer.alloc(0) })),
    413,
    "RequestEntityTooLargeException",
  );
});

test("a body that was sent whole and is too large gets its answer, not a reset", async () => {
  const request = put("y".repeat(BODY_BYTES));
  assertRefused(await victim.sendOne(request), 413, "RequestEntityTooLargeException");
});

test("a drip of a body ends at the time for a whole request", async () => {
  const bytes = toBytes(put("z".repeat(2_000)));
  const drips = Array.from({ length: 60 }, (_, i) => bytes.subarray(i * 20, i * 20 + 20));
  const result = await victim.send(drips, { paceMs: 60, timeoutMs: 6_000 });
  assert.equal(result.timedOut, false, "the server waited longer than it may");
  const [answer] = result.answers;
  if (answer !== undefined) assertRefused(answer, 408, "RequestTimeout");
});

test("a drip of headers ends at the time for headers", async () => {
  const slow = ["POST / HTTP/1.1\r\n", ...Array.from({ length: 100 }, (_, i) => `x-drip-${i}: 1\r\n`)];
  const result = await victim.send(slow, { paceMs: 60, timeoutMs: 6_000 });
  assert.equal(result.timedOut, false, "the server waited longer than it may");
  const [answer] = result.answers;
  if (answer !== undefined) assertRefused(answer, 408, "RequestTimeout");
});

test("a hundred slow senders hold up nobody", async () => {
  const bytes = toBytes(put("slow"));
  const slow = Array.from({ length: 100 }, () =>
    victim.send(bytes.subarray(0, bytes.length - 5), { timeoutMs: 6_000 }),
  );
  for (let i = 0; i < 5; i++) await victim.keepOne();
  for (const result of await Promise.all(slow)) assertRefused(result, 408, "RequestTimeout");
});

test("slow bodies that claim all room for bodies leave an error that says so, and then room again", async () => {
  const request = setHeader(put("greedy"), "content-length", String(BODY_BYTES));
  const greedy = Array.from({ length: 8 }, () => victim.send(toBytes(request), { timeoutMs: 6_000 }));
  const codes = (await Promise.all(greedy)).map(({ answers }) => answers[0]?.status);
  assert.ok(
    codes.every((status) => status === 408 || status === 503),
    String(codes),
  );
  await victim.keepOne();
});

test("headers that are too large, too many or too long are refused", async () => {
  const request = put("h");
  const large = setHeader(request, "x-large", "v".repeat(70_000));
  assertRefused(await victim.sendOne(large), 431, "RequestHeaderSectionTooLarge");
  const many: RawRequest = {
    ...request,
    headers: [...request.headers, ...Array.from({ length: 400 }, (_, i): [string, string] => [`x-many-${i}`, "1"])],
  };
  assertRefused(await victim.sendOne(many), 431, "RequestHeaderSectionTooLarge");
  const longTarget = { ...request, target: `/${"a".repeat(70_000)}` };
  assertRefused(await victim.sendOne(longTarget), 431, "RequestHeaderSectionTooLarge");
});

const gzipped = (bytes: Buffer, encoding = "gzip") =>
  victim.signed("PutLogEvents", bytes, { headers: { "content-encoding": encoding } });

test("a gzip bomb is stopped at the size limit", async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1_048_576, 32));
  assert.ok(bomb.length < BODY_BYTES);
  const before = await victim.memory();
  assertRefused(await victim.sendOne(gzipped(bomb)), 413, "RequestEntityTooLargeException");
  const after = await victim.memory();
  // What may be inflated, held a few times over, and no two hundred megabytes.
  assert.ok(after.rss - before.rss < 60 * 1_048_576, `${before.rss} grew to ${after.rss}`);
});

test("a bomb in many gzip members is stopped too", async () => {
  const member = gzipSync(Buffer.alloc(1_048_576, 32));
  const bomb = Buffer.concat(Array(500).fill(member));
  assertRefused(await victim.sendOne(gzipped(bomb)), 413, "RequestEntityTooLargeException");
});

test("broken gzip is a serialization error", async () => {
  const good = gzipSync(
    Buffer.from(JSON.stringify({ ...PLACE, logEvents: [{ timestamp: Date.now(), message: "m" }] })),
  );
  const flipped = Buffer.from(good);
  flipped.writeUInt8((good[20] ?? 0) ^ 0xff, 20);
  for (const broken of [
    good.subarray(0, good.length - 5),
    good.subarray(0, 5),
    flipped,
    Buffer.concat([good, Buffer.from("tail")]),
    Buffer.from("not gzip"),
    Buffer.alloc(0),
    randomBytes(1_000),
  ]) {
    const { status } = await victim.sendOne(gzipped(broken));
    if (broken.length !== good.length + 4) assert.equal(status, 400);
  }
});

test("an encoding that is not supported is refused by its name", async () => {
  for (const encoding of ["br", "deflate", "gzip, gzip", "zstd", "x".repeat(500)]) {
    assertRefused(await victim.sendOne(gzipped(Buffer.from("{}"), encoding)), 400, "SerializationException");
  }
});

test("Expect: 100-continue is not answered for a request that will be refused", async () => {
  const request = put("expect");
  const unsigned: RawRequest = {
    ...request,
    headers: [...request.headers.filter(([name]) => name !== "authorization"), ["expect", "100-continue"]],
    body: Buffer.alloc(0),
  };
  assertRefused(await victim.send(toBytes(unsigned)), 400, "MissingAuthenticationTokenException");
});
