import { band } from "../../packages/server/src/services/monitoring/anomaly-detectors/model/anomaly-model.ts";
import { trainModel } from "../../packages/server/src/services/monitoring/anomaly-detectors/model/train.ts";
import type { Case, Figure } from "../case.ts";
import {
  type AnomalySeries,
  FAULT_KINDS,
  SHAPES,
  seriesOf,
  TEST_START,
  TEST_WEEKS,
} from "../data-sets/anomaly-series.ts";

/** Series of each shape. */
const OF_EACH = 3;
/** The model is trained anew so often, from what was known until then; the server does so every hour. */
const RETRAIN_MS = 12 * 3_600_000;
const LEARN_MS = 28 * 86_400_000;
const DAY_MS = 86_400_000;
/** An alarm as people make it: three datapoints in a row outside. */
const IN_A_ROW = 3;
const WIDTHS = [2, 3] as const;

/** Bounds for every datapoint of the test, at one standard deviation; they are linear in the width. */
interface Bounds {
  readonly middle: Float64Array;
  readonly above: Float64Array;
  readonly below: Float64Array;
}

export const anomalyBands: Case = {
  name: "anomaly-bands",
  about:
    "Quality of anomaly bands on series with shapes, trend, noise, gaps and spikes, beside a band of the last day's mean and standard deviation. An alarm is three datapoints in a row outside.",
  async run(bench) {
    const all = Array.from({ length: SHAPES.length * OF_EACH }, (_each, index) => seriesOf(index));
    const rows = all.map((series, index) => {
      if (index % SHAPES.length === 0) bench.say(`${index} of ${all.length} series`);
      return {
        series,
        ours: { quiet: modelBounds(series, series.quiet), faulty: modelBounds(series, series.values) },
        theirs: { quiet: movingBounds(series, series.quiet), faulty: movingBounds(series, series.values) },
      };
    });
    const weeks = all.length * TEST_WEEKS;
    const falseAlarms = (whose: "ours" | "theirs", width: number) =>
      rows.reduce((sum, row) => sum + alarms(row.series, row.series.quiet, row[whose].quiet, width).length, 0) / weeks;
    const found = (whose: "ours" | "theirs", width: number, kind?: string) => {
      const each = rows.flatMap((row) => foundFaults(row.series, row[whose].faulty, width, kind));
      return each.filter(Boolean).length / each.length;
    };

    const figures: Figure[] = [];
    for (const width of WIDTHS) {
      const [ours, theirs] = [falseAlarms("ours", width), falseAlarms("theirs", width)];
      figures.push(
        {
          name: `false alarms, width ${width}`,
          value: ours,
          unit: "per week",
          ...(width === 2 && { target: { atMost: 1 } }),
        },
        { name: `false alarms, width ${width}, moving average`, value: theirs, unit: "per week" },
        {
          name: `faults found, width ${width}`,
          value: found("ours", width),
          unit: "ratio",
          ...(width === 2 && { target: { atLeast: 0.8 } }),
        },
        { name: `faults found, width ${width}, moving average`, value: found("theirs", width), unit: "ratio" },
      );
    }
    // A wide band has few false alarms and finds little. Of the same false alarms, who finds more?
    const asQuiet = widthOf((width) => falseAlarms("theirs", width) <= falseAlarms("ours", 2));
    const matched = found("theirs", asQuiet);
    figures.push(
      { name: "width of a moving average with as few false alarms", value: asQuiet, unit: "ratio" },
      { name: "faults that it finds", value: matched, unit: "ratio" },
      {
        name: "faults found, model to moving average",
        value: found("ours", 2) / matched,
        unit: "ratio",
        target: { atLeast: 1.5 },
      },
    );
    for (const kind of FAULT_KINDS) {
      figures.push({ name: `found: ${kind}`, value: found("ours", 2, kind), unit: "ratio" });
    }
    for (const { name } of SHAPES) {
      const own = rows.filter(({ series }) => series.name === name);
      const count = own.reduce((sum, row) => sum + alarms(row.series, row.series.quiet, row.ours.quiet, 2).length, 0);
      figures.push({ name: `false alarms: ${name}`, value: count / (own.length * TEST_WEEKS), unit: "per week" });
      const faults = own.flatMap((row) => foundFaults(row.series, row.ours.faulty, 2));
      figures.push({
        name: `faults found: ${name}`,
        value: faults.filter(Boolean).length / faults.length,
        unit: "ratio",
      });
    }
    return figures;
  },
};

