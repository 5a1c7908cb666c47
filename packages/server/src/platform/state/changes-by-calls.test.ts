import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../clock/virtual-clock.ts";
import { changesByCalls } from "./changes-by-calls.ts";
import { openSqliteState } from "./sqlite-state.ts";
import type { ResourceRef } from "./state.ts";

interface Counter {
  readonly count: number;
}

const REF: ResourceRef = { kind: "counter", account: "123456789012", region: "us-east-1", key: "c" };
const CALL = { operation: "Count", requestId: "r-1", principal: { arn: "arn:aws:iam::123456789012:user/ann" } };
const { causeOf, againOnConflict, changeDocument } = changesByCalls("test", () => new Error("too many"));

async function house() {
  const state = openSqliteState(":memory:", virtualClock(0).now);
  await state.commit({ cause: { action: "test" }, changes: [{ put: REF, document: { count: 0 }, expect: "absent" }] });
  const find = () => state.get<Counter>(REF) ?? assert.fail("the counter is gone");
  return { state, find, add: () => changeDocument({ state }, CALL, find, ({ count }) => ({ count: count + 1 })) };
}

test("every one of the changes that race is made", async () => {
  const { find, add } = await house();
  await Promise.all(Array.from({ length: 50 }, add));
  assert.equal(find().document.count, 50);
});

test("a change that leaves the document as it is writes nothing", async () => {
  const { state, find } = await house();
  assert.deepEqual(await changeDocument({ state }, CALL, find, (document) => document), { count: 0 });
  assert.equal(find().version, 1);
});

test("a call that others always outrun gets the service's error", async () => {
  const { state, find } = await house();
  const late = againOnConflict(CALL, () =>
    state.commit({ cause: causeOf(CALL), changes: [{ put: REF, document: { count: 9 }, expect: "absent" }] }),
  );
  await assert.rejects(late, { message: "too many" });
  assert.equal(find().document.count, 0);
});

test("any other error is thrown at once", async () => {
  let runs = 0;
  const failing = againOnConflict(CALL, async () => {
    runs++;
    throw new RangeError("no");
  });
  await assert.rejects(failing, RangeError);
  assert.equal(runs, 1);
});

test("a change names the operation and who called it", () =>
  assert.deepEqual(causeOf(CALL), { action: "test:Count", requestId: "r-1", principalArn: CALL.principal.arn }));
