import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, test } from "node:test";
import { compileHistogram, compileInsights, matchedEvents } from "./compile.ts";
import { explainPlan } from "./explain.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { renderRow } from "./render.ts";
import type { Scope } from "./scope.ts";
import { scriptEngine } from "./script-engine.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";
import { readScript, type ScriptCase, type ScriptEvent } from "./test-script.ts";

const folder = new URL("testdata/", import.meta.url);
const engine = scriptEngine();
after(() => engine.close());

const scopes = new Map<readonly ScriptEvent[], Scope>();
function scopeOf(events: readonly ScriptEvent[]): Scope {
  const scope = scopes.get(events) ?? engine.load(events);
  scopes.set(events, scope);
  return scope;
}

function checkSuccess(each: ScriptCase): void {
  const plan = planInsights(parseInsights(each.query));
  if (each.plan !== undefined) assert.deepEqual(explainPlan(plan), each.plan);
  const scope = { ...scopeOf(each.events), lookupTable: (name: string) => each.tables.get(name) };
  if (each.rows !== undefined) {
    const compiled = compileInsights(plan, scope);
    const raw = engine.rows(compiled.sql);
    const rows = raw.map((row) =>
      renderRow(compiled, row)
        .map(({ field, value }) => `${field}=${value.replaceAll("\n", "\\n").replaceAll("\t", "\\t")}`)
        .join(" | "),
    );
    assert.deepEqual(
      rows.map((row) => (row === "" ? "(empty)" : row)),
      each.rows,
    );
    const counted = engine.rows(compiled.matched.sql).map(([count]) => Number(count));
    if (each.matched !== undefined) assert.deepEqual(counted, [each.matched]);
    // Whatever the rows tell of the matched events is what a count of its own says.
    const told = compiled.matched.everything ? each.events.length : matchedEvents(compiled, raw.length, raw[0]);
    if (told !== undefined) assert.deepEqual([told], counted);
  }
  if (each.histogram !== undefined) {
    const { sql } = compileHistogram(plan, scope, 60_000);
    assert.deepEqual(
      engine.rows(sql).map(([at, count]) => `${new Date(Number(at)).toISOString().slice(11, 16)} ${count}`),
      each.histogram,
    );
  }
}

function checkFailure(each: ScriptCase): void {
  const { fails } = each;
  if (fails === undefined) throw new Error(`line ${each.line}: a failure file holds only failing queries`);
  assert.throws(
    () =>
      compileInsights(planInsights(parseInsights(each.query)), {
        ...scopeOf(each.events),
        lookupTable: (name) => each.tables.get(name),
      }),
    (error) => {
      assert.ok(error instanceof InsightsSyntaxError, String(error));
      assert.ok(error.message.includes(fails.message), `message was: ${error.message}`);
      assert.deepEqual([error.startOffset, error.endOffset], [fails.start, fails.end]);
      checkHelp(error, each.query);
      return true;
    },
  );
}

/** Behind what is wrong a message says what to do, and it points at something, or at the end where something is missing. */
function checkHelp(error: InsightsSyntaxError, query: string): void {
  assert.match(error.message, /[^.][.;:] [^.]+.*[.?)]$|: fields @timestamp, @message$/s, "tells what to do");
  assert.ok(error.endOffset > error.startOffset || error.startOffset === query.length, "points at something");
}

for (const file of readdirSync(folder).sort()) {
  if (!file.endsWith(".test")) continue;
  const failing = file.startsWith("fail-");
  for (const each of readScript(new URL(file, folder))) {
    test(`${file}:${each.line} ${each.query.replace(/\s+/g, " ").slice(0, 80)}`, () => {
      if (failing) checkFailure(each);
      else checkSuccess(each);
    });
  }
}
