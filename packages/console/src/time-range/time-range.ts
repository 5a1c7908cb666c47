/** What a person chose: so long until now, or from one moment to another. */
export type TimeRange =
  | { readonly kind: "relative"; readonly amount: number; readonly unit: TimeUnit }
  | { readonly kind: "absolute"; readonly startMs: number; readonly endMs: number };

export type TimeUnit = "second" | "minute" | "hour" | "day" | "week" | "month" | "year";

/** Milliseconds since 1970; both ends belong to it. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** The moments that a range means at a time. Months and years are those of the calendar in UTC. */
export function spanOf(range: TimeRange, nowMs: number): Span {
  if (range.kind === "absolute") return { startMs: range.startMs, endMs: range.endMs };
  return { startMs: before(nowMs, range.amount, range.unit), endMs: nowMs };
}

const LENGTH_MS: Readonly<Partial<Record<TimeUnit, number>>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

function before(nowMs: number, amount: number, unit: TimeUnit): number {
  const length = LENGTH_MS[unit];
  if (length !== undefined) return nowMs - amount * length;
  const months = unit === "year" ? 12 * amount : amount;
  const then = new Date(nowMs);
  const day = then.getUTCDate();
  then.setUTCDate(1);
  then.setUTCMonth(then.getUTCMonth() - months);
  // The last day of a shorter month stands for the days that it lacks.
  const lastDay = new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() + 1, 0)).getUTCDate();
  then.setUTCDate(Math.min(day, lastDay));
  return then.getTime();
}

const SHORT_UNITS: readonly (readonly [string, TimeUnit])[] = [
  ["s", "second"],
  ["m", "minute"],
  ["h", "hour"],
  ["d", "day"],
  ["w", "week"],
  ["mo", "month"],
  ["y", "year"],
];

/** The range as it stands in an address: `3h`, or two moments of ISO 8601 with `~` between them. */
export function writeTimeRange(range: TimeRange): string {
  if (range.kind === "absolute") return `${iso(range.startMs)}~${iso(range.endMs)}`;
  const short = SHORT_UNITS.find(([, unit]) => unit === range.unit)?.[0] ?? "";
  return `${range.amount}${short}`;
}

const iso = (ms: number) => new Date(ms).toISOString().replace(/\.000Z$/, "Z");

/** Undefined when the text is no range. */
export function readTimeRange(text: string): TimeRange | undefined {
  const relative = /^([1-9]\d{0,5})(s|m|h|d|w|mo|y)$/.exec(text);
  if (relative !== null) {
    const unit = SHORT_UNITS.find(([short]) => short === relative[2])?.[1];
    const range: TimeRange | undefined =
      unit === undefined ? undefined : { kind: "relative", amount: Number(relative[1]), unit };
    return range === undefined || !(spanOf(range, EARLIEST_NOW).startMs >= 0) ? undefined : range;
  }
  const [start = "", end = "", rest] = text.split("~");
  if (rest !== undefined || !isMoment(start) || !isMoment(end)) return undefined;
  const [startMs, endMs] = [Date.parse(start), Date.parse(end)];
  if (!(startMs >= 0 && startMs <= endMs)) return undefined;
  return { kind: "absolute", startMs, endMs };
}

/** No clock that matters is earlier; a relative range must not begin before 1970. */
const EARLIEST_NOW = Date.UTC(2026, 0, 1);

const isMoment = (text: string) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/.test(text);

/** Such as `3 hours`. */
export function relativeText(amount: number, unit: TimeUnit): string {
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
