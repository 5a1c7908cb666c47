import assert from "node:assert/strict";
import { test } from "node:test";
import { askQuery } from "./asked-query.ts";

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0, 500);
const HOUR = { kind: "relative", amount: 1, unit: "hour" } as const;
const groups = { kind: "all", logClass: "STANDARD" } as const;

test("a query is asked in whole seconds, with its groups in the text where they are not named", () => {
  const asked = askQuery({ query: "filter a = 1 | limit 5", groups, range: HOUR }, NOW);
  assert.deepEqual(asked.request, {
    queryString: "SOURCE logGroups() | filter a = 1 | limit 5",
    logGroupNames: undefined,
    startTime: NOW / 1_000 - 3_600.5,
    endTime: Math.floor(NOW / 1_000),
    limit: undefined,
  });
  assert.deepEqual([asked.span.endMs - asked.span.startMs, asked.span.startMs % 1_000], [3_600_999, 0]);
  assert.deepEqual(asked.columns.names, ["@timestamp", "@message"]);
  assert.equal(asked.events, "SOURCE logGroups()\n| filter a = 1");
  assert.match(
    asked.histogram?.request.queryString ?? "",
    /^SOURCE logGroups\(\)\n\| filter a = 1\n\| stats .* by bin\(1m\)/,
  );
});

test("a limit above what a call gives by itself goes with the call", () => {
  const limit = (query: string) => askQuery({ query, groups, range: HOUR }, NOW).request.limit;
  assert.equal(limit("limit 10000"), undefined);
  assert.equal(limit("limit 10001"), 100_000);
});

test("a text with a fault is asked as it is, so that the server tells it", () => {
  const asked = askQuery({ query: "fields nosuch(a)", groups, range: HOUR }, NOW);
  assert.equal(asked.request.queryString.slice(asked.added), "fields nosuch(a)");
  assert.deepEqual([asked.events, asked.histogram, asked.columns.names], [undefined, undefined, []]);
});
