import assert from "node:assert/strict";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { directoryObjects } from "./directory-objects.ts";

const folder = () => mkdtempSync(join(tmpdir(), "nephoscope-objects-"));

test("an object is read back whole, replaced and removed", async () => {
  const objects = directoryObjects(folder());
  await objects.put("query-results/q1/0", Buffer.from("one"));
  await objects.put("query-results/q1/0", Readable.from([Buffer.from("tw"), Buffer.from("o")]));
  assert.equal((await objects.get("query-results/q1/0"))?.toString(), "two");
  await objects.removeFolder("query-results/q1");
  await objects.remove("query-results/q1/0");
  assert.equal(await objects.get("query-results/q1/0"), undefined);
});

test("a write that fails leaves the old object and no remains", async () => {
  const root = folder();
  const objects = directoryObjects(root);
  await objects.put("a/b", Buffer.from("old"));
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from("new");
      throw new Error("source broke");
    })(),
  );
  await assert.rejects(objects.put("a/b", broken), /source broke/);
  assert.equal((await objects.get("a/b"))?.toString(), "old");
  assert.deepEqual(readdirSync(join(root, "a")), ["b"]);
});

test("a key can't leave the directory", async () => {
  const objects = directoryObjects(folder());
  for (const key of ["../x", "a/../../x", "/etc/passwd", "a//b", "", ".", "a\0b", "a b"]) {
    await assert.rejects(objects.get(key), /not a key/, key);
  }
});
