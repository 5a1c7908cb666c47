import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { directoryObjects } from "../../../platform/objects/directory-objects.ts";
import { readPages, removePages, writePages } from "./result-pages.ts";
import type { ResultSealer } from "./sealed-results.ts";

/** Nothing that was read is encrypted. */
const PLAIN: ResultSealer = { isPlain: true, seal: async (bytes) => bytes, open: async (bytes) => bytes };

test("rows come back by offset and count over the pages they were stored in", async () => {
  const objects = directoryObjects(mkdtempSync(join(tmpdir(), "nephoscope-pages-")));
  const writer = writePages(objects, "q1", PLAIN);
  for (let i = 0; i < 25_000; i++) await writer.add([{ field: "n", value: String(i) }]);
  const { pages } = await writer.finish();
  assert.deepEqual(pages, [10_000, 10_000, 5_000]);
  const read = async (offset: number, count: number) =>
    (await readPages(objects, PLAIN, "q1", pages, offset, count)).map(([field]) => Number(field?.value));
  assert.deepEqual(await read(9_998, 4), [9_998, 9_999, 10_000, 10_001]);
  assert.deepEqual(await read(24_999, 10), [24_999]);
  assert.deepEqual(await read(25_000, 10), []);
  await removePages(objects, "q1");
  await assert.rejects(read(0, 1), /missing from the object store/);
});

test("large rows close a page early", async () => {
  const objects = directoryObjects(mkdtempSync(join(tmpdir(), "nephoscope-pages-")));
  const writer = writePages(objects, "q2", PLAIN);
  for (let i = 0; i < 20; i++) await writer.add([{ field: "m", value: "x".repeat(1_000_000) }]);
  assert.deepEqual(await writer.finish(), { pages: [9, 9, 2] });
});

test("a small result needs no page", async () => {
  const objects = directoryObjects(mkdtempSync(join(tmpdir(), "nephoscope-pages-")));
  const writer = writePages(objects, "q3", PLAIN);
  await writer.add([{ field: "m", value: "x" }]);
  assert.deepEqual(await writer.finish(), { pages: [], small: [[{ field: "m", value: "x" }]] });
});
