import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { eventually, type Harness, headText, logsCall, logsService, raw, send, signed, start } from "./harness.ts";
import type { Limits } from "./limits.ts";

/** A server that takes log groups and events, with limits that a test can reach. */
async function limited(
  t: TestContext,
  limits: Partial<Limits>,
  gate?: Promise<void>,
): Promise<Harness & { readonly signals: AbortSignal[] }> {
  const signals: AbortSignal[] = [];
  const service = logsService({
    async CreateLogGroup(_input, call) {
      signals.push(call.signal);
      await gate;
      return {};
    },
    async PutLogEvents(input) {
      return { nextSequenceToken: String(input.logEvents.length) };
    },
  });
  const harness = await start([service], { limits: { drainMs: 200, ...limits } });
  t.after(() => harness.server.close());
  return Object.assign(harness, { signals });
}

const group = (name = "a") => logsCall("CreateLogGroup", { logGroupName: name });
const padded = (bytes: number) =>
  logsCall("CreateLogGroup", JSON.stringify({ logGroupName: "a", padding: "x".repeat(bytes) }));
const small = { bodyBytes: 1000, bodyBytesByService: {} };
const typeOf = (body: string): string => JSON.parse(body).__type;
/** A gate that a test opens itself. */
const gate = () => Promise.withResolvers<void>();

test("a body over the limit is refused by its declared length", async (t) => {
  const { port } = await limited(t, small);
  const reply = await send(port, padded(2000));
  assert.equal(reply.status, 413);
  assert.equal(typeOf(reply.body), "RequestEntityTooLargeException");
  assert.match(reply.body, /larger than 1000 bytes/);
  assert.equal((await send(port, padded(900))).status, 200);
});

test("a body of unknown length is refused once it is over the limit", async (t) => {
  const { port } = await limited(t, small);
  const request = signed(port, padded(2000));
  const { socket, until } = await raw(port);
  socket.write(headText(request, { "transfer-encoding": "chunked" }));
  socket.write(`7d0\r\n${"x".repeat(2000)}\r\n`);
  assert.match(await until(/RequestEntityTooLargeException/), /^HTTP\/1\.1 413 /);
  socket.destroy();
});

test("a refused body much larger than the limit does not keep its sender from reading the answer", async (t) => {
  const { port } = await limited(t, small);
  const reply = await send(port, padded(3_000_000));
  assert.equal(reply.status, 413);
});

test("a service's own limit goes before the general one", async (t) => {
  const { port } = await limited(t, { bodyBytes: 10, bodyBytesByService: { "cloudwatch-logs": 1000 } });
  assert.equal((await send(port, padded(900))).status, 200);
  assert.equal((await send(port, padded(1000))).status, 413);
});

test("a gzipped body is inflated after its signature was verified", async (t) => {
  const { port } = await limited(t, {});
  const call = group();
  const reply = await send(port, {
    ...call,
    headers: { ...call.headers, "content-encoding": "gzip" },
    body: gzipSync(String(call.body)),
  });
  assert.equal(reply.status, 200);
});

test("a gzip bomb is refused at the limit", async (t) => {
  const { port, records } = await limited(t, { bodyBytes: 1_000_000, bodyBytesByService: {} });
  const bomb = gzipSync(Buffer.alloc(500_000_000 / 10, 0x20));
  const call = group();
  const reply = await send(port, { ...call, headers: { ...call.headers, "content-encoding": "gzip" }, body: bomb });
  assert.equal(reply.status, 413);
  assert.match(reply.body, /inflates to more than 1000000 bytes/);
  assert.equal(records.at(-1)?.bodyBytes, bomb.length);
});

test("a body that is no gzip, and one in another encoding, are refused", async (t) => {
  const { port } = await limited(t, {});
  const call = group();
  const encoded = (name: string) => send(port, { ...call, headers: { ...call.headers, "content-encoding": name } });
  assert.match((await encoded("gzip")).body, /SerializationException.*not valid gzip/);
  assert.match((await encoded("br")).body, /SerializationException.*'br' is not supported/);
});

test("deep JSON is refused or harmless, and the server stays", async (t) => {
  const { port } = await limited(t, {});
  const deep = "[".repeat(900_000) + "]".repeat(900_000);
  assert.equal((await send(port, logsCall("CreateLogGroup", `{"logGroupName":"a","x":${deep}}`))).status, 200);
  assert.match(
    (await send(port, logsCall("CreateLogGroup", `{"logGroupName":${deep}}`))).body,
    /SerializationException/,
  );
  assert.match(
    (await send(port, logsCall("CreateLogGroup", `{"x":"${"y".repeat(2_000_000)}","logGroupName":${deep}}`))).body,
    /nests deeper/,
  );
});

