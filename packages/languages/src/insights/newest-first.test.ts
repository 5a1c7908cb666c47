import assert from "node:assert/strict";
import { test } from "node:test";
import { isNewestFirst } from "./newest-first.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";

const f = (query: string, expected: boolean) =>
  assert.equal(isNewestFirst(planInsights(parseInsights(query))), expected, query);

test("queries of events without an order, or by time descending, give their newest rows", () => {
  f("fields @timestamp, @message", true);
  f("fields @message | sort @timestamp desc | limit 20", true);
  f('filter @message like "x" | parse @message "a *" as b | filter b > 5', true);
  f("sort @timestamp desc, @logStream", true);
});

test("other orders, and steps that look at several events, do not", () => {
  f("sort @timestamp", false);
  f("sort @message", false);
  f("stats count(*) by bin(5m)", false);
  f("dedup @logStream", false);
  f("fields 1 as @timestamp | sort @timestamp desc", false);
});
