import assert from "node:assert/strict";
import { test } from "node:test";
import { parseInsights, planInsights } from "@nephoscope/languages/insights";
import { stringText, withFilter } from "./added-filter.ts";

test("a condition stands before what groups, orders or cuts off rows", () => {
  const f = (query: string, expected: string) => {
    const made = withFilter(query, "status", "404", true);
    assert.equal(made, expected);
    planInsights(parseInsights(made));
  };
  f(
    "fields @message | sort @timestamp desc | limit 20",
    'fields @message | filter status = "404"\n| sort @timestamp desc | limit 20',
  );
  f("stats count(*) by bin(5m)", 'filter status = "404"\n| stats count(*) by bin(5m)');
  f("parse '* *' as status, x # note", "parse '* *' as status, x\n| filter status = \"404\" # note");
  f("SOURCE 'g' | limit 5", "SOURCE 'g' | filter status = \"404\"\n| limit 5");
});

test("names and values are written so that they are read as they are", () => {
  const value = 'say "hi" \\ path\n\tend | limit 1 # 🙂';
  const query = parseInsights(withFilter("fields a", "detail-type", value, false));
  const [, command] = query.commands;
  assert.equal(command?.kind, "filter");
  const predicate = command?.kind === "filter" ? command.predicate : undefined;
  assert.ok(predicate?.kind === "binary" && predicate.operator === "!=");
  assert.deepEqual(predicate.left.kind === "field" && predicate.left.name, "detail-type");
  assert.deepEqual(predicate.right.kind === "string" && predicate.right.value, value);
  assert.equal(stringText('a"b'), '"a\\"b"');
});