test("a body that ends too early is recorded, and its connection is gone", async (t) => {
  const { port, records } = await limited(t, {});
  const request = signed(port, group());
  const { socket } = await raw(port);
  socket.write(headText(request, { "content-length": "1000" }));
  socket.end("{");
  await eventually(() => records.length === 1, "the call was recorded");
  assert.equal(records[0]?.outcome.ok === false && records[0].outcome.code, "IncompleteBody");
});

test("a client that goes away while its credential is looked up leaves nothing behind", async (t) => {
  const wait = gate();
  const harness = await start([logsService({})], {
    credentials: async () => {
      await wait.promise;
      return {
        accessKeyId: "AKIDTEST",
        secret: "secret",
        account: "1",
        principal: { type: "IAMUser", arn: "a", principalId: "p" },
      };
    },
  });
  t.after(() => harness.server.close());
  const { socket, closed } = await raw(harness.port);
  socket.write(headText(signed(harness.port, group()), { "content-length": "1000" }));
  await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  await closed;
  wait.resolve();
  await eventually(() => harness.records.length === 1, "the call was recorded");
});

test("a body that stops coming is refused with the bytes that came", async (t) => {
  const { port } = await limited(t, { bodyIdleMs: 50 });
  const { socket, until } = await raw(port);
  socket.write(headText(signed(port, group()), { "content-length": "1000" }));
  socket.write("{}");
  assert.match(
    await until(/RequestTimeout/),
    /^HTTP\/1\.1 408 [\s\S]*No byte of the request's body came for 50 ms; 2 came before/,
  );
  socket.destroy();
});

test("headers that do not end are given up", async (t) => {
  const { port } = await limited(t, { headersMs: 100 });
  const { socket, closed } = await raw(port);
  socket.write("POST / HTTP/1.1\r\nhost: x\r\n");
  assert.match(await closed, /^HTTP\/1\.1 408 [\s\S]*x-amzn-requestid: [\s\S]*RequestTimeout/);
});

test("a connection on which nothing ever comes is given up", async (t) => {
  const { port } = await limited(t, { headersMs: 100 });
  const { closed } = await raw(port);
  await closed;
});

