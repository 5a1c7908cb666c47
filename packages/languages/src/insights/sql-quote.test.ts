import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compileInsights } from "./compile.ts";
import { scalarFunctions } from "./function.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { renderRow } from "./render.ts";
import { scriptEngine } from "./script-engine.ts";
import { sqlContainsPattern, sqlInteger, sqlNumber, sqlString } from "./sql-quote.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

const engine = scriptEngine();
after(() => engine.close());

/** Texts that would end a literal, a pattern or a statement if anything were left unescaped. */
const HOSTILE = [
  "'",
  "''",
  "\\",
  "\\'",
  "\\\\'",
  "'; DROP TABLE nephoscope.events; --",
  "' OR 1=1 --",
  "x') UNION ALL SELECT 1 --",
  "/* */ -- #",
  "`\"$$'",
  "{p0:String}",
  "%_%",
  "\\%\\_",
  "\0\x01\n\r\t\x7f",
  "\u2019\u02bc\uff07",
  "\ud800 lone surrogate",
  "😀'😀",
  ") SETTINGS max_execution_time = 0 --",
  "$events$",
];

test("a string literal is read back by the engine as the same text", () => {
  for (const text of HOSTILE) {
    assert.deepEqual(engine.rows(`SELECT ${sqlString(text)}`), [[text.toWellFormed()]]);
  }
});

test("a LIKE pattern matches exactly the texts that contain the needle", () => {
  for (const needle of HOSTILE) {
    for (const hay of HOSTILE) {
      const [row] = engine.rows(`SELECT ${sqlString(hay)} LIKE ${sqlContainsPattern(needle)}`);
      assert.equal(
        row?.[0] === 1,
        hay.toWellFormed().includes(needle.toWellFormed()),
        `${JSON.stringify(hay)} like ${JSON.stringify(needle)}`,
      );
    }
  }
});

test("numbers that have no literal are refused", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => sqlNumber(value), RangeError);
  for (const value of [0.5, 2 ** 60]) assert.throws(() => sqlInteger(value), RangeError);
  assert.deepEqual(engine.rows(`SELECT ${sqlNumber(-1.5e-300)}, ${sqlNumber(1e21)}`), [[-1.5e-300, 1e21]]);
});

/** Whatever hostile text stands in whichever place of a function: it is refused when the query is read, or is data. */
test("hostile text in every argument of every function is data or refused", () => {
  const scope = engine.load([{ group: "g", stream: "s", offsetMs: 0, message: "harmless" }]);
  const texts = HOSTILE.map((text) => `"${text.replace(/[\\"]/g, "\\$&")}"`);
  let ran = 0;
  for (const { name, minimum, maximum } of scalarFunctions()) {
    for (let count = minimum; count <= Math.min(maximum, minimum + 2); count++) {
      for (let at = 0; at < count; at++) {
        const calls = texts.map((text, index) => {
          const args = Array.from({ length: count }, (_each, place) => (place === at ? text : "@message"));
          return `${name}(${args.join(", ")}) as f${index}`;
        });
        // One query for all of them where none is refused, else one for each.
        const queries = [`fields ${calls.join(", ")}`, ...calls.map((call) => `fields ${call}`)];
        for (const [index, query] of queries.entries()) {
          try {
            const rows = engine.rows(compileInsights(planInsights(parseInsights(query)), scope).sql);
            assert.equal(rows.length, 1, query);
            ran++;
            if (index === 0) break;
          } catch (error) {
            assert.ok(error instanceof InsightsSyntaxError, `${query}: ${error}`);
          }
        }
      }
    }
  }
  assert.ok(ran > 100, `${ran} queries ran`);
});

