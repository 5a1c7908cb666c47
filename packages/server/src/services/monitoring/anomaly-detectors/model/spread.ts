import { timeOfDay } from "./local-time.ts";
import { median, quantile } from "./robust.ts";

const HOUR_MS = 3_600_000;
/**
 * A standard deviation is estimated from the 95 % of values that stray least to a side: of a normal distribution's side they lie
 * within 1.96 of them. Noise with longer tails gets a wider band for it; faults of less than a twentieth of the time do not.
 */
const SIDE_SHARE = 0.95;
const SIDE_DEVIATIONS = 1.96;
/** How many values the spread over the whole day counts for beside those of an hour. */
const PRIOR_VALUES = 30;
/** Noise to one side is not taken to be less than this part of that to the other. */
const LEAST_OF_OTHER = 1 / 3;
/** A band is at least so wide in parts of the usual value, so that a flat line is no alarm at its first ripple. */
const LEAST_SHARE = 0.01;
/** Values that are steps, as counts are, may be off by one step within two deviations. */
const STEP_SHARE = 0.5;
/** Values with at least this share of all are common; metrics with few of them are steps. */
const COMMON_SHARE = 0.005;
const MOST_STEPS = 64;
const STEPS_COVER = 0.95;
/**
 * Noise that follows itself stays outside a band for several datapoints together, which is what alarms wait for. So a deviation is
 * made larger until three datapoints in a row lie beyond half of it as often as independent ones would: in 2.94 % of all triples.
 */
const RUN_LENGTH = 3;
const RUN_DEVIATIONS = 0.5;
const RUN_SHARE = 1 - 0.0294;
/** Larger, and slow noise would hide every fault. */
const MOST_FOR_RUNS = 1.6;

const BLOCK_MS = 12 * HOUR_MS;
/** How many times the usual a half day's values stray to be left out. */
const UNUSUAL = 4;
const MOST_USUAL = 0.75;

export interface Spread {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/**
 * How far values stray from what was expected, above and below, by the hour of the day.
 * @param strayed value less expectation
 * @param days how many days the expectation was learned from: from few it is uncertain itself
 */
export function findSpread(
  local: readonly number[],
  strayed: readonly number[],
  values: readonly number[],
  days: number,
): Spread {
  const least = leastSpread(values);
  // The expectation is a median of as many days, whose own error adds to the noise.
  const uncertainty = Math.sqrt(1 + Math.PI / 2 / Math.max(days, 1));
  const count = days >= 2 ? 24 : 1;
  const usual = usualBlocks(local, strayed);
  const kept = strayed.filter((_value, index) => usual.has(blockOf(local[index] ?? 0)));
  const hours = local
    .filter((at) => usual.has(blockOf(at)))
    .map((at) => (count === 1 ? 0 : Math.floor(timeOfDay(at) / HOUR_MS)));
  const above = sideByHour(hours, kept, count, 1);
  const below = sideByHour(hours, kept, count, -1);
  const widths = (own: readonly number[], other: readonly number[], sign: number) => {
    const wide = own.map((width, hour) => Math.max(width, (other[hour] ?? 0) * LEAST_OF_OTHER, least));
    const relative = kept.map((value, index) => (value * sign) / (wide[hours[index] ?? 0] ?? 1));
    const factor = uncertainty * runFactor(relative);
    return wide.map((width) => width * factor);
  };
  return { above: widths(above, below, 1), below: widths(below, above, -1) };
}

const blockOf = (local: number) => Math.floor(local / BLOCK_MS);

/**
 * The half days in which values strayed as they usually do. Behind a shift of level they stray for half a day, until the level has
 * followed; that is no noise. At most a quarter is left out: what happens more often is usual.
 */
function usualBlocks(local: readonly number[], strayed: readonly number[]): ReadonlySet<number> {
  const blocks = new Map<number, number[]>();
  local.forEach((at, index) => {
    const found = blocks.get(blockOf(at));
    if (found === undefined) blocks.set(blockOf(at), [Math.abs(strayed[index] ?? 0)]);
    else found.push(Math.abs(strayed[index] ?? 0));
  });
  const medians = [...blocks].map(([block, list]) => ({ block, size: median(list) ?? 0 }));
  const sizes = medians.map(({ size }) => size);
  const limit = Math.max((median(sizes) ?? 0) * UNUSUAL, quantile(sizes, MOST_USUAL) ?? 0);
  return new Set(medians.flatMap(({ block, size }) => (size <= limit ? [block] : [])));
}

function sideByHour(hours: readonly number[], strayed: readonly number[], count: number, sign: number): number[] {
  const cells: number[][] = Array.from({ length: count }, () => []);
  hours.forEach((hour, index) => {
    cells[hour]?.push(strayed[index] ?? 0);
  });
  const whole = sideSpread(strayed, sign);
  return cells.map((own, hour) => {
    const around = count === 1 ? own : [...own, ...(cells[(hour + 1) % 24] ?? []), ...(cells[(hour + 23) % 24] ?? [])];
    const found = sideSpread(around, sign);
    return Math.sqrt((around.length * found ** 2 + PRIOR_VALUES * whole ** 2) / (around.length + PRIOR_VALUES));
  });
}

function sideSpread(strayed: readonly number[], sign: number): number {
  const side: number[] = [];
  for (const value of strayed) if (value * sign >= 0) side.push(value * sign);
  return (quantile(side, SIDE_SHARE) ?? 0) / SIDE_DEVIATIONS;
}

function runFactor(relative: readonly number[]): number {
  const together: number[] = [];
  for (let at = RUN_LENGTH - 1; at < relative.length; at++) {
    let least = Number.POSITIVE_INFINITY;
    for (let back = 0; back < RUN_LENGTH; back++) least = Math.min(least, relative[at - back] ?? least);
    together.push(least);
  }
  const found = (quantile(together, RUN_SHARE) ?? 0) / RUN_DEVIATIONS;
  return Math.min(Math.max(found, 1), MOST_FOR_RUNS);
}

function leastSpread(values: readonly number[]): number {
  const usual = median(values.map(Math.abs)) ?? 0;
  return Math.max(usual * LEAST_SHARE, stepOf(values) * STEP_SHARE, Number.MIN_VALUE);
}

/** The smallest distance of values that are common; 0 if the values are no steps. */
function stepOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const common = [...counts].filter(([, count]) => count >= values.length * COMMON_SHARE);
  const covered = common.reduce((sum, [, count]) => sum + count, 0);
  if (common.length < 2 || common.length > MOST_STEPS || covered < values.length * STEPS_COVER) return 0;
  const sorted = common.map(([value]) => value).sort((one, other) => one - other);
  return Math.min(...sorted.slice(1).map((value, index) => value - (sorted[index] ?? 0)));
}