test("too many headers are refused, and too long ones", async (t) => {
  const { port } = await limited(t, { headers: 20, headerBytes: 4096 });
  const sent = (count: number) =>
    send(port, {
      ...group(),
      after: Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-h-${index}`, "v"])),
    });
  // Node.js adds connection and content-length.
  const own = Object.keys(signed(port, group()).headers).length + 2;
  assert.equal((await sent(20 - own)).status, 200);
  const one = await sent(21 - own);
  assert.equal(one.status, 431);
  assert.match(one.body, /more than 20 headers/);
  assert.equal((await sent(100)).status, 431);
  const long = await send(port, { ...group(), after: { "x-long": "v".repeat(5000) } });
  assert.equal(long.status, 431);
  assert.equal(typeOf(long.body), "RequestHeaderSectionTooLarge");
});

test("what is no HTTP is refused with an id", async (t) => {
  const { port } = await limited(t, {});
  const { socket, closed } = await raw(port);
  socket.write("\x16\x03\x01 hello\r\n\r\n");
  assert.match(
    await closed,
    /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*x-amzn-requestid: [0-9a-f-]{36}\r\n[\s\S]*MalformedHttpRequestException/,
  );
});

test("connections over the limit are closed as they come, and those in it are served", async (t) => {
  const { port } = await limited(t, { connections: 2 });
  const first = await raw(port);
  await raw(port);
  const third = await raw(port);
  assert.equal(await third.closed, "");
  const request = signed(port, group());
  first.socket.write(headText(request, { "content-length": String(request.body.length) }) + request.body);
  assert.match(await first.until(/\{\}$/), /^HTTP\/1\.1 200 /);
});

test("a client that asks before it sends is told to go on, or why not", async (t) => {
  const { port } = await limited(t, small);
  const good = signed(port, group());
  const asked = await raw(port);
  asked.socket.write(headText(good, { "content-length": String(good.body.length), expect: "100-continue" }));
  await asked.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
  asked.socket.write(good.body);
  await asked.until(/HTTP\/1\.1 200 OK/);
  const refused = await raw(port);
  refused.socket.write(headText(good, { "content-length": "5000", expect: "100-continue" }));
  const text = await refused.closed;
  assert.match(text, /^HTTP\/1\.1 413 /);
  assert.doesNotMatch(text, /100 Continue/);
});

test("a connection is used again, after a refusal too", async (t) => {
  const { port } = await limited(t, {});
  const connection = await raw(port);
  const forged = signed(port, { ...group(), credential: { accessKeyId: "AKIDTEST", secret: "x" } });
  connection.socket.write(headText(forged, { "content-length": String(forged.body.length) }) + forged.body);
  await connection.until(/InvalidSignatureException/);
  const good = signed(port, group());
  connection.socket.write(headText(good, { "content-length": String(good.body.length) }) + good.body);
  assert.match(await connection.until(/HTTP\/1\.1 200 OK/), /^HTTP\/1\.1 400 /);
});

test("a handler learns that its client went away", async (t) => {
  const open = gate();
  const harness = await limited(t, {}, open.promise);
  const request = signed(harness.port, group());
  const { socket } = await raw(harness.port);
  socket.write(headText(request, { "content-length": String(request.body.length) }) + request.body);
  await eventually(() => harness.signals.length === 1, "the handler runs");
  assert.equal(harness.signals[0]?.aborted, false);
  socket.destroy();
  await eventually(() => harness.signals[0]?.aborted === true, "the signal aborts");
  open.resolve();
});

test("the signal of a call that was answered never aborts", async (t) => {
  const harness = await limited(t, {});
  await send(harness.port, group());
  await harness.server.close();
  assert.equal(harness.signals[0]?.aborted, false);
});

test("a client that does not read its answer loses its connection", async (t) => {
  const signals: AbortSignal[] = [];
  const service = logsService({
    async FilterLogEvents(_input, call) {
      signals.push(call.signal);
      return { events: Array.from({ length: 300 }, () => ({ message: "x".repeat(100_000) })) };
    },
  });
  const harness = await start([service], { limits: { answerIdleMs: 100 } });
  t.after(() => harness.server.close());
  const request = signed(harness.port, logsCall("FilterLogEvents", { logGroupName: "a" }));
  const { socket } = await raw(harness.port);
  socket.pause();
  socket.write(headText(request, { "content-length": String(request.body.length) }) + request.body);
  await eventually(() => signals[0]?.aborted === true, "the call is given up");
  socket.destroy();
});

test("a large answer arrives whole", async (t) => {
  const service = logsService({
    FilterLogEvents: async () => ({ events: Array.from({ length: 100 }, () => ({ message: "x".repeat(100_000) })) }),
  });
  const harness = await start([service], { limits: { answerIdleMs: 1000 } });
  t.after(() => harness.server.close());
  const reply = await send(harness.port, logsCall("FilterLogEvents", { logGroupName: "a" }));
  assert.equal(JSON.parse(reply.body).events.length, 100);
});

test("calls over the limit are asked to come again", async (t) => {
  const open = gate();
  const harness = await limited(t, { calls: 1 }, open.promise);
  const first = send(harness.port, group());
  await eventually(() => harness.signals.length === 1, "the first call is in work");
  const second = await send(harness.port, group());
  assert.equal(second.status, 503);
  assert.equal(typeOf(second.body), "ServiceUnavailableException");
  open.resolve();
  assert.equal((await first).status, 200);
});

test("bodies over the memory's limit are asked to come again, and the memory is given back", async (t) => {
  const open = gate();
  const harness = await limited(t, { bufferedBytes: 1500 }, open.promise);
  const first = send(harness.port, padded(1000));
  await eventually(() => harness.signals.length === 1, "the first call is in work");
  const second = await send(harness.port, padded(1000));
  assert.equal(second.status, 503);
  assert.match(second.body, /holds \d+ bytes of requests/);
  open.resolve();
  assert.equal((await first).status, 200);
  assert.equal((await send(harness.port, padded(1000))).status, 200);
});

test("closing lets a call in work end, and takes no more", async (t) => {
  const open = gate();
  const harness = await limited(t, { drainMs: 10_000 }, open.promise);
  const call = send(harness.port, group());
  await eventually(() => harness.signals.length === 1, "the call is in work");
  const closing = harness.server.close();
  await assert.rejects(send(harness.port, group()), { code: "ECONNREFUSED" });
  open.resolve();
  assert.equal((await call).status, 200);
  await closing;
});

test("closing aborts a call that does not end in time", async (t) => {
  const open = gate();
  const harness = await limited(t, { drainMs: 50 }, open.promise);
  const call = send(harness.port, group()).catch((error: NodeJS.ErrnoException) => error.code);
  await eventually(() => harness.signals.length === 1, "the call is in work");
  await harness.server.close();
  assert.equal(harness.signals[0]?.aborted, true);
  assert.equal(await call, "ECONNRESET");
  open.resolve();
});

test("a body that is announced and does not come takes no memory from others", async (t) => {
  const harness = await limited(t, { bufferedBytes: 1500 });
  const { socket } = await raw(harness.port);
  socket.write(headText(signed(harness.port, group()), { "content-length": "1400", expect: "100-continue" }));
  // The server asks for the body once it has looked at what the head announces.
  await new Promise((resolve) => socket.once("data", resolve));
  assert.equal((await send(harness.port, padded(1000))).status, 200);
  socket.destroy();
});
