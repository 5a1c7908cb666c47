import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteState } from "../../platform/state/sqlite-state.ts";
import { VersionConflict } from "../../platform/state/state.ts";
import { countChange, countResources } from "./resource-count.ts";

const scope = { account: "111122223333", region: "eu-west-1" };
const cause = { action: "test" };

test("resources are counted for each account, region and kind", async (t) => {
  const state = openSqliteState(":memory:", () => 0);
  t.after(() => state.close());
  await state.commit({ cause, changes: [countChange(state, scope, "a", 1)] });
  await state.commit({ cause, changes: [countChange(state, scope, "a", 1), countChange(state, scope, "b", 1)] });
  await state.commit({ cause, changes: [countChange(state, scope, "a", -1)] });
  assert.equal(countResources(state, scope, "a"), 1);
  assert.equal(countResources(state, scope, "b"), 1);
  assert.equal(countResources(state, { ...scope, region: "us-east-1" }, "a"), 0);
});

test("of two that read the same number one must look again", async (t) => {
  const state = openSqliteState(":memory:", () => 0);
  t.after(() => state.close());
  const commits = [1, 2].map(() => state.commit({ cause, changes: [countChange(state, scope, "a", 1)] }));
  const [first, second] = await Promise.allSettled(commits);
  assert.equal(first?.status, "fulfilled");
  assert.ok(second?.status === "rejected" && second.reason instanceof VersionConflict);
  assert.equal(countResources(state, scope, "a"), 1);
});
