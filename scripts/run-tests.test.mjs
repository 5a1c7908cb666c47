import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

/** Runs one test file of the given text through run-tests.mjs. */
function f(t, text, expected) {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-run-"));
  t.after(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, "a.test.mjs"), `import { test } from "node:test";\n${text}`);
  const script = `
    import { runTests } from ${JSON.stringify(new URL("./run-tests.mjs", import.meta.url).href)};
    process.exitCode = (await runTests(${JSON.stringify(root)}, ["*.test.mjs"])) ? 0 : 1;`;
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const result = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    env,
  });
  assert.deepEqual(
    [result.stdout.trimEnd().split("\n").at(-1), result.status],
    expected,
    result.stdout + result.stderr,
  );
}

test("passed tests are counted and the run ends well", (t) => {
  f(t, 'test("a", () => {}); test("b", () => {}); test("c", { skip: true }, () => {});', ["2 passed, 0 failed", 0]);
});

test("a failed test fails the run", (t) => {
  f(t, 'test("a", () => {}); test("b", () => { throw new Error("no"); });', ["1 passed, 1 failed", 1]);
});

test("a file that cannot be loaded fails the run", (t) => {
  f(t, 'import "./missing.mjs";', ["0 passed, 1 failed", 1]);
});

test("a file that something keeps from ending does not hold up the run", (t) => {
  f(t, 'test("a", () => {}); setInterval(() => {}, 1000);', ["1 passed, 0 failed", 0]);
});
