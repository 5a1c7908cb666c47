import type { Chart, Series } from "@nephoscope/charts";

/** A chart on its way to another process: its numbers are in one buffer. */
export interface PackedChart {
  readonly chart: Chart;
  /** Times and values, series by series: those of the chart, then lower and upper of its bands. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** How many points each of them has. */
  readonly lengths: readonly number[];
}

const EMPTY: readonly number[] = [];

export function packChart(chart: Chart): PackedChart {
  const all = seriesOf(chart);
  const lengths = all.map(({ timesMs, values }) => Math.min(timesMs.length, values.length));
  const numbers = new Float64Array(lengths.reduce((sum, length) => sum + 2 * length, 0));
  let at = 0;
  all.forEach(({ timesMs, values }, index) => {
    const length = lengths[index] ?? 0;
    numbers.set(timesMs.slice(0, length), at);
    numbers.set(values.slice(0, length), at + length);
    at += 2 * length;
  });
  return { chart: withPoints(chart, () => ({ timesMs: EMPTY, values: EMPTY })), numbers, lengths };
}

export function unpackChart({ chart, numbers, lengths }: PackedChart): Chart {
  let at = 0;
  let index = 0;
  return withPoints(chart, () => {
    const length = lengths[index++] ?? 0;
    const timesMs = Array.from(numbers.subarray(at, at + length));
    const values = Array.from(numbers.subarray(at + length, at + 2 * length));
    at += 2 * length;
    return { timesMs, values };
  });
}

type Points = Pick<Series, "timesMs" | "values">;

function seriesOf({ series, bands }: Chart): Points[] {
  return [
    ...series.flatMap((one) => [one, one.course ?? { timesMs: EMPTY, values: EMPTY }]),
    ...bands.flatMap(({ lower, upper }) => [lower, upper]),
  ];
}

/** The same chart with other points, asked for in the order of `seriesOf`. */
function withPoints(chart: Chart, next: () => Points): Chart {
  const series = chart.series.map((one) => {
    const own = { ...one, ...next() };
    const course = next();
    return one.course === undefined ? own : { ...own, course };
  });
  const bands = chart.bands.map((band) => {
    const lower = { ...band.lower, ...next() };
    return { ...band, lower, upper: { ...band.upper, ...next() } };
  });
  return { ...chart, series, bands };
}
