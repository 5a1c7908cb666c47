import assert from "node:assert/strict";
import { test } from "node:test";
import { aggregates } from "../aggregate.ts";
import { scalarFunctions } from "../function.ts";
import { commandNames } from "../parse.ts";
import { AGGREGATES, COMMANDS, FUNCTIONS } from "./catalog.ts";
import { completeAt } from "./complete.ts";
import { diagnose } from "./diagnose.ts";
import { highlight } from "./highlight.ts";
import { hoverAt } from "./hover.ts";

test("every command and function of the language has help, and no other", () => {
  const sorted = (names: Iterable<string>) => [...names].map((name) => name.toLowerCase()).sort();
  assert.deepEqual(sorted(COMMANDS.keys()), sorted([...commandNames(), "source"]));
  const buckets = ["bin", "datefloor", "dateceil"];
  assert.deepEqual(sorted(FUNCTIONS.keys()), sorted([...scalarFunctions().map(({ name }) => name), ...buckets]));
  assert.deepEqual(sorted(AGGREGATES.keys()), sorted(aggregates().map(({ name }) => name)));
});

test("spans tell what the words are", () => {
  const f = (text: string, expected: string) =>
    assert.equal(
      highlight(text)
        .map(({ start, end, kind }) => `${text.slice(start, end)}:${kind}`)
        .join(" "),
      expected,
    );
  f(
    "fields @message, strlen(x) as n # note\n| filter n > 5.5 and a like /x|y/",
    "fields:command @message:field ,:operator strlen:function (:operator x:field ):operator as:keyword n:field # note:comment |:operator filter:command n:field >:operator 5.5:number and:keyword a:field like:keyword /x|y/:regex",
  );
  f(
    "stats count(*) by bin(5m)",
    "stats:command count:function (:operator *:operator ):operator by:keyword bin:function (:operator 5m:number ):operator",
  );
  f("filter a = 'open\n| limit 5", "filter:command a:field =:operator 'open:error |:operator limit:command 5:number");
  f("logcompare timeshift 7d", "logcompare:command timeshift:keyword 7d:number");
  f("select ? `by`", "select:error ?:error `by`:field");
  f("", "");
});

test("a refused query is told with its place", () => {
  assert.deepEqual(diagnose("fields @message | limit 5"), []);
  const [problem] = diagnose("fields nosuch(a)");
  assert.deepEqual([problem?.start, problem?.end], [7, 13]);
  assert.match(problem?.message ?? "", /There is no function/);
  assert.equal(diagnose("stats a by b").length, 1);
  assert.equal(diagnose("").length, 1);
});

test("a word tells what it means", () => {
  const f = (marked: string, expected: string | undefined) =>
    assert.equal(hoverAt(marked.replace("^", ""), marked.indexOf("^"))?.usage, expected);
  f("fields @message | so^rt x", "sort field [asc|desc], ...");
  f("stats p^ct(x, 5)", "pct(number, percent)");
  f("fields ^strlen(x)", "strlen(text)");
  f("fields @time^stamp", "@timestamp");
  f("fields count^er", undefined);
  f("filter x l^ike 'a'", "like");
  f("fields a |^", undefined);
  f("fields a | appe^ndcols (SOURCE 'g')", "appendcols [override=true] [max=10000] (SOURCE ...)");
  f("relev^antfields where a", "relevantfields [field, ...] where condition");
  f("fields @anomaly^Types", "@anomalyTypes");
});

test("completion offers what may stand at the place", () => {
  const f = (marked: string, present: readonly string[], absent: readonly string[] = []) => {
    const { items } = completeAt(marked.replace("^", ""), marked.indexOf("^"), { fields: ["status", "detail-type"] });
    const labels = items.map(({ label }) => label);
    for (const label of present) assert.ok(labels.includes(label), `${marked} should offer ${label}: ${labels}`);
    for (const label of absent) assert.ok(!labels.includes(label), `${marked} should not offer ${label}: ${labels}`);
  };
  f("^", ["fields", "stats", "pattern"], ["count", "status"]);
  f("fi^", ["fields", "filter", "filterIndex"], ["stats"]);
  f("fields @message | ^", ["sort"], ["@message"]);
  f("fields ^", ["status", "@timestamp", "strlen"], ["count", "fields"]);
  f("fields st^", ["status", "strlen"], ["@timestamp"]);
  f("filter stat^", ["status"], ["stats"]);
  f("filter status ^", ["and", "like", "in"], ["status"]);
  f("filter status = ^", ["status"], ["and"]);
  f("stats ^", ["count", "pct"], ["status"]);
  f("stats sum(^", ["status"], ["count"]);
  f("stats count(*) ^", ["by", "as"], ["count"]);
  f("stats count(*) by ^", ["bin", "status"], ["count"]);
  f("sort status ^", ["desc"], ["status"]);
  f("parse @message /(?<user>x)/ | filter us^", ["user"]);
  f("fields 1 as total | sort to^", ["total"]);
  f("dedup ^", ["status"], ["strlen"]);
  f("diff ^", ["previousWeek"]);
  f("pattern @message | ^", ["anomaly", "logcompare", "estimate"]);
  f("logcompare ^", ["timeshift"], ["status"]);
  f("relevantfields ^", ["status", "where"], ["count"]);
  f("relevantfields where ^", ["status"], ["count"]);
  f("addtotals ^", ["status"], ["strlen"]);
  f("SOURCE ^", ["logGroups()", "dataSource()"]);
  f("pattern @message | anomaly | filter @anom^", ["@anomalyTypes", "@anomalyPriority"]);
});

test("completion offers nothing where text or a new name is written", () => {
  const f = (marked: string) =>
    assert.deepEqual(completeAt(marked.replace("^", ""), marked.indexOf("^"), { fields: ["a"] }).items, [], marked);
  f("filter a like 'x^");
  f("fields a as ^");
  f("fields a # comm^");
  f("limit 5 ^");
  f("anomaly ^");
  f("fields a | estimate ^");
  f("logcompare timeshift ^");
});

test("a name with other characters is inserted in backticks, in place of the word begun", () => {
  const { span, items } = completeAt("fields deta", 11, { fields: ["detail-type"] });
  assert.deepEqual(span, { start: 7, end: 11 });
  assert.deepEqual(items[0]?.insert, "`detail-type`");
});

test("half-written queries never make the editor throw", () => {
  const text =
    "SOURCE logGroups(namePrefix: ['a']) | parse @message /(?<x>[a-z]+)/ multi | stats pct(x, 95) as `p` by bin(5m) | filter a in (SOURCE 'g' | fields \"b\\\"\") # end";
  for (let end = 0; end <= text.length; end++) {
    const part = text.slice(0, end);
    highlight(part);
    diagnose(part);
    for (const at of [0, end - 1, end, end + 5]) {
      completeAt(part, at, { fields: [] });
      hoverAt(part, at);
    }
  }
});
