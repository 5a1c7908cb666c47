import assert from "node:assert/strict";
import { test } from "node:test";
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

test("a text that chooses its own groups comes back as it is", () => {
  const state = stateOfHistory("SOURCE logGroups() | limit 1", HOUR);
  assert.deepEqual(state, { query: "SOURCE logGroups() | limit 1", groups: { kind: "names", names: [] }, range: HOUR });
  assert.ok(isRunnable(state));
});
