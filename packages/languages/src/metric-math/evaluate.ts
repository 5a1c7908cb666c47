import { combine } from "./combine.ts";
import { smallestPeriod } from "./function-aggregate.ts";
import { changeValues } from "./function-pointwise.ts";
import { mathFunction } from "./functions.ts";
import { type MathNode, type MetricMath, MetricMathError } from "./nodes.ts";
import type { Series } from "./series.ts";
import { arrayOf, type MathEnvironment, type MathValue, manySeries, scalar } from "./value.ts";

/** How many series an array may have. AWS gives 500 at most; the rest is room for what is only calculated with. */
const MAX_ARRAY = 5_000;
/**
 * How many datapoints the steps of one request may take and make together. It is a second or two of work; expressions of arrays
 * of arrays would otherwise take hours.
 */
const MAX_POINTS = 30_000_000;

/** What is left of a request's work; expressions of one request share one. */
export interface MathBudget {
  points: number;
}

export function mathBudget(): MathBudget {
  return { points: MAX_POINTS };
}

/**
 * Works out a checked expression. Pure: the same environment gives the same answer, and nothing given is changed but the budget.
 * @returns one series, without Id and label unless it is one of the environment's; or an array whose series keep theirs
 * @throws MetricMathError if the range has too many periods to fill, or the work exceeds the budget
 */
export function evaluateMetricMath(
  math: MetricMath,
  environment: MathEnvironment,
  budget: MathBudget = mathBudget(),
): Extract<MathValue, { type: "TS" | "TS[]" }> {
  const named = math.ids.flatMap((id) => seriesIn(environment.value(id)));
  const metrics = math.usesMetrics ? environment.metrics : [];
  const period = smallestPeriod([...named, ...metrics]) ?? environment.period;
  const value = new Evaluation(environment, period, budget).value(math.expression);
  if (value.type !== "TS" && value.type !== "TS[]") throw new TypeError("a time series was checked for");
  return value;
}

function seriesIn(value: MathValue): readonly Series[] {
  return value.type === "TS" || value.type === "TS[]" ? arrayOf(value) : [];
}

class Evaluation {
  readonly #environment: MathEnvironment;
  readonly #period: number;
  readonly #budget: MathBudget;

  constructor(environment: MathEnvironment, period: number, budget: MathBudget) {
    this.#environment = environment;
    this.#period = period;
    this.#budget = budget;
  }

  value(node: MathNode): MathValue {
    switch (node.kind) {
      case "number":
        return scalar(node.value);
      case "text":
        return { type: "String", text: node.value };
      case "word":
        return { type: "Word", word: node.word };
      case "id":
        return this.#environment.value(node.id);
      case "array":
        return this.#array(
          node.items.map((item) => this.value(item)),
          node,
        );
      case "negative": {
        const operand = this.#paid(this.value(node.operand), node);
        return this.#paid(
          changeValues(operand, (value) => -value),
          node,
        );
      }
      case "binary": {
        const left = this.#paid(this.value(node.left), node);
        const right = this.#paid(this.value(node.right), node);
        return this.#paid(combine(node.operator, left, right), node);
      }
      case "call": {
        const args = node.args.map((arg) => this.#paid(this.value(arg), node));
        const definition = mathFunction(node.name);
        if (definition === undefined) throw new TypeError(`${node.name} was read as a function`);
        const context = { call: node, environment: this.#environment, period: this.#period };
        return this.#paid(definition.evaluate(args, context), node);
      }
    }
  }

  #array(items: readonly MathValue[], node: MathNode): MathValue {
    if (items.length > 0 && items.every((item) => item.type === "String")) {
      return { type: "String[]", texts: items.map((item) => item.text) };
    }
    const all = items.flatMap(arrayOf);
    if (all.length > MAX_ARRAY) {
      throw new MetricMathError(
        `An array has at most ${MAX_ARRAY} time series; this one has ${all.length}.`,
        node.span,
      );
    }
    return manySeries(all);
  }

  #paid(value: MathValue, node: MathNode): MathValue {
    for (const { values } of seriesIn(value)) this.#budget.points -= values.length + 1;
    if (this.#budget.points < 0) {
      throw new MetricMathError(
        `The expressions of the request work with more than ${MAX_POINTS} datapoints on the way. Ask for a longer period, a shorter range or fewer series.`,
        node.span,
      );
    }
    return value;
  }
}
