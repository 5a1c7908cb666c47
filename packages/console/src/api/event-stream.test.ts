import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { readEventStream, StreamFailure } from "./event-stream.ts";

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes)),
  (text) => new TextEncoder().encode(text),
);
const frame = (headers: Record<string, string>, body: string) =>
  codec.encode({
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, { type: "string" as const, value }]),
    ),
    body: new TextEncoder().encode(body),
  });

const update = frame(
  { ":message-type": "event", ":event-type": "sessionUpdate" },
  '{"sessionResults":[{"message":"ä"}]}',
);
const start = frame({ ":message-type": "event", ":event-type": "sessionStart" }, "");

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

test("frames are read wherever the chunks end", async () => {
  const bytes = Buffer.concat([start, update, update]);
  for (const size of [1, 3, 50, bytes.length]) {
    assert.deepEqual(await Array.fromAsync(readEventStream(inPieces(bytes, size))), [
      { type: "sessionStart", body: {} },
      { type: "sessionUpdate", body: { sessionResults: [{ message: "ä" }] } },
      { type: "sessionUpdate", body: { sessionResults: [{ message: "ä" }] } },
    ]);
  }
});

test("an exception in the stream is thrown with its name and words", async () => {
  const bytes = frame(
    { ":message-type": "exception", ":exception-type": "SessionTimeoutException" },
    '{"message":"over"}',
  );
  await assert.rejects(
    Array.fromAsync(readEventStream(inPieces(bytes, 10))),
    (error) => error instanceof StreamFailure && error.code === "SessionTimeoutException" && error.message === "over",
  );
});
