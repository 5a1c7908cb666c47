import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { directoryObjects } from "../../../platform/objects/directory-objects.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { readContent, release, removeSpareContent, storeContent, take } from "./table-content.ts";

const cause = { action: "test" };
const HOUR = 3_600_000;
const signal = new AbortController().signal;

function parts(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-content-"));
  const state = openSqliteState(":memory:", () => 0);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true });
  });
  return {
    state,
    objects: directoryObjects(folder),
    files: () => readdirSync(join(folder, "lookup-tables")).length,
  };
}

test("a text that became a table's stays; one that did not, or was replaced, goes after an hour", async (t) => {
  const { state, objects, files } = parts(t);
  const used = await storeContent({ state, objects }, "a\n1\n");
  const unused = await storeContent({ state, objects }, "b\n2\n");
  await state.commit({ cause, changes: [take(used)] });

  await removeSpareContent({ state, objects, nowMs: HOUR }, signal);
  assert.equal(files(), 2);
  await removeSpareContent({ state, objects, nowMs: HOUR + 1 }, signal);
  assert.equal((await readContent(objects, used))?.toString(), "a\n1\n");
  assert.equal(await readContent(objects, unused), undefined);

  await state.commit({ cause, changes: [release(used)] });
  await removeSpareContent({ state, objects, nowMs: HOUR + 1 }, signal);
  assert.equal(files(), 0);
});

test("a text whose hour is over cannot become a table's", async (t) => {
  const { state, objects } = parts(t);
  const late = await storeContent({ state, objects }, "a\n");
  await removeSpareContent({ state, objects, nowMs: HOUR + 1 }, signal);
  await assert.rejects(state.commit({ cause, changes: [take(late)] }), /expected present/);
});