function firstTested({ timestamps }: AnomalySeries): number {
  return timestamps.findIndex((timestamp) => timestamp >= TEST_START);
}

function emptyBounds({ timestamps }: AnomalySeries): Bounds {
  const { length } = timestamps;
  return { middle: new Float64Array(length), above: new Float64Array(length), below: new Float64Array(length) };
}

function modelBounds(series: AnomalySeries, values: readonly number[]): Bounds {
  const bounds = emptyBounds(series);
  const { timestamps, period } = series;
  let [from, at] = [0, firstTested(series)];
  while (at < timestamps.length) {
    const now = timestamps[at] ?? 0;
    while ((timestamps[from] ?? 0) < now - LEARN_MS) from++;
    const until = Math.floor(now / RETRAIN_MS) * RETRAIN_MS;
    const known = timestamps.findIndex((timestamp) => timestamp >= until);
    const data = { timestamps: timestamps.slice(from, known), values: values.slice(from, known), period, until };
    const model = trainModel(data);
    if (model === undefined) throw new Error(`${series.name}: nothing was learned`);
    let next = at;
    while (next < timestamps.length && (timestamps[next] ?? 0) < until + RETRAIN_MS) next++;
    const times = timestamps.slice(at, next);
    // Zero and one deviation give the middle and the slopes; clipping at 0 is applied where datapoints are compared.
    const free = { ...model, minimum: undefined, maximum: undefined };
    const [zero, one] = [band(free, times, 0), band(free, times, 1)];
    times.forEach((_time, index) => {
      const middle = zero.lower[index] ?? 0;
      bounds.middle[at + index] = middle;
      bounds.above[at + index] = (one.upper[index] ?? 0) - middle;
      bounds.below[at + index] = middle - (one.lower[index] ?? 0);
    });
    at = next;
  }
  return bounds;
}

/** The plain band: mean and standard deviation of the day before. */
function movingBounds(series: AnomalySeries, values: readonly number[]): Bounds {
  const bounds = emptyBounds(series);
  const { timestamps } = series;
  let from = 0;
  for (let at = firstTested(series); at < timestamps.length; at++) {
    while ((timestamps[from] ?? 0) < (timestamps[at] ?? 0) - DAY_MS) from++;
    let [sum, squares] = [0, 0];
    for (let index = from; index < at; index++) sum += values[index] ?? 0;
    const mean = sum / (at - from);
    for (let index = from; index < at; index++) squares += ((values[index] ?? 0) - mean) ** 2;
    bounds.middle[at] = mean;
    bounds.above[at] = Math.sqrt(squares / (at - from));
    bounds.below[at] = bounds.above[at] ?? 0;
  }
  return bounds;
}

/** The times at which an alarm goes off: the third datapoint in a row outside, after one inside. */
function alarms(series: AnomalySeries, values: readonly number[], bounds: Bounds, width: number): number[] {
  const times: number[] = [];
  let row = 0;
  for (let at = firstTested(series); at < values.length; at++) {
    const value = values[at] ?? 0;
    const middle = bounds.middle[at] ?? 0;
    // No metric here goes below zero, and the bands know it.
    const lower = Math.max(0, middle - width * (bounds.below[at] ?? 0));
    const outside = value > middle + width * (bounds.above[at] ?? 0) || value < lower;
    row = outside ? row + 1 : 0;
    if (row === IN_A_ROW) times.push(series.timestamps[at] ?? 0);
  }
  return times;
}

/** For each fault whether an alarm went off while it lasted, or at the third datapoint behind its start if that is later. */
function foundFaults(series: AnomalySeries, bounds: Bounds, width: number, kind?: string): boolean[] {
  const times = alarms(series, series.values, bounds, width);
  return series.faults
    .filter((fault) => kind === undefined || fault.kind === kind)
    .map(({ startMs, endMs }) => times.some((time) => time >= startMs && time < endMs));
}

/** The smallest width, in tenths, for which the condition holds. */
function widthOf(holds: (width: number) => boolean): number {
  for (let tenths = 5; tenths < 200; tenths++) if (holds(tenths / 10)) return tenths / 10;
  return 20;
}
