import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { encodePayload, type ForwardedEvent, type Payload } from "./payload.ts";

const payload = (logEvents: ForwardedEvent[]): Payload => ({
  messageType: "DATA_MESSAGE",
  owner: "111122223333",
  logGroup: "g",
  logStream: "s",
  subscriptionFilters: ["f"],
  logEvents,
});
const noise = (bytes: number) => randomBytes(bytes).toString("latin1");
const event = (id: number, message: string): ForwardedEvent => ({ id: String(id), timestamp: id, message });
const read = (text: string): unknown => JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString());

test("a payload that fits is one text", async () => {
  const whole = payload([event(1, "one"), event(2, "two")]);
  const { parts, tooLong } = await encodePayload(whole, { wanted: 10_000, most: 20_000 });
  assert.deepEqual([parts.length, tooLong.length], [1, 0]);
  assert.deepEqual(read(parts[0]?.text ?? ""), whole);
});

test("a longer one is split into short texts that hold all events in order", async () => {
  const events = Array.from({ length: 50 }, (_, i) => event(i, noise(500)));
  const { parts, tooLong } = await encodePayload(payload(events), { wanted: 5_000, most: 20_000 });
  assert.equal(tooLong.length, 0);
  assert.ok(parts.length > 5 && parts.every(({ text }) => text.length <= 5_000));
  assert.deepEqual(
    parts.map(({ text }) => read(text)).flatMap((part) => (part as Payload).logEvents),
    events,
  );
  assert.deepEqual(
    parts.flatMap((part) => part.events),
    events,
  );
});

test("an event that alone is longer than wanted goes alone, and one that is longer than possible is told", async () => {
  const events = [event(1, "a"), event(2, noise(8_000)), event(3, noise(30_000)), event(4, "b")];
  const { parts, tooLong } = await encodePayload(payload(events), { wanted: 5_000, most: 30_000 });
  assert.deepEqual(
    parts.map((part) => part.events.map(({ id }) => id)),
    [["1"], ["2"], ["4"]],
  );
  assert.deepEqual(
    tooLong.map(({ id }) => id),
    ["3"],
  );
});
