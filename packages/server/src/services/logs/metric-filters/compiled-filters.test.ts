import assert from "node:assert/strict";
import { test } from "node:test";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { createCompiledFilters } from "./compiled-filters.ts";
import { groupMetricFiltersRef, metricFilterRef, removeMetricFilters } from "./metric-filter.ts";

const scope = { account: "111122223333", region: "eu-west-1" };
const cause = { action: "test" };

function filtersOf(groupId: number) {
  const state = openSqliteState(":memory:", () => 0);
  const put = async (patterns: Record<string, string>) => {
    const filters = Object.fromEntries(Object.keys(patterns).map((name) => [name, { regex: false }]));
    await state.commit({
      cause,
      changes: [
        { put: groupMetricFiltersRef(groupId), document: { ...scope, filters }, expect: "any" },
        ...Object.entries(patterns).map(([name, filterPattern]) => ({
          put: metricFilterRef(scope, groupId, name),
          document: {
            groupId,
            name,
            filterPattern,
            transformation: { metricName: name, metricNamespace: "n", metricValue: "1" },
            creationTime: 0,
          },
          expect: "any" as const,
        })),
      ],
    });
  };
  return { state, put, compiled: createCompiledFilters(state) };
}

test("filters are compiled once for each state of the group, in the order of their names", async (t) => {
  const { state, put, compiled } = filtersOf(7);
  t.after(() => state.close());
  assert.deepEqual(compiled.of(scope, 7).filters, []);
  await put({ b: "two", a: "one", "a-1": "three" });
  const first = compiled.of(scope, 7);
  assert.deepEqual(
    first.filters.map(({ transformation }) => transformation.metricName),
    ["a", "a-1", "b"],
  );
  assert.equal(compiled.of(scope, 7), first);
  await put({ a: "other" });
  const [only, ...others] = compiled.of(scope, 7).filters;
  assert.deepEqual(others, []);
  assert.notEqual(only?.evaluate("other"), undefined);
  assert.equal(only?.evaluate("one"), undefined);
});

test("removing a group's filters leaves nothing of them", async (t) => {
  const { state, put, compiled } = filtersOf(7);
  t.after(() => state.close());
  await put({ a: "one", b: "two" });
  await state.commit({ cause, changes: removeMetricFilters(state, 7) });
  assert.deepEqual(state.list({ kind: "logs.metric-filter", ...scope }), []);
  assert.deepEqual(compiled.of(scope, 7).filters, []);
  assert.deepEqual(removeMetricFilters(state, 7), []);
});
