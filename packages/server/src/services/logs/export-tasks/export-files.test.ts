import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type ExportPart, exportFiles } from "./export-files.ts";

const event = (logStreamName: string, timestamp: number, message: string, seq = BigInt(timestamp)) => ({
  logStreamName,
  timestamp,
  message,
  seq,
});

function collect() {
  const parts: ExportPart[] = [];
  const put = async (part: ExportPart) => void parts.push(part);
  const text = (name: string) =>
    parts.filter(({ logStreamName }) => logStreamName === name).map(({ body }) => gunzipSync(body).toString());
  return { parts, put, text };
}

test("a line is the time and the message, and each stream has its own object", async () => {
  const { parts, put, text } = collect();
  const files = exportFiles(put);
  await files.add(event("a", 1_000, "one"));
  await files.add(event("b", 1_001, "other"));
  await files.add(event("a", 2_000, "two\nlines"));
  await files.end();
  assert.deepEqual(text("a"), ["1970-01-01T00:00:01.000Z one\n1970-01-01T00:00:02.000Z two\nlines\n"]);
  assert.deepEqual(text("b"), ["1970-01-01T00:00:01.001Z other\n"]);
  assert.deepEqual(
    parts.map(({ logStreamName, events, last }) => [logStreamName, events, last.timestamp]),
    [
      ["a", 2, 2_000],
      ["b", 1, 1_001],
    ],
  );
});

test("a large stream gets several objects, in order and with nothing twice", async () => {
  const { parts, put, text } = collect();
  const files = exportFiles(put, { pieceBytes: 100, partBytes: 1_000, heldBytes: 1e6 });
  for (let i = 0; i < 500; i++) await files.add(event("s", i, `message ${i}`));
  await files.end();
  assert.ok(parts.length > 10);
  const lines = text("s").join("").trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.slice(25)),
    Array.from({ length: 500 }, (_, i) => `message ${i}`),
  );
});

test("what all files hold is bounded: the largest becomes an object first", async () => {
  const { parts, put, text } = collect();
  const files = exportFiles(put, { pieceBytes: 1_000, partBytes: 1e9, heldBytes: 50_000 });
  await files.add(event("small", 0, "x"));
  // Random text, so that it stays large when it is compressed.
  const noise = () => Array.from({ length: 400 }, () => Math.random().toString(36).slice(2)).join("");
  for (let i = 1; i < 40; i++) await files.add(event("large", i, noise()));
  assert.ok(parts.length > 0);
  assert.ok(parts.every(({ logStreamName }) => logStreamName === "large"));
  await files.end();
  assert.equal(text("large").join("").split("\n").length, 40);
  assert.equal(text("small").length, 1);
});

test("a failed put reaches whoever adds", async () => {
  const files = exportFiles(
    async () => {
      throw new Error("the bucket is gone");
    },
    { pieceBytes: 10, partBytes: 50, heldBytes: 1e6 },
  );
  await assert.rejects(async () => {
    for (let i = 0; i < 10; i++) await files.add(event("s", i, "text"));
  }, /the bucket is gone/);
});
