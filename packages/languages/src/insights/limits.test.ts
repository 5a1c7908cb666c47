import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compileInsights } from "./compile.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { scriptEngine } from "./script-engine.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

const engine = scriptEngine();
after(() => engine.close());
const scope = engine.load([{ group: "g", stream: "s", offsetMs: 0, message: '{"a":1}' }]);

/** The query either runs on the engine or is refused with a position; nothing else may happen. */
function runOrRefusal(query: string): "runs" | string {
  try {
    const compiled = compileInsights(planInsights(parseInsights(query)), scope);
    engine.rows(compiled.sql);
    engine.rows(compiled.matched.sql);
    return "runs";
  } catch (error) {
    if (error instanceof InsightsSyntaxError) return error.message;
    throw error;
  }
}

const repeat = (text: string, count: number, separator = "") =>
  Array.from({ length: count }, () => text).join(separator);

test("queries at the bounds run or are refused by name", () => {
  const cases: readonly [string, string, RegExp][] = [
    ["10,001 characters", `fields ${repeat("a", 9994)}`, /at most 10000 are allowed/],
    ["1,000 parentheses", `filter ${repeat("(", 1000)}1${repeat(")", 1000)}`, /nested more than 100 deep/],
    ["1,000 nots", `filter ${repeat("not ", 1000)} 1`, /nested more than 100 deep/],
    ["1,000 minus signs", `fields ${repeat("-", 1000)}a`, /nested more than 100 deep/],
    ["90 calls in each other", `fields ${repeat("abs(", 90)}a${repeat(")", 90)}`, /^runs$|steps deep/],
    ["90 parentheses", `filter ${repeat("(", 90)}1${repeat(")", 90)}`, /^runs$/],
    ["400 additions", `fields ${repeat("a", 400, "+")} as x`, /^runs$|steps deep/],
    ["400 conditions", `filter ${repeat("a=1", 400, " or ")}`, /more than 400 operators/],
    ["200 conditions", `filter ${repeat('@message like "x"', 200, " or ")}`, /^runs$/],
    ["2,000 values", `filter a in [${repeat('"x"', 2000, ",")}]`, /^runs$/],
    [
      "aliases of aliases",
      `fields a as x0 ${Array.from({ length: 200 }, (_v, i) => `, x${i} + x${i} as x${i + 1}`).join("")}`,
      /^runs$|steps deep/,
    ],
    ["101 commands", repeat("filter a", 101, "|"), /at most 100 commands/],
    ["100 filters", repeat("filter a", 100, "|"), /^runs$/],
    ["80 parses", repeat('parse @message "*:*" as x, y', 80, "|"), /^runs$|steps deep/],
    [
      "60 parses of each other",
      `parse @message "*:*" as x, y |${repeat('parse y "*:*" as x, y', 59, "|")}`,
      /^runs$|steps deep/,
    ],
    ["11 stats", `${repeat("stats count(*) as c", 11, "|")}`, /at most 10 stats/],
    ["10 stats", `${repeat("stats count(*) as c", 10, "|")}`, /^runs$/],
    ["300 fields", `fields ${Array.from({ length: 300 }, (_v, i) => `f${i}.g.h`).join(",")}`, /^runs$|too large/],
    [
      "a regular expression of groups",
      `filter a like /${repeat("(", 200)}x${repeat(")", 200)}/`,
      /nested more than 100 deep/,
    ],
    ["a catastrophic-looking regular expression", "filter @message like /(a+)+(a*)*(a|aa)+$/", /^runs$/],
    ["100 running sums", repeat("accum a", 100, "|"), /^runs$|steps deep/],
    ["20 running sums", repeat("accum a", 20, "|"), /^runs$/],
    ["20 sub-queries", `filter ${repeat("a in (SOURCE 'g' | fields b)", 20, " or ")}`, /^runs$/],
    ["100 sub-queries", `filter ${repeat("a in (SOURCE 'g' | fields b)", 100, " or ")}`, /^runs$/],
    ["sub-queries of long pipelines", `filter a in (SOURCE 'g' |${repeat("filter b", 99, "|")} | fields b)`, /^runs$/],
    ["2 patterns", repeat("pattern @message", 2, "|"), /^runs$/],
    ["3 patterns", repeat("pattern @message", 3, "|"), /at most 2 pattern/],
    ["5 times multi", repeat("parse @message /(?<a>.)/ multi", 5, "|"), /^runs$/],
    ["6 times multi", repeat("parse @message /(?<a>.)/ multi", 6, "|"), /several rows of one/],
    ["6 times unnest", repeat("unnest a into a", 6, "|"), /several rows of one/],
    ["10 autoregressions", repeat("autoregress a p=1-100", 10, "|"), /^runs$|steps deep|too large/],
    ["large repetitions", `filter @message like /${repeat("[a-z]{1000}", 20)}/`, /^runs$|too large/],
  ];
  for (const [name, query, expected] of cases) {
    assert.match(runOrRefusal(query), expected, name);
  }
});

/** Cheap fuzzing: whatever is cut from or swapped in real queries, the parser answers with nodes or its own error. */
test("mangled queries are parsed or refused, never anything else", () => {
  const seeds = [
    "fields @timestamp, @message | filter @message like /a(b|c)+/ and x in [1, 'b'] | sort x desc | limit 20",
    "parse @message '* [*] *' as a, `b c`, d | stats count(*) as n, pct(x, 95) by bin(5m), a.b.0 | filter n > 1.5e3",
    'fields jsonParse(m).k[0] as j, substr(concat(a, "\\""), 1) # comment\n| unnest j into k | dedup a, b | limit 3',
  ];
  let state = 42;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
  for (let round = 0; round < 3000; round++) {
    let text = seeds[random(seeds.length)] ?? "";
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const at = random(text.length + 1);
      const insert =
        ["", "", "|", "(", ")", "'", '"', "`", "/", "[", "]", ",", " as ", " by ", "\\", "#", "\0", "é", "😀", "."][
          random(20)
        ] ?? "";
      text = text.slice(0, at) + insert + text.slice(at + random(5));
    }
    try {
      planInsights(parseInsights(text));
    } catch (error) {
      assert.ok(error instanceof InsightsSyntaxError, `${text}: ${error}`);
      assert.ok(error.startOffset >= 0 && error.endOffset <= text.length && error.startOffset <= error.endOffset, text);
    }
  }
});
