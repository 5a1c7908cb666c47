import assert from "node:assert/strict";
import { test } from "node:test";
import { readFailure, readTestBlocks } from "../syntax/test-blocks.ts";
import {
  evaluateMetricsInsights,
  type InsightsMetric,
  matchesMetricsInsights,
  type StatisticPoints,
} from "./evaluate.ts";
import { MetricsInsightsError } from "./nodes.ts";
import { isMetricsInsights, parseMetricsInsights } from "./parse.ts";

const ACCOUNT = "111122223333";
interface Loaded {
  readonly metric: InsightsMetric;
  readonly points: StatisticPoints;
}

function readMetric(line: string): Loaded {
  const [head = "", tail = ""] = line.split(" : ");
  const words = head.trim().split(" ");
  const account = words[0]?.startsWith("@") ? words.shift()?.slice(1) : ACCOUNT;
  const [namespace = "", metric = "", ...pairs] = words;
  const labels = pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const);
  const isTag = (name: string) => name.startsWith("tag.");
  const heaps = tail
    .split(" ")
    .flatMap((cell, minute) => (cell === "-" ? [] : [{ minute, values: cell.split("+").map(Number) }]));
  return {
    metric: {
      account: account ?? ACCOUNT,
      namespace,
      metric,
      dimensions: Object.fromEntries(labels.filter(([name]) => !isTag(name))),
      tags: Object.fromEntries(labels.filter(([name]) => isTag(name)).map(([name, value]) => [name.slice(4), value])),
    },
    points: {
      timestamps: heaps.map(({ minute }) => minute * 60_000),
      sums: heaps.map(({ values }) => values.reduce((total, value) => total + value)),
      sampleCounts: heaps.map(({ values }) => values.length),
      minima: heaps.map(({ values }) => Math.min(...values)),
      maxima: heaps.map(({ values }) => Math.max(...values)),
    },
  };
}

function run(query: string, metrics: readonly Loaded[]): string[] {
  const plan = parseMetricsInsights(query);
  const matching = metrics.filter(({ metric }) => matchesMetricsInsights(plan, metric, ACCOUNT));
  return evaluateMetricsInsights(plan, matching).map(({ labels, timestamps, values }) => {
    const cells: string[] = [];
    timestamps.forEach((timestamp, index) => {
      while (cells.length < timestamp / 60_000) cells.push("-");
      cells.push(String(Number(values[index]?.toFixed(6))));
    });
    return `${labels.join(", ")}: ${cells.join(" ")}`;
  });
}

test("queries of testdata/queries.test", () => {
  let metrics: readonly Loaded[] = [];
  let query = "";
  for (const { word, line, lines } of readTestBlocks(new URL("testdata/queries.test", import.meta.url))) {
    if (word === "metrics") metrics = lines.map(readMetric);
    else if (word === "query") query = lines.join("\n");
    else assert.deepEqual(run(query, metrics), lines, `line ${line}: ${query}`);
  }
});

test("what cannot be read is refused with its place", () => {
  let query = "";
  for (const { word, rest, line, lines } of readTestBlocks(new URL("testdata/failures.test", import.meta.url))) {
    if (word === "query") {
      query = lines.join("\n");
      continue;
    }
    const { start, end, message } = readFailure(rest);
    assert.throws(
      () => parseMetricsInsights(query),
      (error: unknown) => {
        assert.ok(error instanceof MetricsInsightsError, `line ${line}: ${String(error)}`);
        assert.ok(error.message.includes(message), `line ${line}: ${error.message}`);
        assert.deepEqual([error.startOffset, error.endOffset], [start, end], `line ${line}: ${error.message}`);
        return true;
      },
    );
  }
});

test("the plan says it all", () => {
  const text = `SELECT MAX("a.b") FROM SCHEMA("AWS/EC2", Zone, InstanceId) WHERE tag.env != 'x' AND AWS.AccountId = CURRENT_ACCOUNT_ID() GROUP BY Zone ORDER BY MIN() LIMIT 7`;
  assert.deepEqual(parseMetricsInsights(text), {
    text,
    aggregate: "MAX",
    metric: "a.b",
    namespace: "AWS/EC2",
    dimensionNames: ["InstanceId", "Zone"],
    conditions: [
      { label: { kind: "tag", key: "env" }, operator: "!=", value: { kind: "text", text: "x" } },
      { label: { kind: "account" }, operator: "=", value: { kind: "current-account" } },
    ],
    groupBy: [{ kind: "dimension", name: "Zone" }],
    orderBy: { aggregate: "MIN", descending: false },
    limit: 7,
    type: "TS[]",
  });
  const plain = parseMetricsInsights("SELECT SUM(a) FROM b");
  assert.deepEqual([plain.dimensionNames, plain.limit, plain.type], [undefined, 500, "TS"]);
});

test("a query is told from metric math by its first word", () => {
  assert.ok(isMetricsInsights(" select avg(a) from b"));
  assert.ok(!isMetricsInsights("selected + 1"));
  assert.ok(!isMetricsInsights("m1"));
});

test("a query has a bound", () => {
  assert.throws(() => parseMetricsInsights("x".repeat(2_049)), /at most 2048 characters/);
});
