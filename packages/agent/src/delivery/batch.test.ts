import assert from "node:assert/strict";
import { test } from "node:test";
import { Batch } from "./batch.ts";
import { ChunkPool } from "./byte-chunks.ts";

/** What the body of a batch says, after its messages went in as bytes and as texts. */
function bodyOf(...events: readonly (readonly [at: number, message: string])[]): unknown {
  const pool = new ChunkPool();
  const [bytes, texts] = [true, false].map((asBytes) => {
    const batch = new Batch(0, pool);
    for (const [at, text] of events) {
      const inside = Buffer.from(`<${text}>`);
      const message = asBytes ? { bytes: inside, start: 1, end: inside.length - 1 } : text;
      batch.add({ at, message, bytes: Buffer.byteLength(text) });
      // The buffer belongs to somebody else.
      inside.fill(0);
    }
    return Buffer.concat(batch.body('{"logEvents":[')).toString();
  });
  assert.equal(bytes, texts);
  return JSON.parse(bytes ?? "").logEvents.map(({ timestamp, message }: { timestamp: number; message: string }) => [
    timestamp,
    message,
  ]);
}

test("messages stand in the body as they were, whatever characters they have and wherever pieces end", () => {
  const odd = `"quoted" \\back\\slash\\" \u0000\u0001\b\t\n\f\r\u001f\u007f żółw 🐢 \u2028 \ud7ff \ufffd`;
  const events = Array.from(
    { length: 500 },
    (_, index) => [1_700_000_000_000, `${index} ${odd.repeat(index)}`] as const,
  );
  assert.deepEqual(bodyOf(...events.slice(0, 60)), events.slice(0, 60));
  const long = `${"x".repeat(65_000)}"${"y\n".repeat(100_000)}`;
  assert.deepEqual(bodyOf([1, long], [1, long]), [
    [1, long],
    [1, long],
  ]);
});

test("events are put in the order of their times; equal times keep their order", () => {
  assert.deepEqual(bodyOf([5, 'a "x"'], [3, "b\\"], [5, 'c","message":"no'], [4, "d"], [3, "e"], [20, "f"]), [
    [3, "b\\"],
    [3, "e"],
    [4, "d"],
    [5, 'a "x"'],
    [5, 'c","message":"no'],
    [20, "f"],
  ]);
});
