import { LanguageError } from "../syntax/language-error.ts";

export type InsightsAggregate = "AVG" | "COUNT" | "MAX" | "MIN" | "SUM";

/** Something that metrics are told apart by: a dimension, a tag of the resource, or the account. */
export type LabelKey =
  | { readonly kind: "dimension"; readonly name: string }
  | { readonly kind: "tag"; readonly key: string }
  | { readonly kind: "account" };

export interface LabelCondition {
  readonly label: LabelKey;
  readonly operator: "=" | "!=";
  /** A text, or the account that asks. */
  readonly value: { readonly kind: "text"; readonly text: string } | { readonly kind: "current-account" };
}

/**
 * What a Metrics Insights query asks for. Frozen plain data: which metrics, what is made of the values of all metrics of a group
 * in each period, and which groups come back in which order.
 */
export interface MetricsInsightsPlan {
  readonly text: string;
  readonly aggregate: InsightsAggregate;
  readonly metric: string;
  readonly namespace: string;
  /** With SCHEMA: metrics with exactly these dimensions, in alphabetical order; none: those without dimensions. */
  readonly dimensionNames: readonly string[] | undefined;
  /** All of them must hold. */
  readonly conditions: readonly LabelCondition[];
  readonly groupBy: readonly LabelKey[];
  /** What of each group's datapoints decides its place; without it groups come in the order of their labels. */
  readonly orderBy: { readonly aggregate: InsightsAggregate; readonly descending: boolean } | undefined;
  /** How many groups come back at most. */
  readonly limit: number;
  /** "TS[]" with GROUP BY. */
  readonly type: "TS" | "TS[]";
}

/** A query that cannot be understood. */
export class MetricsInsightsError extends LanguageError {
  override readonly name = "MetricsInsightsError";
}
