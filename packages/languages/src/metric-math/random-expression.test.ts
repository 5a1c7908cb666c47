import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluateMathPlan } from "./evaluate-plan.ts";
import { ExpressionWriter, randomMetrics, seededRandom } from "./expression-generator.ts";
import { evaluateNaively, list, type NaiveSeries, naiveSeries } from "./naive-evaluator.ts";
import { planMetricMath } from "./plan.ts";
import type { Series } from "./series.ts";

/**
 * Random expressions come to the same in both evaluators. METRIC_MATH_ROUNDS sets how many (the long mode), METRIC_MATH_SEED where
 * to start.
 */
const rounds = Number(process.env.METRIC_MATH_ROUNDS ?? 4_000);
const firstSeed = Number(process.env.METRIC_MATH_SEED ?? 1);
/** A Friday evening before a month's end, so that the days of the calendar functions change within the range. */
const START = Date.UTC(2026, 0, 30, 23, 40);
const MINUTES = 40;

test(`${rounds} random expressions come to the same in a naive evaluator`, () => {
  let withPoints = 0;
  for (let seed = firstSeed; seed < firstSeed + rounds; seed++) {
    const random = seededRandom(seed);
    const metrics = randomMetrics(random, START, MINUTES);
    const expression = new ExpressionWriter(random).result();
    const where = `METRIC_MATH_SEED=${seed}: ${expression}`;
    const range = { startMs: START, endMs: START + MINUTES * 60_000 };
    const plan = planMetricMath([
      ...metrics.map(({ id }) => ({ id, kind: "metric" as const })),
      { id: "e1", kind: "expression", expression },
    ]);
    const [planned] = plan;
    assert.ok(planned !== undefined, where);
    const result = evaluateMathPlan(plan, {
      range,
      metrics,
      others: new Map(),
      periodOf: () => 120,
      labelOf: () => "",
      series: () => [],
    }).get("e1");

    const naive = metrics.map(naiveSeries);
    const used = planned.math.usesMetrics ? naive : naive.filter(({ id }) => planned.math.ids.includes(id));
    const expected = evaluateNaively(planned.math.expression, {
      range,
      period: used.length === 0 ? 120 : Math.min(...used.map(({ period }) => period)),
      metrics: naive,
      value: (id) => naive.find((series) => series.id === id) ?? Number.NaN,
    });
    const expectedSeries = list(expected);
    assert.deepEqual(
      result?.series.map((series) => shape(series, planned.type === "TS[]")),
      expectedSeries.map((series) => naiveShape(series, planned.type === "TS[]")),
      where,
    );
    if (result?.series.some(({ values }) => values.length > 0)) withPoints++;
  }
  assert.ok(withPoints > rounds / 3, `only ${withPoints} of ${rounds} results had datapoints`);
});

/** Sums in another order differ in the last digits. */
const round = (value: number) => Number(value.toPrecision(9)) + 0;

function shape({ id, label, period, timestamps, values }: Series, named: boolean) {
  return { name: named ? `${id} ${label}` : "", period, timestamps, values: values.map(round) };
}

function naiveShape({ id, label, period, points }: NaiveSeries, named: boolean) {
  return {
    name: named ? `${id} ${label}` : "",
    period,
    timestamps: [...points.keys()],
    values: [...points.values()].map(round),
  };
}
