import { dayOfWeek, localTime, timeOfDay } from "./local-time.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * What is normal for a metric: a level that moves slowly, a shape of the day, what days of the week do otherwise, and how far
 * values stray at each time of day. Plain data, kept as JSON. All numbers are in the metric's unit.
 */
export interface AnomalyModel {
  readonly version: 1;
  /** The zone whose days and weeks count. */
  readonly zone: string;
  /** When training ended, in milliseconds since 1970: what came later is forecast. */
  readonly trainedUntil: number;
  /** Milliseconds since 1970 of the first level; the others follow hourly. Each holds from its hour on. */
  readonly firstLevelAt: number;
  readonly levels: readonly number[];
  /** How much the level rises in an hour behind the last one, for a day at most. */
  readonly slope: number;
  /** The shape of a day in equal parts, around 0; empty without one. */
  readonly day: readonly number[];
  /** How the level of each day of the week differs, Monday first, at its noon; empty without differences. */
  readonly weekday: readonly number[];
  /** How the shape of each hour of the week differs from that of a day, at the middle of the hour; empty without differences. */
  readonly week: readonly number[];
  /** A standard deviation above and below, for each hour of the day; one number each without a shape of the day. */
  readonly above: readonly number[];
  readonly below: readonly number[];
  /** How far spikes that come every day, but not to the minute, may lie above, for each part of the day; empty without them. */
  readonly spikes: readonly number[];
  /** What the metric cannot go beyond. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** For each timestamp what is expected, and between which bounds a value is normal. */
export interface Band {
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/**
 * The band of a model, `deviations` standard deviations to either side of what is expected.
 * @param timestamps milliseconds since 1970, in any order
 */
export function band(model: AnomalyModel, timestamps: readonly number[], deviations: number): Band {
  const time = localTime(model.zone);
  const lower: number[] = [];
  const upper: number[] = [];
  for (const timestamp of timestamps) {
    const local = time.local(timestamp);
    const expected = levelAt(model, timestamp) + seasonAt(model, local);
    const clip = (value: number) =>
      Math.min(Math.max(value, model.minimum ?? Number.NEGATIVE_INFINITY), model.maximum ?? Number.POSITIVE_INFINITY);
    lower.push(clip(expected - deviations * spreadAt(model.below, local)));
    upper.push(clip(expected + deviations * spreadAt(model.above, local) + partOfDay(model.spikes, local)));
  }
  return { lower, upper };
}

/** The level known at that time, or forecast. */
function levelAt({ levels, firstLevelAt, slope }: AnomalyModel, timestamp: number): number {
  const index = Math.floor((timestamp - firstLevelAt) / HOUR_MS);
  const last = levels.length - 1;
  const level = levels[Math.min(Math.max(index, 0), last)] ?? 0;
  const hoursBehind = (timestamp - (firstLevelAt + last * HOUR_MS)) / HOUR_MS;
  return level + slope * Math.min(Math.max(hoursBehind, 0), 24);
}

/** What is added to the level at a local time. */
export function seasonAt(seasons: Pick<AnomalyModel, "day" | "weekday" | "week">, local: number): number {
  return partOfDay(seasons.day, local) + weekdayAt(seasons.weekday, local) + weekAt(seasons.week, local);
}

function partOfDay(parts: readonly number[], local: number): number {
  return parts[Math.floor((timeOfDay(local) / DAY_MS) * parts.length)] ?? 0;
}

/** On a straight line from noon to noon. */
export function weekdayAt(weekday: readonly number[], local: number): number {
  if (weekday.length === 0) return 0;
  const noonsPast = (local - DAY_MS / 2) / DAY_MS;
  const before = dayOfWeek(local - DAY_MS / 2);
  const share = noonsPast - Math.floor(noonsPast);
  return (weekday[before] ?? 0) * (1 - share) + (weekday[(before + 1) % 7] ?? 0) * share;
}

/** On a straight line from the middle of an hour to the next. */
function weekAt(week: readonly number[], local: number): number {
  if (week.length === 0) return 0;
  const middle = local - HOUR_MS / 2;
  const hour = dayOfWeek(middle) * 24 + Math.floor(timeOfDay(middle) / HOUR_MS);
  const share = (timeOfDay(middle) % HOUR_MS) / HOUR_MS;
  return (week[hour] ?? 0) * (1 - share) + (week[(hour + 1) % 168] ?? 0) * share;
}

function spreadAt(spreads: readonly number[], local: number): number {
  return spreads[Math.floor((timeOfDay(local) / DAY_MS) * spreads.length)] ?? 0;
}
