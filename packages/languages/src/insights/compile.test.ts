import assert from "node:assert/strict";
import { after, test } from "node:test";
import { compileInsights, matchedEvents } from "./compile.ts";
import { parseInsights } from "./parse.ts";
import { planInsights } from "./plan.ts";
import { renderRow, rowPointer } from "./render.ts";
import { scriptEngine } from "./script-engine.ts";
import { SCRIPT_EPOCH_MS } from "./test-script.ts";

const engine = scriptEngine();
after(() => engine.close());
const scope = engine.load([
  { group: "g", stream: "s1", offsetMs: 5, message: "older" },
  { group: "g", stream: "s2", offsetMs: 7, message: "newer" },
]);

function compile(query: string, limit?: number) {
  return compileInsights(planInsights(parseInsights(query), limit === undefined ? {} : { limit }), scope);
}

test("a raw row carries what identifies its event", () => {
  const compiled = compile("fields @message");
  const pointers = engine.rows(compiled.sql).map((row) => rowPointer(compiled, row));
  assert.equal(compiled.rawEvents, true);
  assert.deepEqual(
    pointers.map((pointer) => [pointer?.stream, pointer?.timestampMs]),
    [
      ["s2", SCRIPT_EPOCH_MS + 7],
      ["s1", SCRIPT_EPOCH_MS + 5],
    ],
  );
  const [first] = pointers;
  assert.deepEqual(
    engine.rows(`SELECT message FROM nephoscope.events WHERE group_id = ${first?.groupId} AND seq = ${first?.seq}`),
    [["newer"]],
  );
});

test("a row of stats carries no pointer", () => {
  const compiled = compile("stats count(*)");
  const [row = []] = engine.rows(compiled.sql);
  assert.equal(compiled.rawEvents, false);
  assert.equal(rowPointer(compiled, row), undefined);
});

test("the smaller of the query's and the caller's limit bounds the rows", () => {
  const f = (query: string, limit: number | undefined, expected: number) =>
    assert.equal(engine.rows(compile(query, limit).sql).length, expected);
  f("fields @message", undefined, 2);
  f("fields @message", 1, 1);
  f("fields @message | limit 1", 2, 1);
  f("fields @message | limit 2", 1, 1);
  assert.throws(() => compile("fields @message", 0), RangeError);
});

test("the server's condition bounds every row and count, and its parameters are passed on", () => {
  const query = planInsights(parseInsights("fields @message, @log | filter 1 = 1"));
  const compiled = compileInsights(query, {
    ...scope,
    where: { sql: `(${scope.where.sql}) AND message = {wanted:String}`, params: { wanted: "older" } },
    logExpression: { sql: "{log:String}", params: { log: "account:g" } },
  });
  assert.deepEqual(compiled.params, { wanted: "older", log: "account:g" });
  const bound = (sql: string) => sql.replaceAll("{wanted:String}", "'older'").replaceAll("{log:String}", "'account:g'");
  assert.deepEqual(
    engine.rows(bound(compiled.sql)).map((row) => renderRow(compiled, row)),
    [
      [
        { field: "@message", value: "older" },
        { field: "@log", value: "account:g" },
      ],
    ],
  );
  assert.deepEqual(engine.rows(bound(compiled.matched.sql)), [[1]]);
});

test("recordsMatched comes from the rows where they tell it", () => {
  const f = (query: string, limit: number | undefined, expected: number | "everything" | "counted") => {
    const compiled = compile(query, limit);
    const rows = engine.rows(compiled.sql);
    const told = compiled.matched.everything
      ? "everything"
      : (matchedEvents(compiled, rows.length, rows[0]) ?? "counted");
    assert.equal(told, expected, query);
  };
  f("fields @message", undefined, "everything");
  f("stats count(*) by @message", undefined, "everything");
  f('filter @message like "e"', undefined, 2);
  f('filter @message like "old"', undefined, 1);
  f('filter @message like "e"', 2, "counted");
  f('filter @message like "e" | dedup @logStream', undefined, "counted");
  f('filter @message like "e" | stats count(*)', undefined, 2);
  f('filter @message like "nothing" | stats count(*)', undefined, 0);
  f('filter @message like "e" | stats count(*) as c by @message | limit 1', undefined, 2);
  f('filter @message like "e" | stats count(*) as c by @message | filter c > 0', undefined, 2);
  f('filter @message like "e" | stats count(*) as c by @message | filter c > 5', undefined, "counted");
  f('filter @message like "e" | stats count(*) as c by @message | stats max(c)', undefined, 2);
  f('filter @message like "e" | limit 1 | stats count(*)', undefined, "counted");
});
