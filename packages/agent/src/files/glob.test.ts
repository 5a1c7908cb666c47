import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findFiles, segmentMatcher } from "./glob.ts";

function tree(t: TestContext, ...files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), "nephoscope-glob-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
  return root;
}

test("a pattern of one name", () => {
  const matches = (pattern: string, name: string) => segmentMatcher(pattern)(name);
  for (const [pattern, yes, no] of [
    ["*.log", "a.log", "a.log.1"],
    ["access_log*", "access_log.2026", "error_log"],
    ["a?c", "abc", "ac"],
    ["[a-c]x", "bx", "dx"],
    ["[!a-c]x", "dx", "bx"],
    ["u_ex*.{log,txt}", "u_ex1.txt", "u_ex1.csv"],
    ["*a*b*", "xxaxxb", "xxbxxa"],
    ["a.c", "a.c", "abc"],
    ["*", "a", ".hidden"],
    ["żół?", "żółw", "żół"],
  ] as const) {
    assert.ok(matches(pattern, yes), `${pattern} ${yes}`);
    assert.ok(!matches(pattern, no), `${pattern} ${no}`);
  }
  assert.ok(!matches("*a".repeat(50), "a".repeat(49)), "many stars end soon");
});

test("files below directories, with ** at any depth", async (t) => {
  const root = tree(t, "a.log", "b.txt", "x/a.log", "x/y/a.log", "x/y/c.log");
  const found = async (pattern: string) =>
    (await findFiles(`${root}/${pattern}`, false)).map(({ path }) => path.slice(root.length + 1)).sort();
  assert.deepEqual(await found("*.log"), ["a.log"]);
  assert.deepEqual(await found("**/*.log"), ["a.log", "x/a.log", "x/y/a.log", "x/y/c.log"]);
  assert.deepEqual(await found("x/*/c.log"), ["x/y/c.log"]);
  assert.deepEqual(await found("missing/*.log"), []);
  assert.deepEqual(await found("**.log"), ["a.log"]);
});

test("links to files are followed unless they are to be ignored; links to directories can not form circles", async (t) => {
  const root = tree(t, "real/a.log");
  symlinkSync(join(root, "real/a.log"), join(root, "link.log"));
  symlinkSync(root, join(root, "real/circle"));
  assert.equal((await findFiles(`${root}/link.log`, false)).length, 1);
  assert.equal((await findFiles(`${root}/*.log`, true)).length, 0);
  assert.deepEqual(
    (await findFiles(`${root}/**/a.log`, false)).map(({ path }) => path),
    [join(root, "real/a.log")],
  );
});
