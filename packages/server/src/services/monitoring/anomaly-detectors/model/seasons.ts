import { type AnomalyModel, seasonAt } from "./anomaly-model.ts";
import { dayNumber, dayOfWeek, timeOfDay } from "./local-time.ts";
import { agreement, median, medianBetween, quantile } from "./robust.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Datapoints with their local times. */
export interface LocalPoints {
  /** Milliseconds since 1970 by the local clock, ascending but for the hour that comes twice in autumn. */
  readonly local: readonly number[];
  readonly values: readonly number[];
}

type Seasons = Pick<AnomalyModel, "day" | "weekday" | "week">;

const NONE: Seasons = { day: [], weekday: [], week: [] };

/** A shape of the day needs to be seen twice. */
const DAYS_FOR_DAY = 2;
/** What a weekday does otherwise needs to be seen twice too. */
const DAYS_FOR_WEEK = 14;
/** A day counts as whole with so much of its datapoints. */
const WHOLE_DAY = 0.8;
const LEAST_DAYS_OF_WEEK = 5;
/** More than is ever read to learn from. */
const MOST_WEEKS = 9;
/** Parts of the day are at least this long: finer ones have too few datapoints each. */
const SHORTEST_PART_MS = 300_000;
/** A part of the day keeps its own value if it lies further from its neighbours' than this many standard errors. */
const DISTINCT = 3;
/** A standard error of a median is this much of the standard deviation over the root of the number of values (π/2, rooted). */
const MEDIAN_ERROR = 1.2533;

/**
 * Finds the shapes of the day and the week. Each day's own level is taken out first, so that neither trend nor a shift of level
 * passes for a shape; what only one day or week shows is left out.
 */
export function findSeasons(points: LocalPoints, periodMs: number): Seasons {
  const { local, values } = points;
  const first = local[0];
  const last = local.at(-1);
  if (first === undefined || last === undefined) return NONE;
  const days = (last - first + periodMs) / DAY_MS;
  if (days < DAYS_FOR_DAY) return NONE;
  const base = dayBase(points);
  const within = values.map((value, index) => value - (base[index] ?? 0));
  const day = dayShape(local, within, periodMs);
  if (days < DAYS_FOR_WEEK) return { ...NONE, day };
  const weekdays = { day, weekday: weekdayOffsets(points), week: [], period: periodMs / 1_000 };
  const rest = values.map((value, index) => value - seasonAt(weekdays, local[index] ?? 0));
  const restBase = dayBase({ local, values: rest });
  const beside = rest.map((value, index) => value - (restBase[index] ?? 0));
  return { day, weekday: weekdays.weekday, week: weekShape(local, beside) };
}

/**
 * The median of the 24 hours around each datapoint, which has no shape of the day in it; worked out hourly, lines between. Where
 * much of the 24 hours is missing, as at both ends, the nearest whole one stands in for it.
 */
function dayBase({ local, values }: LocalPoints): readonly number[] {
  const start = local[0] ?? 0;
  const hours = Math.ceil(((local.at(-1) ?? start) - start) / HOUR_MS) + 1;
  const windows: { readonly count: number; readonly level: number }[] = [];
  let [from, to] = [0, 0];
  for (let hour = 0; hour <= hours; hour++) {
    const at = start + hour * HOUR_MS;
    while (from < local.length && (local[from] ?? 0) < at - DAY_MS / 2) from++;
    while (to < local.length && (local[to] ?? 0) < at + DAY_MS / 2) to++;
    windows.push({ count: to - from, level: medianBetween(values, from, to) ?? 0 });
  }
  const whole =
    (quantile(
      windows.map(({ count }) => count),
      0.9,
    ) ?? 0) * WHOLE_DAY;
  const knots = nearest(windows.map(({ count, level }) => (count >= whole ? level : undefined)));
  return local.map((at) => {
    const place = (at - start) / HOUR_MS;
    const hour = Math.floor(place);
    const share = place - hour;
    return (knots[hour] ?? 0) * (1 - share) + (knots[hour + 1] ?? knots[hour] ?? 0) * share;
  });
}

/** Fills what is not known with the nearest known. */
function nearest(list: readonly (number | undefined)[]): readonly number[] {
  const before: { at: number; value: number | undefined }[] = [];
  let last: { at: number; value: number | undefined } = { at: Number.NEGATIVE_INFINITY, value: undefined };
  list.forEach((value, at) => {
    if (value !== undefined) last = { at, value };
    before.push(last);
  });
  const filled: number[] = [];
  let next: { at: number; value: number | undefined } = { at: Number.POSITIVE_INFINITY, value: undefined };
  for (let at = list.length - 1; at >= 0; at--) {
    const value = list[at];
    if (value !== undefined) next = { at, value };
    const behind = before[at] ?? next;
    filled.push((at - behind.at <= next.at - at ? behind.value : next.value) ?? 0);
  }
  return filled.reverse();
}

