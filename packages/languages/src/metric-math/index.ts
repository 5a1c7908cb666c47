export { checkMetricMath, type MathInput } from "./check.ts";
export { evaluateMetricMath } from "./evaluate.ts";
export { arrayLabel, type ExpressionResult, evaluateMathPlan, type PlanData } from "./evaluate-plan.ts";
export { listMathFunctions } from "./functions.ts";
export {
  type BandSource,
  type ExternalSource,
  type MathSource,
  type MetricMath,
  MetricMathError,
  type SearchSource,
} from "./nodes.ts";
export { MAX_MATH_LENGTH, parseMetricMath } from "./parse.ts";
export { type MathEntry, MathPlanError, type PlannedExpression, planMetricMath } from "./plan.ts";
export type { MathRange, Series } from "./series.ts";
export type { MathEnvironment, MathValue } from "./value.ts";
