import { type EvaluationDeps, evaluateQueries } from "../metrics/evaluate-queries.ts";
import { RequestRefused } from "../metrics/request-refused.ts";
import type { BandTarget } from "./band-target.ts";
import type { TrainingData } from "./model/train.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * How far back is read: as long as data is kept in this period, but four weeks at most, which show each day of the week four times.
 * A day more, because the first and the last are not whole.
 */
function learningMs(period: number): number {
  if (period < 60) return 3 * HOUR_MS;
  return period < 300 ? 15 * DAY_MS : 29 * DAY_MS;
}

/** Reads what a model is learned from, up to the last whole period. */
export async function readTrainingData(
  deps: EvaluationDeps,
  target: BandTarget,
  period: number,
  nowMs: number,
  signal?: AbortSignal,
): Promise<TrainingData & { readonly percent: boolean }> {
  const step = period * 1_000;
  const endMs = Math.floor(nowMs / step) * step;
  const startMs = Math.ceil((endMs - learningMs(period)) / step) * step;
  const range = { startMs, endMs };
  if (target.kind === "metric") {
    const [points] = await deps.reader.read([{ ...target.query, period }], range, signal);
    const { timestamps = [], values = [], unit } = points ?? {};
    return { timestamps, values, period, until: endMs, percent: unit === "Percent" };
  }
  const { account, region, entries } = target;
  const series = await evaluateQueries(deps, entries, {
    account,
    region,
    ...range,
    nowMs,
    ...(signal !== undefined && { signal }),
  });
  const [one, another] = series;
  if (one === undefined || another !== undefined) {
    throw new RequestRefused(
      "ValidationException",
      "A band is for a single time series; the expression gives several.",
    );
  }
  return { timestamps: one.timestamps, values: one.values, period, until: endMs, percent: false };
}