function dayShape(local: readonly number[], within: readonly number[], periodMs: number): readonly number[] {
  const count = Math.max(1, Math.floor(DAY_MS / Math.max(SHORTEST_PART_MS, periodMs)));
  const parts: number[][] = Array.from({ length: count }, () => []);
  local.forEach((at, index) => {
    parts[Math.floor((timeOfDay(at) / DAY_MS) * count)]?.push(within[index] ?? 0);
  });
  const noise = (median(within.map(Math.abs)) ?? 0) * 1.4826;
  // An hour's neighbours steady a part, unless it stands out from them, as a nightly batch run does.
  const reach = Math.max(1, Math.round((count / 24) * 0.25));
  const shape = parts.map((own, part) => {
    const around: number[] = [];
    for (let by = -reach; by <= reach; by++) around.push(...(parts[(part + by + count) % count] ?? []));
    const steady = median(around) ?? 0;
    const alone = median(own);
    if (alone === undefined || own.length < 2) return steady;
    const spread = (median(own.map((value) => Math.abs(value - alone))) ?? noise) * 1.4826;
    const error = (MEDIAN_ERROR * Math.max(spread, noise * 0.1)) / Math.sqrt(own.length);
    return Math.abs(alone - steady) > DISTINCT * error ? alone : steady;
  });
  return shape;
}

/** How the levels of the days of the week differ from the middle of their week, as far as the weeks agree on it. */
function weekdayOffsets({ local, values }: LocalPoints): readonly number[] {
  const levels = dayLevels(local, values);
  const last = Math.max(...levels.keys());
  const rises = [...levels].flatMap(([day, level]) => {
    const before = levels.get(day - 7);
    return before === undefined ? [] : [(level - before) / 7];
  });
  const slope = median(rises) ?? 0;
  const found: number[][] = Array.from({ length: 7 }, () => []);
  // Weeks are counted back from the last whole day, so that each is whole.
  for (let end = last; end > last - 7 * MOST_WEEKS; end -= 7) {
    const week = [6, 5, 4, 3, 2, 1, 0].flatMap((back) => {
      const level = levels.get(end - back);
      return level === undefined ? [] : [{ day: end - back, level: level + slope * back }];
    });
    if (week.length < LEAST_DAYS_OF_WEEK) continue;
    const middle = median(week.map(({ level }) => level)) ?? 0;
    for (const { day, level } of week) found[dayOfWeek(day * DAY_MS)]?.push(level - middle);
  }
  return found.map(agreement);
}

/** The median of each day of which most is there; of half a day it has the shape of the day in it. */
function dayLevels(local: readonly number[], values: readonly number[]): ReadonlyMap<number, number> {
  const byDay = new Map<number, number[]>();
  local.forEach((at, index) => {
    const found = byDay.get(dayNumber(at));
    if (found === undefined) byDay.set(dayNumber(at), [values[index] ?? 0]);
    else found.push(values[index] ?? 0);
  });
  const whole =
    (quantile(
      [...byDay.values()].map(({ length }) => length),
      0.9,
    ) ?? 0) * WHOLE_DAY;
  return new Map([...byDay].flatMap(([day, list]) => (list.length < whole ? [] : [[day, median(list) ?? 0] as const])));
}

/** What each hour of the week does beside the shape of the day, as far as the weeks agree on it. */
function weekShape(local: readonly number[], rest: readonly number[]): readonly number[] {
  const cells: Map<number, number[]>[] = Array.from({ length: 168 }, () => new Map());
  local.forEach((at, index) => {
    const cell = cells[dayOfWeek(at) * 24 + Math.floor(timeOfDay(at) / HOUR_MS)];
    const week = Math.floor((dayNumber(at) + 3) / 7);
    const found = cell?.get(week);
    if (found === undefined) cell?.set(week, [rest[index] ?? 0]);
    else found.push(rest[index] ?? 0);
  });
  let last = 0;
  return cells.map((cell) => {
    // Longer periods than an hour leave hours empty, which go on as the one before.
    if (cell.size > 0) last = agreement([...cell.values()].map((values) => median(values) ?? 0));
    return last;
  });
}
