import assert from "node:assert/strict";
import { test } from "node:test";
import { readFailure, readTestBlocks } from "../syntax/test-blocks.ts";
import { evaluateMathPlan } from "./evaluate-plan.ts";
import { MathPlanError, planMetricMath } from "./plan.ts";
import type { Series } from "./series.ts";

interface Data {
  readonly startMs: number;
  readonly endMs: number;
  readonly metrics: readonly Series[];
}

const cell = (value: number | undefined) => (value === undefined ? "-" : String(Number(value.toFixed(6))));

function load(rest: string, lines: readonly string[]): Data {
  const startMs = Date.parse(rest === "" ? "2026-01-01T00:00:00Z" : rest.replace("from ", ""));
  let endMs = startMs;
  const metrics = lines.map((line) => {
    const [name = "", ...cells] = line.split(" ");
    const [id = "", period = "60"] = name.split("/");
    const step = Number(period) * 1_000;
    endMs = Math.max(endMs, startMs + cells.length * step);
    const points = cells.flatMap((text, index) =>
      text === "-" ? [] : [[startMs + index * step, Number(text)] as const],
    );
    return {
      id,
      label: id.toUpperCase(),
      period: Number(period),
      timestamps: points.map(([at]) => at),
      values: points.map(([, value]) => value),
    };
  });
  return { startMs, endMs, metrics };
}

function run(lines: readonly string[], data: Data) {
  const last = lines.at(-1) ?? "";
  const named = lines.slice(0, -1).map((line) => {
    const [, id = "", expression = ""] = /^(\w+) ?= ?(.*)$/.exec(line) ?? [];
    return { id, kind: "expression" as const, expression };
  });
  const plan = planMetricMath([
    ...data.metrics.map(({ id }) => ({ id, kind: "metric" as const })),
    ...named,
    { id: "result", kind: "expression", expression: last },
  ]);
  const results = evaluateMathPlan(plan, {
    range: data,
    metrics: data.metrics,
    others: new Map(),
    periodOf: () => 60,
    labelOf: (id) => id,
    series(source, band) {
      if (source.kind === "search") return data.metrics.filter(({ id }) => id.includes(source.expression));
      if (band === undefined) throw new Error(`nothing gives ${source.kind}`);
      const { of, deviations } = band;
      const shifted = (name: string, by: number) => ({
        ...of,
        label: `${of.label} ${name}`,
        values: of.values.map((value) => value + by),
      });
      return [shifted("low", -deviations), shifted("high", deviations)];
    },
  });
  const result = results.get("result");
  if (result === undefined) throw new Error("no result");
  return result;
}

function cells({ period, timestamps, values }: Series, { startMs, endMs }: Data): string {
  const byTime = new Map(timestamps.map((at, index) => [at, values[index]]));
  const shown: string[] = [];
  for (let at = startMs; at < endMs; at += period * 1_000) {
    shown.push(cell(byTime.get(at)));
    byTime.delete(at);
  }
  assert.equal(byTime.size, 0, "datapoints outside the periods of the range");
  return shown.join(" ");
}

for (const name of ["examples", "semantics", "failures"]) {
  const blocks = readTestBlocks(new URL(`testdata/${name}.test`, import.meta.url));
  const count = blocks.filter(({ word }) => word === "math").length;
  test(`${count} cases of testdata/${name}.test`, () => {
    let data: Data = load("", []);
    let math: readonly string[] = [];
    for (const { word, rest, line, lines } of blocks) {
      const where = `line ${line}: ${math.join("; ")}`;
      if (word === "load") {
        data = load(rest, lines);
      } else if (word === "math") {
        math = lines;
      } else if (word === "gives") {
        const result = run(math, data);
        assert.equal(result.type, "TS", where);
        assert.deepEqual(
          result.series.map((series) => cells(series, data)),
          [rest],
          where,
        );
      } else if (word === "all") {
        const result = run(math, data);
        assert.equal(result.type, "TS[]", where);
        const shown = result.series.map((series) => `${series.label}: ${cells(series, data)}`);
        assert.deepEqual(shown, lines, where);
      } else {
        const { start, end, message } = readFailure(rest);
        assert.throws(
          () => run(math, data),
          (error: unknown) => {
            assert.ok(error instanceof MathPlanError && error.at !== undefined, `${where}: ${String(error)}`);
            assert.ok(error.message.includes(message), `${where}: ${error.message}`);
            assert.deepEqual([error.at.startOffset, error.at.endOffset], [start, end], `${where}: ${error.message}`);
            return true;
          },
        );
      }
    }
  });
}
