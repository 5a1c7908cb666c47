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
  /** Seconds: of the datapoints that it was learned from and is for. */
  readonly period: number;
  /** When training ended, in milliseconds since 1970: what came later is forecast. */
  readonly trainedUntil: number;
  /** Milliseconds since 1970 of the first level; the others follow hourly. Each holds from its hour on. */
  readonly firstLevelAt: number;
  readonly levels: readonly number[];
  /** How much the level rises in an hour behind the last one, for a day at most. */
  readonly slope: number;
  /** The shape of a day in equal parts, around 0; empty without one. */
  readonly day: readonly number[];
  /** How the level of each day of the week differs, Monday first; empty without differences. */
  readonly weekday: readonly number[];
  /** How the shape of each hour of the week differs from that of a day; empty without differences. */
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

type Seasons = Pick<AnomalyModel, "day" | "weekday" | "week" | "period">;

/** What is added to the level at a local time. */
export function seasonAt(seasons: Seasons, local: number): number {
  return shapeOfDay(seasons, local) + weekdayAt(seasons, local) + shapeOfWeek(seasons, local);
}

/**
 * Datapoints of a period as long as the parts may begin within one, as those of sliding windows do; they then have something of
 * this part and something of the next. Shorter ones lie within a part.
 */
function shapeOfDay({ day, period }: Pick<AnomalyModel, "day" | "period">, local: number): number {
  if (period * 1_000 * day.length < DAY_MS * 0.99) return partOfDay(day, local);
  const place = (timeOfDay(local) / DAY_MS) * day.length;
  const part = Math.floor(place);
  return mix(day[part] ?? 0, day[(part + 1) % day.length] ?? 0, place - part);
}

function partOfDay(parts: readonly number[], local: number): number {
  return parts[Math.floor((timeOfDay(local) / DAY_MS) * parts.length)] ?? 0;
}

/** On a straight line from the middle of one day's datapoints to that of the next's. */
function weekdayAt({ weekday, period }: Seasons, local: number): number {
  if (weekday.length === 0) return 0;
  const moved = local - Math.max(0, DAY_MS - period * 1_000) / 2;
  const day = dayOfWeek(moved);
  return mix(weekday[day] ?? 0, weekday[(day + 1) % 7] ?? 0, timeOfDay(moved) / DAY_MS);
}

/** On a straight line from the middle of one hour's datapoints to that of the next's. */
function shapeOfWeek({ week, period }: Seasons, local: number): number {
  if (week.length === 0) return 0;
  const moved = local - Math.max(0, HOUR_MS - period * 1_000) / 2;
  const place = timeOfDay(moved) / HOUR_MS;
  const hour = Math.floor(place);
  const at = dayOfWeek(moved) * 24 + hour;
  return mix(week[at] ?? 0, week[(at + 1) % 168] ?? 0, place - hour);
}

function mix(one: number, other: number, share: number): number {
  return one * (1 - share) + other * share;
}

function spreadAt(spreads: readonly number[], local: number): number {
  return spreads[Math.floor((timeOfDay(local) / DAY_MS) * spreads.length)] ?? 0;
}
