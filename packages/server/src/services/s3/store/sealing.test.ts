import assert from "node:assert/strict";
import { createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { openSegments, SEGMENT_BYTES, seal, sealedRange, sealedSize, subkey } from "./sealing.ts";

const key = randomBytes(32);

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const opened = async (sealed: Buffer, first: number, size: number, by = key) => {
  const out: Buffer[] = [];
  for await (const piece of openSegments(inPieces(sealed, size), by, first)) out.push(piece);
  return Buffer.concat(out);
};

test("what is sealed is opened again, whatever the pieces that it comes in", async () => {
  for (const size of [0, 1, SEGMENT_BYTES - 1, SEGMENT_BYTES, SEGMENT_BYTES + 1, 3 * SEGMENT_BYTES + 7]) {
    const plain = randomBytes(size);
    const sealed = seal(key, plain);
    assert.equal(sealed.length, sealedSize(size));
    for (const piece of [1_000, SEGMENT_BYTES, 1 << 20]) assert.ok((await opened(sealed, 0, piece)).equals(plain));
  }
});

test("a key for one use is an HMAC-SHA256", () => {
  for (const use of ["", "check", "piece äöü", "x".repeat(1_000)]) {
    const made = randomBytes(32);
    assert.deepEqual(subkey(made, use), createHmac("sha256", made).update(use).digest());
  }
});

test("a segment is AES-256-GCM with its number as nonce", () => {
  const plain = randomBytes(10);
  const sealed = seal(key, plain);
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.alloc(12)).setAuthTag(sealed.subarray(-16));
  assert.deepEqual(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]), plain);
});

test("a range is opened from the segments that hold it", async () => {
  const plain = randomBytes(4 * SEGMENT_BYTES + 100);
  const sealed = seal(key, plain);
  for (const [start, end] of [
    [0, 0],
    [SEGMENT_BYTES - 1, SEGMENT_BYTES],
    [2 * SEGMENT_BYTES, plain.length - 1],
    [plain.length - 1, plain.length - 1],
  ] as const) {
    const { first, from, to } = sealedRange(start, end, plain.length);
    const found = await opened(sealed.subarray(from, to + 1), first, 10_000);
    const offset = start - first * SEGMENT_BYTES;
    assert.ok(
      found.subarray(offset, offset + end - start + 1).equals(plain.subarray(start, end + 1)),
      `${start}-${end}`,
    );
  }
});

test("altered, moved and foreign segments are not opened", async () => {
  const sealed = seal(key, randomBytes(2 * SEGMENT_BYTES));
  const altered = Buffer.from(sealed);
  altered[5] = (altered[5] ?? 0) ^ 1;
  await assert.rejects(opened(altered, 0, 1 << 20));
  await assert.rejects(opened(sealed, 1, 1 << 20));
  await assert.rejects(opened(sealed, 0, 1 << 20, randomBytes(32)));
});
