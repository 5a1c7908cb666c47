import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openSqliteState } from "../state/sqlite-state.ts";
import { openShelves } from "./shelf.ts";

interface Thing {
  readonly id: string;
}
const cause = { action: "test" };
const ref = (key: string, account = "1") => ({ kind: "thing", account, region: "", key });

function openState(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-shelf-"));
  const state = openSqliteState(join(folder, "state.db"), Date.now);
  t.after(() => {
    state.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return state;
}

test("a shelf holds what was stored before and what is committed, in order, by key and by id", async (t) => {
  const state = openState(t);
  await state.commit({ cause, changes: [{ put: ref("b"), document: { id: "B" }, expect: "absent" }] });
  const shelves = openShelves(state);
  const shelf = shelves.open<Thing>("thing", ({ id }) => id);
  const told: string[] = [];
  shelves.onChange(({ account }) => told.push(account));
  await state.commit({
    cause,
    changes: [
      { put: ref("a"), document: { id: "A" }, expect: "absent" },
      { put: ref("c", "2"), document: { id: "C" }, expect: "absent" },
    ],
  });
  assert.deepEqual(
    shelf.list("1").map((thing) => thing.ref.key),
    ["a", "b"],
  );
  assert.equal(shelf.byId("C")?.ref.account, "2");
  assert.deepEqual(told, ["1", "2"]);
  assert.deepEqual(
    [...shelf.all()].map((thing) => thing.document.id),
    ["B", "A", "C"],
  );
});

test("a document that moves to another key keeps its id, and one that goes is gone", async (t) => {
  const state = openState(t);
  const shelf = openShelves(state).open<Thing>("thing", ({ id }) => id);
  const move = (from: string, to: string) => [
    { put: ref(to), document: { id: "A" }, expect: "absent" as const },
    { remove: ref(from), expect: "present" as const },
  ];
  await state.commit({ cause, changes: [{ put: ref("a"), document: { id: "A" }, expect: "absent" }] });
  await state.commit({ cause, changes: move("a", "b") });
  assert.equal(shelf.byId("A")?.ref.key, "b");
  await state.commit({ cause, changes: move("b", "c").toReversed() });
  assert.equal(shelf.byId("A")?.ref.key, "c");
  await state.commit({ cause, changes: [{ remove: ref("c"), expect: "present" }] });
  assert.equal(shelf.byId("A"), undefined);
  assert.deepEqual(shelf.list("1"), []);
});
