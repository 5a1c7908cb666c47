import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { sealThreads } from "./seal-threads.ts";
import { openSegments, sealedSize } from "./sealing.ts";

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function take(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Buffer[] = [];
  // Copied, since the memory is used again.
  for await (const piece of source) out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

test("payloads that come at once are sealed each with its key, and digested as node:crypto does", async (t) => {
  const threads = sealThreads(2);
  t.after(() => threads.close());
  const sizes = [1, 262_144, 1_048_576, 7 * 1_048_576 + 3, 12_345_678];
  const payloads = sizes.map((size) => randomBytes(size));
  await Promise.all(
    payloads.map(async (payload) => {
      const key = randomBytes(32);
      const run = threads.run(key);
      const sealed = await take(run.seal(inPieces(payload, 70_001)));
      assert.equal(sealed.length, sealedSize(payload.length));
      assert.ok((await take(openSegments(inPieces(sealed, 1 << 20), key, 0))).equals(payload));
      assert.deepEqual(await run.digest(), createHash("md5").update(payload).digest());
      run.release();
    }),
  );
});

test("a run that is given up leaves the others alone, and a closed pool fails those under way", async () => {
  const threads = sealThreads(1);
  const key = randomBytes(32);
  const left = threads.run(key);
  for await (const _ of left.seal(inPieces(randomBytes(8 << 20), 1 << 20))) break;
  left.release();
  const run = threads.run(key);
  const payload = randomBytes(9 << 20);
  assert.ok((await take(openSegments(run.seal(inPieces(payload, 1 << 20)), key, 0))).equals(payload));
  run.release();
  const cut = threads.run(key);
  threads.close();
  await assert.rejects(cut.digest(), /thread/);
});
