import { formatDuration, formatNumber, formatTime } from "./format.ts";

/** The datapoints that a label tells of: two lists of the same length, times in milliseconds since 1970, ascending. */
export interface LabelPoints {
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
}

export interface LabelTimes {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Minutes ahead of UTC. */
  readonly zoneMinutes: number;
}

/** Where in the series the values stand that labels tell of. */
interface Places {
  readonly first: number;
  readonly last: number;
  /** The earliest of the smallest and of the greatest values. */
  readonly min: number;
  readonly max: number;
}

interface Facts {
  readonly places: Places;
  readonly points: LabelPoints;
  readonly times: LabelTimes;
}

const STATISTICS = {
  AVG: ({ points }) => formatNumber(sum(points.values) / points.values.length),
  SUM: ({ points }) => formatNumber(sum(points.values)),
  MIN: (facts) => formatNumber(value(facts, "min")),
  MAX: (facts) => formatNumber(value(facts, "max")),
  FIRST: (facts) => formatNumber(value(facts, "first")),
  LAST: (facts) => formatNumber(value(facts, "last")),
  DATAPOINT_COUNT: ({ points }) => String(points.values.length),
  MIN_MAX_RANGE: (facts) => formatNumber(value(facts, "max") - value(facts, "min")),
  FIRST_LAST_RANGE: (facts) => formatNumber(value(facts, "last") - value(facts, "first")),
  MIN_MAX_TIME_RANGE: (facts) => formatDuration(time(facts, "max") - time(facts, "min")),
  FIRST_LAST_TIME_RANGE: (facts) => formatDuration(time(facts, "last") - time(facts, "first")),
  FIRST_TIME: (facts) => absolute(facts, "first"),
  LAST_TIME: (facts) => absolute(facts, "last"),
  MIN_TIME: (facts) => absolute(facts, "min"),
  MAX_TIME: (facts) => absolute(facts, "max"),
  FIRST_TIME_RELATIVE: (facts) => relative(facts, "first"),
  LAST_TIME_RELATIVE: (facts) => relative(facts, "last"),
  MIN_TIME_RELATIVE: (facts) => relative(facts, "min"),
  MAX_TIME_RELATIVE: (facts) => relative(facts, "max"),
} satisfies Record<string, (facts: Facts) => string>;

/** The dynamic values that are made of a series' datapoints. */
export type LabelStatistic = keyof typeof STATISTICS;

export function isStatistic(word: string): word is LabelStatistic {
  return Object.hasOwn(STATISTICS, word);
}

/** One dynamic value; undefined where the series has no datapoints, except for their number. */
export function showStatistic(statistic: LabelStatistic, points: LabelPoints, times: LabelTimes): string | undefined {
  if (points.values.length === 0 && statistic !== "DATAPOINT_COUNT") return undefined;
  const { values } = points;
  const places = { first: 0, last: values.length - 1, min: 0, max: 0 };
  values.forEach((each, index) => {
    if (each < (values[places.min] ?? 0)) places.min = index;
    if (each > (values[places.max] ?? 0)) places.max = index;
  });
  return STATISTICS[statistic]({ places, points, times });
}

function value({ places, points }: Facts, place: keyof Places): number {
  return points.values[places[place]] ?? 0;
}

function time({ places, points }: Facts, place: keyof Places): number {
  return points.timestamps[places[place]] ?? 0;
}

function absolute(facts: Facts, place: keyof Places): string {
  return formatTime(time(facts, place), facts.times.zoneMinutes);
}

function relative(facts: Facts, place: keyof Places): string {
  return formatDuration(facts.times.now - time(facts, place));
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const each of values) total += each;
  return total;
}
