import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyResult, withRows } from "../result-table/result-model.ts";
import { barsOf, type Drawable, drawableOf, slicesOf, timeSeriesOf } from "./visualization.ts";

const drawable = (query: string): Drawable => {
  const found = drawableOf(query);
  assert.ok("kinds" in found, "reason" in found ? found.reason : "");
  return found;
};
const result = (rows: Record<string, string>[]) =>
  withRows(
    emptyResult([]),
    rows.map((row) => Object.entries(row).map(([field, value]) => ({ field, value }))),
  );

test("one grouping by time gives every kind of graph, any other grouping bars", () => {
  const f = (query: string, kinds: string, time: string | undefined, groups: string[], values: string[]) => {
    const found = drawable(query);
    assert.deepEqual(
      [found.kinds.join(" "), found.time, found.groups, found.values],
      [kinds, time, groups, values],
      query,
    );
  };
  const all = "line area bar pie";
  f("stats count(*) by bin(5m)", all, "bin(5m)", [], ["count(*)"]);
  f(
    "stats avg(@duration), max(@duration), min(@duration) by bin(5m)",
    all,
    "bin(5m)",
    [],
    ["avg(@duration)", "max(@duration)", "min(@duration)"],
  );
  f("fields @timestamp, @message | sort @timestamp desc | stats count() by bin(5m)", all, "bin(5m)", [], ["count()"]);
  f("stats count(*) as n by bin(1h) as t, status", all, "t", ["status"], ["n"]);
  f(
    "stats count(*) as n by bin(1m) as t | stats max(n) as most by datefloor(t, 1h) as hour",
    all,
    "hour",
    [],
    ["most"],
  );
  f("stats count(*) as n by status", "bar", undefined, ["status"], ["n"]);
  f("stats count(*)", "bar", undefined, [], ["count(*)"]);
  f("stats count(*) by bin(1h), bin(5m)", "bar", undefined, ["bin(1h)", "bin(5m)"], ["count(*)"]);
  f("stats count(*) as n by bin(1h) as t, a | display a, n", "bar", undefined, ["a"], ["n"]);
  f("stats sum(a) as s, sum(b) as t by bin(1h) | fields s / t as ratio", all, "bin(1h)", [], ["s", "t", "ratio"]);
});

test("bins of a fixed length tell it", () => {
  assert.equal(drawable("stats count(*) by bin(5m)").binMs, 300_000);
  assert.equal(drawable("stats count(*) by bin(300s)").binMs, 60_000);
  assert.equal(drawable("stats count(*) by bin(1w)").binMs, undefined);
});

test("what has no aggregate can not be drawn, and says why", () => {
  for (const query of ["fields @message", "pattern @message", "stats count(*) by bin(5m) | estimate"]) {
    const found = drawableOf(query);
    assert.match("reason" in found ? found.reason : "", /stats/, query);
  }
});

test("lines are of the aggregates and of the values of other keys, in order of time", () => {
  const at = (minute: number) => `2026-01-01 00:0${minute}:00.000`;
  const rows = result([
    { t: at(2), status: "200", n: "5", s: "1.5" },
    { t: at(1), status: "404", n: "2", s: "x" },
    { t: at(1), status: "200", n: "3", s: "2" },
    { n: "10" },
  ]);
  const start = Date.UTC(2026, 0, 1);
  const lines = (query: string) =>
    timeSeriesOf(rows, drawable(query)).data.map(({ label, timesMs, values }) => [
      label,
      timesMs.map((ms) => (ms - start) / 60_000),
      values,
    ]);
  assert.deepEqual(lines("stats count(*) as n by bin(1m) as t, status"), [
    ["200", [1, 2], [3, 5]],
    ["404", [1], [2]],
  ]);
  assert.deepEqual(lines("stats count(*) as n, sum(x) as s by bin(1m) as t, status"), [
    ["200 n", [1, 2], [3, 5]],
    ["200 s", [1, 2], [2, 1.5]],
    ["404 n", [1], [2]],
  ]);
});

test("only the largest lines are drawn of very many", () => {
  const rows = Array.from({ length: 130 }, (_, n) => ({ t: "2026-01-01 00:00:00.000", k: `k${n}`, n: String(n) }));
  const { data, total } = timeSeriesOf(result(rows), drawable("stats count(*) as n by bin(1m) as t, k"));
  assert.deepEqual([data.length, total, data[0]?.label, data.at(-1)?.label], [100, 130, "k129", "k30"]);
});

test("bars are the first hundred rows", () => {
  const rows = Array.from({ length: 130 }, (_, n) => ({ host: `h${n}`, path: "/", n: String(n), s: "-" }));
  const { data, total } = barsOf(result(rows), drawable("stats count(*) as n, max(x) as s by host, path"));
  assert.deepEqual([data.labels.length, total, data.labels[1]], [100, 130, "h1, /"]);
  assert.deepEqual(data.series[0]?.values.slice(0, 2), [0, 1]);
  assert.equal(data.series[1]?.values[0], undefined);
});

test("a pie's slices are the lines, or the bins of the only one", () => {
  const line = (label: string, ...values: number[]) => ({ label, timesMs: values.map((_, index) => index), values });
  const f = (lines: ReturnType<typeof line>[], expected: unknown) =>
    assert.deepEqual(
      slicesOf(lines, (ms) => `at ${ms}`).map(({ label, value }) => [label, value]),
      expected,
    );
  f(
    [line("a", 1, 2), line("b", 4), line("c", 0)],
    [
      ["b", 4],
      ["a", 3],
    ],
  );
  f(
    [line("a", 1, 2)],
    [
      ["at 1", 2],
      ["at 0", 1],
    ],
  );
  f([], []);
  const many = Array.from({ length: 25 }, (_, n) => line(`l${n}`, n + 1));
  assert.deepEqual(slicesOf(many, String).at(-1), { label: "6 others", value: 1 + 2 + 3 + 4 + 5 + 6 });
});
