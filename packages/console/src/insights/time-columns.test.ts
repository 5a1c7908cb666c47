import assert from "node:assert/strict";
import { test } from "node:test";
import { plannedColumns } from "./time-columns.ts";

test("the plan tells the columns and which of them hold times", () => {
  const f = (query: string, names: string[], times: string[]) => {
    const planned = plannedColumns(query);
    assert.deepEqual([planned.names, [...planned.times]], [names, times], query);
  };
  f("fields @timestamp, @message", ["@timestamp", "@message"], ["@timestamp"]);
  f("filter a > 1", ["@timestamp", "@message"], ["@timestamp"]);
  f("fields @timestamp as t, datefloor(t, 1h) as hour, toMillis(t) as ms", ["t", "hour", "ms"], ["t", "hour"]);
  f("stats count(*) by bin(5m)", ["bin(5m)", "count(*)"], ["bin(5m)"]);
  f("stats max(@timestamp) as last, min(x) by host", ["host", "last", "min(x)"], ["last"]);
  f("stats count(*) as n by bin(1m) as t | stats max(n) by datefloor(t, 1h) as hour", ["hour", "max(n)"], ["hour"]);
});