/** Every place of a query that takes free text: the text must come back as data or be refused, and no other row appear. */
test("hostile text in every literal and name of a query stays data", () => {
  const scope = engine.load([{ group: "g", stream: "s", offsetMs: 0, message: "harmless" }]);
  engine.load([{ group: "other", stream: "s", offsetMs: 0, message: "secret of another group" }]);
  const before = engine.rows("SELECT count() FROM nephoscope.events");
  const quoted = (text: string) => `"${text.replace(/[\\"]/g, "\\$&")}"`;
  const named = (text: string) => `\`${text.replaceAll("`", "")}\``;
  const escapedRegex = (text: string) => `/${text.replace(/[\\/^$.|?*+()[\]{}]/g, "\\$&").replaceAll("\n", "\\n")}/`;
  const queries = HOSTILE.flatMap((text) => [
    `fields ${quoted(text)} as x | display x`,
    `filter @message = ${quoted(text)} or 1 = 1`,
    `filter @message not like ${quoted(text)}`,
    `filter @message not in [${quoted(text)}, "b"]`,
    `filter nosuch = ${quoted(text)} or @message like "harmless"`,
    `filter @message not like ${escapedRegex(text)}`,
    `fields ${named(text)}, @message`,
    `fields a.${named(text)}.0.b, @message`,
    `fields 1 as ${named(text)}`,
    `stats count(*) as ${named(text)} by ${named(text)}`,
    `sort ${named(text)} desc`,
    `parse @message ${quoted(`*${text.replaceAll("*", "")}*`)} as ${named(`a${text}`)}, b`,
    `fields jsonParse(@message) as m | fields m.${named(text)} as k | unnest m into z`,
    `fields jsonParse("{}") as m | display m.${named(text)}, @message`,
    `parse ${named(text)} csv as ${named(`${text}c`)} | parse @message logfmt as ${named(`${text}m`)}`,
    `json "a" as ${named(text)} | expand ${named(`${text}x`)}`,
    `fields regexReplace(@message, ${quoted(text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"))}, ${quoted(text.replaceAll("$", "").replaceAll("\\", ""))}) as r`,
    `fields formatDate(@timestamp, ${quoted(`'${text.replaceAll("'", "").replaceAll("%", "")}'`)}) as r`,
    `filter @message in (SOURCE ${quoted(text)} | fields ${named(text)}) or 1 = 1`,
    `lookup t ${named(text)} as ${named(`${text}f`)} OUTPUT ${named(text)} as ${named(`${text}o`)}`,
    `filter ${named(text)} = ${quoted(text)} | estimate`,
    `filterIndex ${named(text)} = ${quoted(text)}`,
    `filterIndex ${named(text)} in [${quoted(text)}]`,
    `stats values(concat(@message, ${quoted(text)})) as ${named(text)}`,
    `stats topk(1, concat(${quoted(text)}, @message)) as ${named(text)}`,
    `stats max(${quoted(text)}) as m by ${quoted(text)}`,
    `fields case(@message = ${quoted(text)}, ${quoted(text)}, ${named(text)}) as ${named(text)} | dedup ${named(text)}`,
    `fields trim(@message, ${quoted(text)}) as t, replace(@message, ${quoted(text)}, "z") as r`,
  ]);
  // Commands that stand on many SELECTs take longer, so all texts are tried in one.
  const all = HOSTILE.join(" ");
  const large = [all, ...HOSTILE.slice(0, 4)].flatMap((text) => [
    `join type=left left=${named("a")} right=b where a.${named(text)} = b.${named(text)} (SOURCE "g" | fields ${named(text)}) | fields b.${named(text)}`,
    `pattern replace(@message, "harmless", ${quoted(text)})`,
    `pattern @message | diff | fields ${named(text)}`,
    `accum ${named(text)} as ${named(`${text}s`)} | filldown ${named(text)} | sessionize ${named(text)}`,
    `fields ${quoted(text)} as x | sessionize x | outlier action=remove ${named(text)}`,
    `stats count(*) as ${named(text)} by bin(6h) | fillmissing with ${quoted(text)} for ${named(text)} | limit 1`,
    `addtotals fieldname=${named(text)} col=true ${named(text)} | limit 1`,
    `appendcols override=true (SOURCE ${quoted(text)} | fields ${quoted(text)} as ${named(text)}) | fields ${named(text)}`,
    `relevantfields ${named(text)} where @message = ${quoted(text)}`,
    `fields ${quoted(text)} as ${named(text)} | relevantfields where @message = ${quoted(text)}`,
    `fields ${quoted(text)} as x | pattern x | anomaly`,
    `filter @message != ${quoted(text)} | logcompare timeshift 1h | limit 1`,
  ]);
  for (const query of [...queries, ...large]) {
    const compiled = compileInsights(planInsights(parseInsights(query)), {
      ...scope,
      lookupTable: () => ({ columns: HOSTILE.map((text) => text.replaceAll("`", "")), rows: [HOSTILE] }),
    });
    const rows = engine.rows(compiled.sql).map((row) => renderRow(compiled, row));
    assert.ok(rows.length <= 1, query);
    assert.ok(!JSON.stringify(rows).includes("secret"), query);
    assert.deepEqual(engine.rows(compiled.matched.sql).length, 1);
  }
  assert.deepEqual(engine.rows("SELECT count() FROM nephoscope.events"), before);
});
