import { medianBetween, quantile } from "./robust.ts";

const HOUR_MS = 3_600_000;
/**
 * The level is the median of so much time before. Shorter, and the model would follow a fault of some hours; longer, and a new
 * level would be an anomaly for days.
 */
const WINDOW_MS = 86_400_000;
/** A slope counts only if it was there for three days. */
const SLOPE_HOURS = 72;

export interface Levels {
  /** Milliseconds since 1970. */
  readonly firstLevelAt: number;
  /** Hourly; each from datapoints before its hour only, but for the first, which has none. */
  readonly levels: readonly number[];
  /** Per hour. */
  readonly slope: number;
}

/** The slow movement of values whose shapes were taken out. */
export function findLevels(timestamps: readonly number[], values: readonly number[], until: number): Levels {
  const start = Math.floor((timestamps[0] ?? until) / HOUR_MS) * HOUR_MS;
  const hours = Math.max(0, Math.ceil((until - start) / HOUR_MS));
  const raw: number[] = [];
  const day = firstDay(timestamps);
  let [from, to] = [0, 0];
  for (let hour = 0; hour <= hours; hour++) {
    const at = Math.min(start + hour * HOUR_MS, until);
    while (to < timestamps.length && (timestamps[to] ?? 0) < at) to++;
    while (from < to && (timestamps[from] ?? 0) < at - WINDOW_MS) from++;
    // The first hours have little before them; the first day's median says more.
    const known = to - from > 0 && hour >= 6 ? medianBetween(values, from, to) : medianBetween(values, 0, day);
    raw.push(known ?? raw.at(-1) ?? 0);
  }
  const slope = slopeOf(raw);
  // The median of the day before stands half a day back.
  const lag = slope === 0 ? 0 : Math.min(12, hours / 2);
  return {
    firstLevelAt: start,
    levels: raw.map((level, hour) => (hour >= SLOPE_HOURS ? level + slope * lag : level)),
    slope,
  };
}

function firstDay(timestamps: readonly number[]): number {
  const end = (timestamps[0] ?? 0) + WINDOW_MS;
  const index = timestamps.findIndex((timestamp) => timestamp >= end);
  return index === -1 ? timestamps.length : index;
}

/** The median rise over three days; 0 unless nearly all of the time agrees on its direction. */
function slopeOf(levels: readonly number[]): number {
  const rises: number[] = [];
  for (let hour = 2 * 24 + SLOPE_HOURS; hour < levels.length; hour++) {
    rises.push(((levels[hour] ?? 0) - (levels[hour - SLOPE_HOURS] ?? 0)) / SLOPE_HOURS);
  }
  const [low = 0, middle = 0, high = 0] = [0.1, 0.5, 0.9].map((share) => quantile(rises, share));
  return low > 0 || high < 0 ? middle : 0;
}
