import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { CommandError } from "../command.ts";
import { AnsweredError, signedCalls } from "./signed-calls.ts";

const KEY = { accessKeyId: "KEY", secret: "secret" };
const SSM = { service: "ssm", target: "AmazonSSM" };

/** Calls to a server that gives every call the same answer. */
async function answering(t: TestContext, status: number, body: string, signal = new AbortController().signal) {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return signedCalls({ endpoint: `http://127.0.0.1:${address.port}`, region: "us-east-1", now: Date.now, signal });
}

const call = async (calls: ReturnType<typeof signedCalls>) => calls.json(KEY, SSM, "GetParameter", {});

test("an answer is its members, and an empty one has none", async (t) => {
  assert.deepEqual(await call(await answering(t, 200, '{"a":1}')), { a: 1 });
  assert.deepEqual(await call(await answering(t, 200, "")), {});
});

test("an error of the service carries its name, and says who answered", async (t) => {
  const calls = await answering(t, 400, '{"__type":"com.amazon#ParameterNotFound","message":"not there"}');
  await assert.rejects(call(calls), (error) => {
    assert.ok(error instanceof AnsweredError);
    assert.equal(error.code, "ParameterNotFound");
    assert.match(error.message, /^http:\/\/127\.0\.0\.1:\d+ answered ParameterNotFound: not there$/);
    return true;
  });
});

test("another server's answer is no answer", async (t) => {
  await assert.rejects(call(await answering(t, 200, "<html>")), /is it a server of Nephoscope\?/);
  await assert.rejects(call(await answering(t, 502, "Bad Gateway")), /answered HTTP 502: Bad Gateway/);
});

test("who stops is told so, and not that the server is down", async (t) => {
  const stopped = AbortSignal.abort("SIGINT");
  await assert.rejects(
    call(await answering(t, 200, "{}", stopped)),
    (error) => error instanceof CommandError && error.message.startsWith("stopped before "),
  );
});

test("a server that is not there is named, with what to do", async (t) => {
  const calls = signedCalls({
    endpoint: "http://127.0.0.1:1",
    region: "us-east-1",
    now: Date.now,
    signal: t.signal,
  });
  await assert.rejects(call(calls), /no answer from http:\/\/127\.0\.0\.1:1: .*nephoscope serve/);
});
