import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DataDirectoryInUse, takeDataDirectory } from "./sole-owner.ts";

function directory(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "nephoscope-sole-owner-"));
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

test("a directory has one owner, until that one lets go", (t) => {
  const place = directory(t);
  const release = takeDataDirectory(place);
  assert.throws(() => takeDataDirectory(place), DataDirectoryInUse);
  release();
  takeDataDirectory(place)();
});

test("a process that is killed lets go", async (t) => {
  const place = directory(t);
  const source = `import { takeDataDirectory } from ${JSON.stringify(import.meta.resolve("./sole-owner.ts"))};
    takeDataDirectory(${JSON.stringify(place)}); console.log("taken"); setInterval(() => {}, 1_000);`;
  const owner = spawn(process.execPath, ["--input-type=module", "--eval", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(owner.stdout, "data");
  assert.throws(() => takeDataDirectory(place), DataDirectoryInUse);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  takeDataDirectory(place)();
});
