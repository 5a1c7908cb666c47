import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInsights, planInsights } from "@nephoscope/languages/insights";
import { countedByTime, eventsOfQuery, patternsOf } from "./events-of-query.ts";
import { isOwnQuery } from "./own-query.ts";

const f = (text: string, expected: string) => {
  assert.equal(eventsOfQuery(text), expected);
  for (const made of [
    countedByTime(expected, "5m"),
    patternsOf(expected, undefined),
    patternsOf(expected, "previousDay"),
  ])
    planInsights(parseInsights(made));
};

test("what only shows or cuts off rows is left out", () => {
  f("fields @timestamp, @message | sort @timestamp desc | limit 20", "fields @timestamp, @message");
  f("filter a = 1 # note\n| sort a | display b | dedup c", "filter a = 1");
  f("stats count(*) by bin(5m)", "");
  f("limit 5 | filter a = 1", "");
});

test("what chooses the events or takes their fields apart stays", () => {
  f(
    "SOURCE logGroups(namePrefix: ['x']) | parse '* *' as a, b | filter a like /x|y/ | where b > 5 | stats count(*) by a",
    "SOURCE logGroups(namePrefix: ['x'])\n| parse '* *' as a, b\n| filter a like /x|y/\n| where b > 5",
  );
  f(
    "parse @message /(?<u>[a-z]+)/ | filterIndex u = 'x' | pattern @message",
    "parse @message /(?<u>[a-z]+)/\n| filterIndex u = 'x'",
  );
});

test("a condition behind stats on what stats does not make belongs to the events", () => {
  f("stats count(*) as c by pod | filter stream = 'stderr' | sort c", "filter stream = 'stderr'");
  f("stats count(*) as c by pod | filter c > 5", "");
  f(
    "stats count(*) as c by concat(a, '/', b) as k, port | filter k = 'x/y' and c > 5 and port != 80",
    'filter concat(a, "/", b) = "x/y"\n| filter port != 80',
  );
});

test("a query that would be refused has no events", () => {
  assert.throws(() => eventsOfQuery("fields nosuch(a)"), /There is no function/);
});

test("the console's own queries are told apart from people's", () => {
  assert.ok(isOwnQuery(countedByTime("fields a", "5m")));
  assert.ok(isOwnQuery(patternsOf("", "range")));
  assert.ok(!isOwnQuery("fields a | stats count(*) by bin(5m)"));
});
