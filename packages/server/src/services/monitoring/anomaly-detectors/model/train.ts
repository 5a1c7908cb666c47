import { type AnomalyModel, seasonAt } from "./anomaly-model.ts";
import { findLevels } from "./level.ts";
import { dayNumber, localTime, timeOfDay } from "./local-time.ts";
import { findSeasons } from "./seasons.ts";
import { findSpread } from "./spread.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Of less than this nothing can be learned. */
const LEAST_POINTS = 12;
/** A new metric has a band after three hours (user guide, anomaly detection). */
const LEAST_SPAN_MS = 3 * HOUR_MS;
/** How far from its usual minute a spike that comes every day may come. */
const SPIKE_REACH_MS = 30 * 60_000;

export interface TrainingData {
  /** Milliseconds since 1970, ascending, with the values. */
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
  /** Seconds. */
  readonly period: number;
  /** The end of the range that was read. */
  readonly until: number;
}

export interface TrainingOptions {
  /** Ranges in milliseconds since 1970 from which nothing is learned; the end is exclusive. */
  readonly excluded?: readonly { readonly startMs: number; readonly endMs: number }[];
  /** A zone of the tz database. */
  readonly zone?: string;
  /** The metric has spikes every day that are normal. */
  readonly periodicSpikes?: boolean;
  /** The metric is in per cent. */
  readonly percent?: boolean;
}

/** Learns what is normal. Undefined where there is too little to learn from. Takes some 50 ms for 10,000 datapoints. */
export function trainModel(data: TrainingData, options: TrainingOptions = {}): AnomalyModel | undefined {
  const { excluded = [], zone = "UTC" } = options;
  const kept = (timestamp: number) => !excluded.some(({ startMs, endMs }) => timestamp >= startMs && timestamp < endMs);
  const timestamps: number[] = [];
  const values: number[] = [];
  data.timestamps.forEach((timestamp, index) => {
    const value = data.values[index];
    if (value === undefined || !Number.isFinite(value) || !kept(timestamp)) return;
    timestamps.push(timestamp);
    values.push(value);
  });
  const [first, last] = [timestamps[0], timestamps.at(-1)];
  if (first === undefined || last === undefined || values.length < LEAST_POINTS) return undefined;
  const periodMs = data.period * 1_000;
  if (last - first + periodMs < LEAST_SPAN_MS) return undefined;

  const time = localTime(zone);
  const local = timestamps.map(time.local);
  const seasons = { ...findSeasons({ local, values }, periodMs), period: data.period };
  const plain = values.map((value, index) => value - seasonAt(seasons, local[index] ?? 0));
  const levels = findLevels(timestamps, plain, data.until);
  const strayed = plain.map((value, index) => {
    const hour = Math.floor(((timestamps[index] ?? 0) - levels.firstLevelAt) / HOUR_MS);
    return value - (levels.levels[Math.min(hour, levels.levels.length - 1)] ?? 0);
  });
  const days = new Set(local.map(dayNumber)).size;
  return {
    version: 1,
    zone,
    trainedUntil: data.until,
    ...levels,
    ...seasons,
    ...findSpread(local, strayed, values, seasons.day.length === 0 ? 1 : days),
    spikes: options.periodicSpikes === true ? spikesAround(local, strayed, seasons.day) : [],
    minimum: values.every((value) => value >= 0) ? 0 : undefined,
    maximum: options.percent === true && values.every((value) => value <= 100) ? 100 : undefined,
  };
}

/** For each part of the day the highest that its neighbours within half an hour reach, in shape and in what strayed. */
function spikesAround(local: readonly number[], strayed: readonly number[], day: readonly number[]): readonly number[] {
  if (day.length === 0) return [];
  const highest: number[] = day.map(() => 0);
  local.forEach((at, index) => {
    const part = Math.floor((timeOfDay(at) / DAY_MS) * day.length);
    highest[part] = Math.max(highest[part] ?? 0, (day[part] ?? 0) + (strayed[index] ?? 0));
  });
  const reach = Math.max(1, Math.round((SPIKE_REACH_MS / DAY_MS) * day.length));
  return day.map((own, part) => {
    let top = 0;
    for (let by = -reach; by <= reach; by++) top = Math.max(top, highest[(part + by + day.length) % day.length] ?? 0);
    return Math.max(0, top - own);
  });
}
