import assert from "node:assert/strict";
import { test } from "node:test";
import { compileInsights } from "./compile.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import type { Scope } from "./scope.ts";

const scope: Scope = {
  table: "events",
  where: { sql: "1", params: {} },
  logExpression: { sql: "''", params: {} },
  startTimeMs: 0,
  endTimeMs: 1,
  nowMs: 1,
};

/** The conditions of the scan of the events table. */
function scan(query: string): string {
  const { sql } = compileInsights(planInsights(parseInsights(query)), scope);
  return /FROM events WHERE (.*?)(?: GROUP BY| ORDER BY|\), l|\) SELECT| SETTINGS)/.exec(sql)?.[1] ?? sql;
}

test("a filter on the message reaches the scan as LIKE", () => {
  const f = (filter: string, needle: string) =>
    assert.ok(scan(`filter ${filter}`).includes(`message LIKE '%${needle}%'`), scan(`filter ${filter}`));
  f('@message like "needle"', "needle");
  f("@message like /needle/", "needle");
  f("@message like /needle \\d+ more/", "needle ");
  f("@message =~ /x|y/ and @message like 'abc'", "abc");
  f('@message like "50%_\\\\"', "50\\\\%\\\\_\\\\\\\\");
});

test("what a condition on a field implies reaches the scan", () => {
  const f = (query: string, condition: string) => assert.ok(scan(query).includes(condition), scan(query));
  f('filter eventName = "ConsoleLogin"', "(message LIKE '%ConsoleLogin%') OR message LIKE '%\\\\\\\\u00%'");
  f(
    'filter a in ["foo", "bar"]',
    "((message LIKE '%foo%') OR message LIKE '%\\\\\\\\u00%') OR ((message LIKE '%bar%') OR message LIKE '%\\\\\\\\u00%')",
  );
  f("parse '* * *' as a, b, c | filter b = 'eni-1'", "message LIKE '%eni-1%'");
  f("parse '* * *' as a, b, c | stats count(*) by b | filter b = 'eni-1'", "message LIKE '%eni-1%'");
  f('filter @type = "REPORT"', "message LIKE '%REPORT%'");
  f('filter @message like "Connection refused"', "message LIKE '%Connection refused%'");
  f('filter a = "10.5.6.7"', "message LIKE '%10.5.6.7%'");
  f('filter a = "foo" or b = "bar"', "message LIKE '%foo%'");
});

test("a field that must be there implies its key, for the index alone", () => {
  const key = (name: string) => `indexHint((message LIKE '%${name}%') OR message LIKE '%\\\\\\\\u00%')`;
  const f = (filter: string, name: string) =>
    assert.ok(scan(`filter ${filter}`).includes(key(name)), scan(`filter ${filter}`));
  f("ispresent(userIdentity.userName)", "userIdentity");
  f("latency > 5", "latency");
  f("5 >= latency", "latency");
  f("code = 404", "code");
  f('events.0.kind like "x"', "events");
  f("name in [1, 2] and z = 3", "name");
  const none = (filter: string) => assert.ok(!scan(`filter ${filter}`).includes("indexHint"), scan(`filter ${filter}`));
  none("not (latency > 5)");
  none("latency != 5");
  none("isblank(latency)");
  none("ispresent(srcAddr)");
  none("ispresent(abc)");
  none("latency > 5 or ispresent(z)");
  none("ispresent(@message)");
  none("coalesce(latency, 1) = 1");
});

test("what implies nothing about the message stays out of the scan", () => {
  const f = (query: string) => assert.ok(!scan(query).includes("LIKE"), scan(query));
  f('filter a != "foo"');
  f('filter not (a = "foo")');
  f('filter a = "200"');
  f('filter a like "1000"');
  f("filter a like /2\\.5e3/");
  f('filter a = "foo" or b > 5');
  f("filter a = 200");
  f('filter a not like "foo"');
  f('filter a not in ["foo"]');
  f('filter @logStream = "foo" or a = "bar"');
  f('filter a like "é\\""');
  f('limit 5 | filter a = "foo"');
  f('fields toupper(a) as b | filter b = "FOO"');
  f('stats latest(a) as b | filter b = "foo"');
});

test("what nobody reads is not computed", () => {
  const { sql } = compileInsights(
    planInsights(parseInsights("parse '* *' as a, b | parse b /(?<c>x.)/ | stats count(*) by a")),
    scope,
  );
  assert.ok(sql.includes("splitByChar"), sql);
  assert.ok(!sql.includes("extractGroups"), sql);
});
