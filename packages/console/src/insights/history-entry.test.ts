import assert from "node:assert/strict";
import { test } from "node:test";
import { type GroupChoice, groupsOfQuery } from "./group-choice.ts";
import { isRunnable, stateOfHistory } from "./history-entry.ts";

const HOUR = { kind: "relative", amount: 1, unit: "hour" } as const;

test("an earlier query comes back with its groups and range", () => {
  const echoed =
    'SOURCE "/aws/a", "b" START=1770000000000 END=1770003600999 | fields @message | filter a = "START=1 END=2 | x"\n| limit 5';
  const state = stateOfHistory(echoed, HOUR);
  assert.deepEqual(state, {
    query: 'fields @message | filter a = "START=1 END=2 | x"\n| limit 5',
    groups: { kind: "names", names: ["/aws/a", "b"] },
    range: { kind: "absolute", startMs: 1_770_000_000_000, endMs: 1_770_003_600_999 },
  });
  assert.ok(isRunnable(state));
});

test("the groups that the page itself put into a text come back as its choice", () => {
  const f = (groups: GroupChoice) => {
    const { queryString } = groupsOfQuery("fields a\n| limit 5", groups);
    assert.deepEqual(stateOfHistory(queryString, HOUR), { query: "fields a\n| limit 5", groups, range: HOUR });
  };
  f({ kind: "all", logClass: "STANDARD" });
  f({ kind: "all", logClass: "INFREQUENT_ACCESS" });
  f({ kind: "prefixes", prefixes: ["/aws/", "web-"], logClass: "STANDARD" });
  f({ kind: "prefixes", prefixes: ["a"], logClass: "INFREQUENT_ACCESS" });
});

test("a text that chooses its own groups comes back as it is", () => {
  const state = stateOfHistory("SOURCE 'g' | limit 1", HOUR);
  assert.deepEqual(state, { query: "SOURCE 'g' | limit 1", groups: { kind: "names", names: [] }, range: HOUR });
  assert.ok(isRunnable(state));
});
