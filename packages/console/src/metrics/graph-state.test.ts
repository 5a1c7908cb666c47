import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_GRAPH, graphOfAddress, readGraphSource, rowsOf, toggled, withRows } from "./graph-state.ts";

const metric = {
  namespace: "N",
  name: "m",
  dimensions: [
    ["a", "1"],
    ["b", "2"],
  ],
} as const;

test("a metric is ticked and unticked, whatever the order of its dimensions", () => {
  const once = toggled(EMPTY_GRAPH, metric);
  assert.deepEqual(once.metrics, [["N", "m", "a", "1", "b", "2", { id: "m1" }]]);
  const twice = toggled(once, { ...metric, name: "n" });
  assert.deepEqual(
    rowsOf(twice).map(({ options }) => options.id),
    ["m1", "m2"],
  );
  const left = toggled(twice, {
    ...metric,
    dimensions: [
      ["b", "2"],
      ["a", "1"],
    ],
  });
  assert.deepEqual(left.metrics, [["N", "n", "a", "1", "b", "2", { id: "m2" }]]);
  assert.deepEqual(
    rowsOf(toggled(left, metric)).map(({ options }) => options.id),
    ["m2", "m1"],
  );
});

test("rows keep what they were when they are written again", () => {
  const graph = {
    metrics: [
      ["N", "m", "d", "1", { stat: "Sum", color: "#112233" }],
      ["...", "2"],
      [{ expression: "SUM(METRICS())", id: "e1" }],
    ],
  };
  assert.deepEqual(withRows(graph, rowsOf(graph)).metrics, [
    ["N", "m", "d", "1", { stat: "Sum", color: "#112233" }],
    ["N", "m", "d", "2"],
    [{ id: "e1", expression: "SUM(METRICS())" }],
  ]);
});

test("a source is checked as a widget is; an address with a wrong one shows the empty graph", () => {
  const right = readGraphSource('{"metrics":[["N","m"]],"view":"pie"}', "us-east-1");
  assert.ok(typeof right !== "string" && right.view === "pie");
  assert.match(String(readGraphSource('{"metrics":[["N"]]}', "us-east-1")), /metrics\/0/);
  assert.match(String(readGraphSource('{"view":"cake"}', "us-east-1")), /view/);
  assert.match(String(readGraphSource("[", "us-east-1")), /JSON/);
  assert.equal(graphOfAddress('{"view":"cake"}', "us-east-1"), EMPTY_GRAPH);
});
