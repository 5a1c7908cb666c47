import type { Span } from "../syntax/language-error.ts";
import { MetricMathError } from "./nodes.ts";
import type { MathRange, Series } from "./series.ts";

/**
 * How many periods a series that has a datapoint for each may have. GetMetricData gives 100,800 datapoints at once; five times
 * as many leave room for what is only calculated with, and bound the memory of a call.
 */
export const MAX_PERIODS = 500_000;

/**
 * The starts of all periods of the range, as the series would have them if none were missing. The range's start is a
 * period's start; a series whose datapoints lie otherwise, as those of a sliding window do, moves the grid.
 * @throws MetricMathError at `span` if there are too many
 */
export function periodsOf(
  like: Pick<Series, "period" | "timestamps">,
  range: MathRange,
  span: Span,
): readonly number[] {
  const step = like.period * 1_000;
  const [first = range.startMs] = like.timestamps;
  const phase = (((first - range.startMs) % step) + step) % step;
  const count = Math.ceil((range.endMs - range.startMs - phase) / step);
  if (count > MAX_PERIODS) {
    throw new MetricMathError(
      `The time range has ${count} periods of ${like.period} s; at most ${MAX_PERIODS} can be filled. Ask for a longer period or a shorter range.`,
      span,
    );
  }
  const starts: number[] = [];
  for (let at = range.startMs + phase; at < range.endMs; at += step) starts.push(at);
  return starts;
}
