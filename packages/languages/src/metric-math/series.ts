/** A time series. The two lists have the same length; a period without a value is in neither. */
export interface Series {
  /** The Id of the metric or expression that it comes from; empty for the result of a calculation. */
  readonly id: string;
  readonly label: string;
  /** Seconds between datapoints where none is missing. */
  readonly period: number;
  /** Milliseconds since 1970, ascending. */
  readonly timestamps: readonly number[];
  /** Finite numbers. */
  readonly values: readonly number[];
}

/** Milliseconds since 1970; the start is inclusive, the end exclusive. */
export interface MathRange {
  readonly startMs: number;
  readonly endMs: number;
}

/** A series like `source` with other datapoints; those that are not finite are dropped. */
export function withPoints(
  source: Series,
  timestamps: readonly number[],
  valueAt: (timestamp: number, index: number) => number | undefined,
): Series {
  const kept: number[] = [];
  const values: number[] = [];
  timestamps.forEach((timestamp, index) => {
    const value = valueAt(timestamp, index);
    if (value === undefined || !Number.isFinite(value)) return;
    kept.push(timestamp);
    // A negative zero would show as "-0" and is meant nowhere.
    values.push(value === 0 ? 0 : value);
  });
  return { ...source, timestamps: kept, values };
}

/** The same series with each value changed. */
export function mapValues(series: Series, change: (value: number) => number): Series {
  return withPoints(series, series.timestamps, (_timestamp, index) => change(series.values[index] ?? Number.NaN));
}

/** Every timestamp that one of the series has, ascending, each once. */
export function allTimestamps(all: readonly Series[]): readonly number[] {
  const [first, ...others] = all;
  if (first === undefined) return [];
  if (others.every((series) => sameTimestamps(first, series))) return first.timestamps;
  const set = new Set<number>();
  for (const series of all) for (const timestamp of series.timestamps) set.add(timestamp);
  return [...set].sort((one, other) => one - other);
}

function sameTimestamps(one: Series, other: Series): boolean {
  const { length } = one.timestamps;
  if (one.timestamps === other.timestamps) return true;
  if (length !== other.timestamps.length) return false;
  return one.timestamps.every((timestamp, index) => timestamp === other.timestamps[index]);
}

/**
 * Looks up values by time. Asked in ascending order, as all callers do, each answer costs next to nothing.
 * @returns undefined where the series has no datapoint
 */
export function reader(series: Series): (timestamp: number) => number | undefined {
  let at = 0;
  return (timestamp) => {
    const { timestamps, values } = series;
    while (at < timestamps.length && (timestamps[at] ?? 0) < timestamp) at++;
    return timestamps[at] === timestamp ? values[at] : undefined;
  };
}

/** The same series as the result of a calculation. */
export function unnamed(series: Series): Series {
  return { ...series, id: "", label: "" };
}
