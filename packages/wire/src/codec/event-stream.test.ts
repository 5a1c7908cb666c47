import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  CloudWatchLogsClient,
  StartLiveTailCommand,
  type StartLiveTailResponseStream,
} from "@aws-sdk/client-cloudwatch-logs";
import { eventually, headText, logsCall, logsService, raw, signed, start } from "../http/harness.ts";
import { frame } from "./event-stream.ts";

type Tail = (
  fail: (name: "SessionTimeoutException" | "LimitExceededException", message: string) => Error,
  signal: AbortSignal,
) => AsyncIterable<StartLiveTailResponseStream>;

async function tailing(t: TestContext, tail: Tail) {
  const service = logsService({
    async StartLiveTail(_input, call) {
      return { responseStream: tail((name, message) => call.error(name, message), call.signal) };
    },
  });
  const harness = await start([service], { limits: { drainMs: 100 }, clock: () => new Date() });
  const client = new CloudWatchLogsClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${harness.port}`,
    disableHostPrefix: true,
    credentials: { accessKeyId: "AKIDTEST", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  t.after(() => harness.server.close());
  return { harness, client };
}

const ARN = "arn:aws:logs:us-east-1:123456789012:log-group:a";

async function collect(
  client: CloudWatchLogsClient,
): Promise<{ events: StartLiveTailResponseStream[]; error: unknown }> {
  const { responseStream } = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: [ARN] }));
  const events: StartLiveTailResponseStream[] = [];
  try {
    for await (const event of responseStream ?? []) events.push(event);
  } catch (error) {
    return { events, error };
  }
  return { events, error: undefined };
}

test("the SDK reads the events of a stream", async (t) => {
  const { client } = await tailing(t, async function* () {
    yield { sessionStart: { sessionId: "s", logGroupIdentifiers: [ARN] } };
    yield {
      sessionUpdate: { sessionMetadata: { sampled: false }, sessionResults: [{ message: "línea 😀", timestamp: 5 }] },
    };
  });
  const { events, error } = await collect(client);
  assert.equal(error, undefined);
  assert.deepEqual(JSON.parse(JSON.stringify(events)), [
    { sessionStart: { sessionId: "s", logGroupIdentifiers: [ARN] } },
    { sessionUpdate: { sessionMetadata: { sampled: false }, sessionResults: [{ message: "línea 😀", timestamp: 5 }] } },
  ]);
});

test("a modelled exception ends the stream under its name", async (t) => {
  const { client } = await tailing(t, async function* (fail) {
    yield { sessionStart: { sessionId: "s" } };
    throw fail("SessionTimeoutException", "three hours are over");
  });
  const { events, error } = await collect(client);
  assert.equal(events.length, 1);
  assert.ok(error instanceof Error);
  assert.equal(error.name, "SessionTimeoutException");
  assert.equal(error.message, "three hours are over");
});

test("a failure of ours ends the stream without telling what failed", async (t) => {
  const { client, harness } = await tailing(t, async function* () {
    // It fails before its first event.
    yield await Promise.reject(new Error("the password is hunter2"));
  });
  const { error } = await collect(client);
  assert.ok(error instanceof Error);
  assert.doesNotMatch(`${error.name} ${error.message} ${JSON.stringify(error)}`, /hunter2/);
  await eventually(() => harness.logged.length === 1, "the failure is logged");
});

test("a stream that nobody reads any more is closed", async (t) => {
  let closed = false;
  const { harness } = await tailing(t, async function* (_fail, signal) {
    try {
      yield { sessionStart: { sessionId: "s" } };
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    } finally {
      closed = true;
    }
  });
  const request = signed(harness.port, {
    ...logsCall("StartLiveTail", { logGroupIdentifiers: [ARN] }),
    at: new Date(),
  });
  const { socket, until } = await raw(harness.port);
  socket.write(headText(request, { "content-length": String(request.body.length) }) + request.body);
  await until(/initial-response[\s\S]*sessionStart/);
  socket.destroy();
  await eventually(() => closed, "the handler's generator is closed");
});

test("frames carry their lengths and checksums", () => {
  // Prelude: total length, headers' length and the CRC-32 of both; at the end the CRC-32 of all before.
  const bytes = Buffer.from(frame({ ":event-type": "x" }, Buffer.from("{}")));
  assert.equal(bytes.readUInt32BE(0), bytes.length);
  assert.equal(bytes.readUInt32BE(4), 1 + ":event-type".length + 1 + 2 + 1);
  assert.equal(bytes.subarray(-6, -4).toString(), "{}");
});
