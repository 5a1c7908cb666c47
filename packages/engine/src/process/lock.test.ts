import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DataDirectoryBusy } from "../errors.ts";
import { lockDirectory } from "./lock.ts";

function directory(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "nephoscope-lock-"));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  for (let round = 0; round < 3; round++) {
    collect();
    await turn();
  }
}

test("a directory is held until it is released", async (t) => {
  const place = directory(t);
  const lock = await lockDirectory(place, 0);
  await assert.rejects(lockDirectory(place, 0), DataDirectoryBusy);
  lock.release();
  (await lockDirectory(place, 0)).release();
});

test("a lock that nobody refers to is held all the same", async (t) => {
  const place = directory(t);
  await lockDirectory(place, 0);
  await collectGarbage();
  await assert.rejects(lockDirectory(place, 0), DataDirectoryBusy);
});
