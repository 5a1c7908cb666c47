import { LanguageError, type Span } from "../syntax/language-error.ts";

/**
 * The types of metric math: a scalar, a time series, an array of time series, a text and texts. "Word" is a bare upper-case word
 * such as REPEAT, which stands only where a function takes it.
 */
export type MathType = "S" | "TS" | "TS[]" | "String" | "String[]" | "Word";

export type MathOperator = "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "AND" | "OR";

/** The nodes of an expression. Frozen plain data. */
export type MathNode =
  | { readonly kind: "number"; readonly value: number; readonly span: Span }
  | { readonly kind: "text"; readonly value: string; readonly span: Span }
  | { readonly kind: "word"; readonly word: string; readonly span: Span }
  /** The Id of a metric or of another expression. */
  | { readonly kind: "id"; readonly id: string; readonly span: Span }
  | { readonly kind: "array"; readonly items: readonly MathNode[]; readonly span: Span }
  | { readonly kind: "negative"; readonly operand: MathNode; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: MathOperator;
      readonly left: MathNode;
      readonly right: MathNode;
      readonly span: Span;
    }
  | CallNode;

export interface CallNode {
  readonly kind: "call";
  /** The function's upper-case name. */
  readonly name: string;
  readonly args: readonly MathNode[];
  /** For calls whose series come from elsewhere; the same object as in the expression's `sources`. */
  readonly source: MathSource | undefined;
  readonly span: Span;
}

/** A parsed expression. */
export interface MetricMath {
  readonly text: string;
  readonly expression: MathNode;
  /** Each Id that the expression names, once, in order of appearance. */
  readonly ids: readonly string[];
  /** Whether it holds METRICS(), which stands for all metrics of the request. */
  readonly usesMetrics: boolean;
  /** The calls whose series come from elsewhere, in order of appearance: fetch them before the expression is evaluated. */
  readonly sources: readonly MathSource[];
}

/** A call whose series come from outside the expression. */
export type MathSource = SearchSource | BandSource | ExternalSource;

export interface SearchSource {
  readonly kind: "search";
  /** A search expression, such as `{AWS/EC2,InstanceId} MetricName="CPUUtilization"`. */
  readonly expression: string;
  readonly statistic: string;
  /** Seconds; undefined where the call leaves it to the request. */
  readonly period: number | undefined;
  readonly span: Span;
}

export interface BandSource {
  readonly kind: "band";
  /** The metric or expression whose band is asked for. */
  readonly id: string;
  readonly span: Span;
}

/** SERVICE_QUOTA(id), INSIGHT_RULE_METRIC("rule", "metric"), LAMBDA("function", …), DB_PERF_INSIGHTS("service", "resource", …). */
export interface ExternalSource {
  readonly kind: "external";
  readonly name: "SERVICE_QUOTA" | "INSIGHT_RULE_METRIC" | "LAMBDA" | "DB_PERF_INSIGHTS";
  readonly args: readonly MathNode[];
  readonly span: Span;
}

/** An expression that cannot be understood or makes no sense. */
export class MetricMathError extends LanguageError {
  override readonly name = "MetricMathError";
}
