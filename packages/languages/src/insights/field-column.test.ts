import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compileInsights } from "./compile.ts";
import { mayHaveColumn } from "./field-column.ts";
import { runNaively } from "./naive-evaluator.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { randomEvents, randomQuery, seededRandom } from "./query-generator.ts";
import { renderRow } from "./render.ts";
import type { Scope } from "./scope.ts";
import { scriptEngine } from "./script-engine.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

const engine = scriptEngine();
after(() => engine.close());

const rows = (text: string, scope: Scope) => {
  const compiled = compileInsights(planInsights(parseInsights(text)), scope);
  return engine.rows(compiled.sql).map((row) =>
    renderRow(compiled, row)
      .map(({ field, value }) => `${field}=${value}`)
      .join(" | "),
  );
};

const FIELDS = ["k", "n", "m", "f", "w", "o.p", "o", "srcAddr", "bytes", "version", "a.b.c", "responseCode"];
const MESSAGES = [
  '{"k":"x","k":"y","n":1.50,"m":null,"f":true,"w":"a\\"b\\u00e9\\ud83d\\ude00","o":{"p":[1,2],"q":null}}',
  '{"o":[{"p":1}],"o.p":"joined","n":12345678901234567890,"w":""}',
  '{"o":{"p":null},"o.p":"behind null"}',
  '{"o":{"p":{"q":1}},"a":{"b.c":2,"b":{"d":1}},"a.b.c":3}',
  '{"a":{"b":{"c":"deep"}},"k":{"z":[]},"srcAddr":"json","bytes":-0.0,"version":"2"}',
  '{"k":"cut',
  ' {"k":"behind a blank"}',
  '["k"]',
  '{"k":1} more',
  "{}",
  "",
  "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 3 840 1 2 ACCEPT OK",
  "2 123456789012 eni-1 - - - - - - - 1 2 - NODATA",
  "2 123456789012 eni-1 10.0.0.1 10.0.0.2 1 2 6 3 840 1 2 ACCEPT OK more",
  "1.0 2017-12-13T08:16:02.130Z Z123 example.com A NOERROR UDP FRA6 2001:db8::1234 2001:db8:abcd::/48",
  '2026-01-01T00:00:00.000Z\t11111111-2222-3333-4444-555555555555\tINFO\t{"k":"in line","o":{"p":7}} end',
  '[INFO]\t2026-01-01T00:00:00.000Z\t11111111-2222-3333-4444-555555555555\tsaid {"n":3} and {"n":4}',
  '[INFO] no function {"k":"not found"}',
  'plain {"k":"not found"} text',
];

test("a field has the same value in a column as in the message, in parts with and without the column", () => {
  const events = MESSAGES.map((message, index) => ({ group: "g", stream: "s", offsetMs: index, message }));
  const text = `fields ${FIELDS.join(", ")} | sort @timestamp asc`;
  const before = engine.load(events);
  const { fieldColumns: _none, ...plain } = before;
  const expected = rows(text, plain);
  engine.addColumns(FIELDS);
  assert.equal(before.fieldColumns?.size, FIELDS.length);
  assert.deepEqual(rows(text, before), expected);
  assert.deepEqual(rows(text, engine.load(events)), expected);
});

test("random queries over columns agree with the naive evaluator", () => {
  const rounds = Number(process.env.INSIGHTS_ROUNDS ?? 200);
  for (let seed = 1; seed <= rounds; seed += 25) {
    const events = randomEvents(seededRandom(seed), 25);
    const scope = engine.load(events);
    for (let index = 0; index < 25; index++) {
      const text = randomQuery(seededRandom((seed + index) ^ 0x2c1b3c6d));
      try {
        assert.deepEqual(rows(text, scope), runNaively(parseInsights(text), events), text);
      } catch (error) {
        // The generator does not avoid every name that is unknown after stats.
        if (!(error instanceof InsightsSyntaxError)) throw error;
      }
    }
  }
});

test("a filter on a column reads no messages", () => {
  const scope = engine.load([]);
  const { sql } = compileInsights(planInsights(parseInsights('filter k = "abcdef" | stats count(*) by w')), scope);
  assert.match(sql, /indexHint\(\(message LIKE '%abcdef%'\)/);
  assert.doesNotMatch(sql.replace(/indexHint\(.*?00%'\)/, ""), /message/);
});

test("which fields may have a column", () => {
  const f = (name: string, expected: boolean) => assert.equal(mayHaveColumn(name), expected, name);
  f("latency", true);
  f("userIdentity.sessionContext.sessionIssuer.arn", true);
  f("a b-c/d", true);
  f("@message", false);
  f("a.@b", false);
  f("items.0", false);
  f("a..b", false);
  f("a.b.c.d.e", false);
  f("a`b", false);
  f("a'b", false);
  f("a\nb", false);
  f("x".repeat(201), false);
});
