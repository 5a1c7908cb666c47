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
    ["1,000 elements of each other", `fields jsonParse(a)${repeat("[0]", 1000)}`, /^runs$|steps deep|too large/],
    ["100 keys of each other", `fields jsonParse(a)[0]${repeat(".k", 100)}`, /^runs$|steps deep|at most 32 parts/],
    ["1,000 sub-queries in each other", repeat("filter a in (SOURCE 'g' | ", 380), /holds no other/],
    ["1,500 arguments", `fields concat(${repeat("a", 1500, ",")})`, /takes 1 to 50/],
    ["1,500 numbers", `fields greatest(${repeat("a", 1500, ",")}) as x`, /takes 1 to 20/],
    ["1,600 numbers in a list", `filter a in [${Array.from({ length: 1600 }, (_v, i) => i).join(",")}]`, /^runs$/],
    [
      "1,200 numbers and texts in a list",
      `filter a not in [${Array.from({ length: 600 }, (_v, i) => `-${i}.5,'${i}'`).join(",")}]`,
      /^runs$/,
    ],
    [
      "1,500 values of a condition",
      `filter (a = 1) in [${Array.from({ length: 1500 }, (_v, i) => i).join(",")}]`,
      /^runs$/,
    ],
    [
      "1,500 values of a time",
      `filter @timestamp in [${Array.from({ length: 1500 }, (_v, i) => i).join(",")}]`,
      /^runs$/,
    ],
    ["1,000 group keys", `stats count(*) by ${repeat("a", 1000, ",")}`, /^runs$|too large/],
    ["500 aggregates", `stats ${Array.from({ length: 500 }, (_v, i) => `max(f${i})`).join(",")}`, /^runs$|too large/],
    ["300 sort keys", `sort ${Array.from({ length: 300 }, (_v, i) => `f${i}`).join(",")}`, /^runs$|too large/],
    ["100 rows of totals", repeat("addtotals col=true a", 100, "|"), /^runs$|steps deep|too large/],
    ["5 rows of totals", repeat("addtotals col=true a", 5, "|"), /^runs$/],
    [
      "100 columns of other queries",
      repeat("appendcols (SOURCE 'g' | fields b)", 100, "|"),
      /^runs$|steps deep|too large/,
    ],
    ["10 columns of other queries", repeat("appendcols (SOURCE 'g' | fields b)", 10, "|"), /^runs$/],
    [
      "anomalies of patterns of patterns",
      "pattern @message | pattern @pattern | anomaly",
      /anomaly looks at the patterns of events/,
    ],
    ["relevance of 1,000 fields", `relevantfields ${repeat("a", 1000, ",")} where a > 0`, /^runs$|too large/],
    ["relevance of a large condition", `relevantfields where ${repeat("a = 1", 190, " or ")}`, /^runs$|too large/],
    ["an estimate of a large query", `${repeat("filter a", 99, "|")} | estimate`, /^runs$/],
    ["500 names of groups", `SOURCE ${repeat("'g'", 500, ",")} | fields a`, /at most 50 log groups/],
    ["an unclosed everything", `filter (a in ["x", (b like /${repeat("(", 50)}`, /has no closing|not closed|Expected/],
    ["only pipes", repeat("|", 5000), /Expected a command/],
    ["only comments", repeat("# a\n", 2000), /The query is empty/],
    ["only backticks", repeat("`", 9999), /cannot be empty/],
    ["large repetitions", `filter @message like /${repeat("[a-z]{1000}", 20)}/`, /^runs$|too large/],
  ];
  for (const [name, query, expected] of cases) {
    assert.match(runOrRefusal(query), expected, name);
  }
});

test("regular expressions that backtrack elsewhere take time in proportion to the text here", () => {
  const long = engine.load([{ group: "g", stream: "s", offsetMs: 0, message: `${repeat("a", 200_000)}!` }]);
  for (const regex of [
    "(a+)+$",
    "(a|aa)+$",
    "(a*)*b",
    "(.*)*x",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a|a?)+$",
    "(x+x+)+y",
  ]) {
    for (const query of [
      `filter @message like /${regex}/ | stats count(*)`,
      `parse @message /(?<x>${regex.replaceAll("(", "(?:")})/`,
    ]) {
      const compiled = compileInsights(planInsights(parseInsights(query)), long);
      assert.ok(engine.rows(compiled.sql).length <= 1);
    }
  }
});

test("a join of everything with everything ends at its limit", () => {
  const many = engine.load(
    Array.from({ length: 1500 }, (_each, index) => ({
      group: "g",
      stream: "s",
      offsetMs: index,
      message: `{"a":${index}}`,
    })),
  );
  const crossed = "fields 1 as k | join left=x right=y where x.k = y.k (SOURCE 'g' | fields 1 as k, a)";
  const rows = (query: string) => engine.rows(compileInsights(planInsights(parseInsights(query)), many).sql);
  assert.deepEqual(rows(`${crossed} | stats count(*) as c`)[0]?.[0], 2_250_000);
  assert.equal(rows(`${crossed} | fields y.a`).length, 10_000);
  assert.equal(rows(`${crossed} | sort y.a desc | limit 5`).length, 5);
});

test("a query inside another is given its own time, which is over for it alone", () => {
  const compiled = compileInsights(planInsights(parseInsights("filter a in (SOURCE 'g' | fields a)")), scope);
  assert.match(compiled.sql, /SETTINGS max_execution_time = 30\)/);
  const slow = "SELECT toString(number) FROM numbers(1000000000) WHERE sipHash64(number) = 1";
  const [inner = ""] = /(?<=IN \()WITH.*(?= SETTINGS max_execution_time = 30\))/.exec(compiled.sql) ?? [];
  const sql = compiled.sql.replace(
    `${inner} SETTINGS max_execution_time = 30`,
    `${slow} SETTINGS max_execution_time = 0.05`,
  );
  assert.throws(() => engine.rows(sql), /TIMEOUT_EXCEEDED/);
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
