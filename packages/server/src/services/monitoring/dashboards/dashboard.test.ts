import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import {
  dashboardArn,
  findDashboard,
  isDashboardName,
  nameInArn,
  readBody,
  removeDashboard,
  writeDashboard,
} from "./dashboard.ts";
import { dashboardPage } from "./list-dashboards.ts";

const owner = { account: "111122223333" };
const cause = { action: "test" };

function open(t: TestContext) {
  const state = openSqliteState(":memory:", () => 0);
  t.after(() => state.close());
  const put = (name: string, body: string) => {
    const dashboard = { size: Buffer.byteLength(body), lastModified: 1, tags: {} };
    return state.commit({
      cause,
      changes: writeDashboard(owner, name, findDashboard(state, owner, name), dashboard, body),
    });
  };
  return { state, put };
}

test("bodies of real use come back to the byte", async (t) => {
  const { state, put } = open(t);
  const bodies = new URL("../../../../../languages/src/dashboard-body/testdata/", import.meta.url);
  for (const file of readdirSync(bodies)) {
    const bytes = readFileSync(new URL(file, bodies));
    await put("d", bytes.toString("utf8"));
    assert.deepEqual(Buffer.from(readBody(state, owner, "d") ?? ""), bytes, file);
  }
});

test("a body keeps odd spaces, escapes, order and numbers", async (t) => {
  const { state, put } = open(t);
  for (const body of ['{"b":1.0,"a":1e2,\t"\\u00e9":"é\\/\\ud83d"}\r\n ', '{"a":1,"a":2}', "\u0000\u2028🙂"]) {
    await put("d", body);
    assert.equal(readBody(state, owner, "d"), body);
  }
});

test("a deleted dashboard is gone with its body", async (t) => {
  const { state, put } = open(t);
  await put("d", "{}");
  const found = findDashboard(state, owner, "d");
  assert.ok(found !== undefined);
  await state.commit({ cause, changes: removeDashboard(owner, "d", found) });
  assert.equal(findDashboard(state, owner, "d"), undefined);
  assert.equal(readBody(state, owner, "d"), undefined);
});

test("two that write at once do not both think they were first", async (t) => {
  const { state } = open(t);
  const write = () =>
    state.commit({
      cause,
      changes: writeDashboard(owner, "d", undefined, { size: 2, lastModified: 1, tags: {} }, "{}"),
    });
  const results = await Promise.allSettled([write(), write()]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
});

test("a thousand dashboards to a page", async (t) => {
  const { state } = open(t);
  const name = (index: number) => `d-${String(index).padStart(4, "0")}`;
  const changes = Array.from({ length: 2_100 }, (_, index) =>
    writeDashboard(owner, name(index), undefined, { size: 2, lastModified: 1, tags: {} }, "{}"),
  );
  await state.commit({ cause, changes: changes.flat() });
  const first = dashboardPage(state, owner.account, "d-", undefined);
  const second = dashboardPage(state, owner.account, "d-", first.last);
  const third = dashboardPage(state, owner.account, "d-", second.last);
  assert.deepEqual(
    [first, second, third].map(({ page, last }) => [page.length, last]),
    [
      [1_000, "d-0999"],
      [1_000, "d-1999"],
      [100, undefined],
    ],
  );
  assert.equal(dashboardPage(state, owner.account, "d-00", undefined).page.length, 100);
  assert.equal(dashboardPage(state, "999988887777", "", undefined).page.length, 0);
});

test("names and ARNs", () => {
  assert.deepEqual(["a", "A-b_9", "", "a.b", "a b", "é", "x".repeat(256)].map(isDashboardName), [
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  assert.equal(nameInArn(dashboardArn(owner, "d-1"), owner), "d-1");
  assert.equal(nameInArn("arn:aws:cloudwatch::999988887777:dashboard/d", owner), undefined);
  assert.equal(nameInArn("arn:aws:cloudwatch:us-east-1:111122223333:alarm:d", owner), undefined);
});
