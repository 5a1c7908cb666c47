import type { MathSource } from "./nodes.ts";
import type { MathRange, Series } from "./series.ts";

/** What a part of an expression comes to. A scalar that does not exist, such as 1/0 or the maximum of nothing, is NaN. */
export type MathValue =
  | { readonly type: "S"; readonly value: number }
  | { readonly type: "TS"; readonly series: Series }
  | { readonly type: "TS[]"; readonly all: readonly Series[] }
  | { readonly type: "String"; readonly text: string }
  | { readonly type: "String[]"; readonly texts: readonly string[] }
  | { readonly type: "Word"; readonly word: string };

/** What an expression is evaluated against. */
export interface MathEnvironment {
  /** What the request asks for; its start is a period's start. */
  readonly range: MathRange;
  /** Seconds: the period of series made of nothing but scalars, where the expression names no series. */
  readonly period: number;
  /** The metrics of the request in its order, without expressions: what METRICS() stands for. */
  readonly metrics: readonly Series[];
  /** The series of an Id, a metric's or another expression's. */
  value(id: string): MathValue;
  /**
   * The series of a SEARCH or of an external source that the expression's `sources` lists, or of a band: first its lower
   * bound, then its upper one, `deviations` standard deviations wide to either side. `of` is the series that a band is for.
   */
  series(source: MathSource, band?: { readonly of: Series; readonly deviations: number }): readonly Series[];
}

export const scalar = (value: number): MathValue => ({ type: "S", value });
export const oneSeries = (series: Series): MathValue => ({ type: "TS", series });
export const manySeries = (all: readonly Series[]): MathValue => ({ type: "TS[]", all });

/** The values of checked arguments. A wrong type here is a fault of the check, not of the expression. */
export function scalarOf(value: MathValue | undefined): number {
  if (value?.type !== "S") throw new TypeError("a scalar was checked for");
  return value.value;
}

export function seriesOf(value: MathValue | undefined): Series {
  if (value?.type !== "TS") throw new TypeError("a time series was checked for");
  return value.series;
}

/** The series of an array; one alone is an array of one. */
export function arrayOf(value: MathValue | undefined): readonly Series[] {
  if (value?.type === "TS") return [value.series];
  if (value?.type !== "TS[]") throw new TypeError("an array of time series was checked for");
  return value.all;
}

export function wordOf(value: MathValue | undefined): string {
  if (value?.type !== "Word") throw new TypeError("a word was checked for");
  return value.word;
}
