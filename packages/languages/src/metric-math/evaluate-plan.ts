import { evaluateMetricMath, mathBudget } from "./evaluate.ts";
import { inEntry, type PlannedExpression } from "./plan.ts";
import type { MathRange, Series } from "./series.ts";
import { type MathEnvironment, type MathValue, manySeries, oneSeries } from "./value.ts";

/** The data of a request whose expressions are to be worked out. */
export interface PlanData {
  readonly range: MathRange;
  /** The request's metrics in its order. */
  readonly metrics: readonly Series[];
  /** The series of entries of kind "series", by Id. */
  readonly others: ReadonlyMap<string, { readonly type: "TS" | "TS[]"; readonly series: readonly Series[] }>;
  /** Seconds: the period of an expression that names no series. */
  periodOf(expressionId: string): number;
  /** As in MathEnvironment. */
  series: MathEnvironment["series"];
  /** The label that an expression's single series has when other expressions use it. */
  labelOf(expressionId: string): string;
}

/** What one expression of a request came to. */
export interface ExpressionResult {
  readonly id: string;
  readonly type: "TS" | "TS[]";
  readonly series: readonly Series[];
}

/**
 * Works out the planned expressions, each once, in the plan's order.
 * @throws MathPlanError if the range has too many periods to fill, or the work too many datapoints
 */
export function evaluateMathPlan(
  plan: readonly PlannedExpression[],
  data: PlanData,
): ReadonlyMap<string, ExpressionResult> {
  const values = new Map<string, MathValue>();
  for (const series of data.metrics) values.set(series.id, oneSeries(series));
  for (const [id, { type, series }] of data.others) {
    const [first] = series;
    if (type === "TS[]") values.set(id, manySeries(series));
    else values.set(id, oneSeries(first ?? { id, label: "", period: data.periodOf(id), timestamps: [], values: [] }));
  }
  const results = new Map<string, ExpressionResult>();
  const budget = mathBudget();
  for (const { id, math } of plan) {
    const environment: MathEnvironment = {
      range: data.range,
      period: data.periodOf(id),
      metrics: data.metrics,
      series: (source, band) => data.series(source, band),
      value(name) {
        const found = values.get(name);
        if (found === undefined) throw new TypeError(`${name} was planned and has no series`);
        return found;
      },
    };
    const value = inEntry(id, () => evaluateMetricMath(math, environment, budget));
    if (value.type === "TS") {
      const series = { ...value.series, id, label: data.labelOf(id) };
      values.set(id, oneSeries(series));
      results.set(id, { id, type: "TS", series: [series] });
    } else {
      values.set(id, value);
      results.set(id, { id, type: "TS[]", series: value.all });
    }
  }
  return results;
}

/** The label of one series of an array: `<expression's label> <series' label>`; one alone where the other is empty. */
export function arrayLabel(expressionLabel: string | undefined, seriesLabel: string): string {
  return [expressionLabel, seriesLabel].filter((label) => label !== undefined && label !== "").join(" ");
}
