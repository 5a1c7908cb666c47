/** Times and sizes as people read them. Every time is milliseconds since 1970, every zone a name that `Intl` knows. */

const formats = new Map<string, Intl.DateTimeFormat>();

function partsOf(ms: number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      fractionalSecondDigits: 3,
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]));
}

/** `2026-11-21 05:43:52.123`, with milliseconds for log events. */
export function timeWithMillis(ms: number, zone: string): string {
  const at = partsOf(ms, zone);
  return `${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}:${at.second}.${at.fractionalSecond}`;
}

/** `2026-11-21 05:43:52`. */
export const timeText = (ms: number, zone: string): string => timeWithMillis(ms, zone).slice(0, 19);

/** `2026-11-21T05:43:52.123+01:00`, with the zone's offset at that time: what to copy. */
export function timeWithOffset(ms: number, zone: string): string {
  return `${timeWithMillis(ms, zone).replace(" ", "T")}${offsetText(offsetMinutes(ms, zone))}`;
}

/** Minutes that the zone is ahead of UTC at that time. */
export function offsetMinutes(ms: number, zone: string): number {
  const at = partsOf(ms, zone);
  const wall = Date.UTC(
    Number(at.year),
    Number(at.month) - 1,
    Number(at.day),
    Number(at.hour),
    Number(at.minute),
    Number(at.second),
  );
  return Math.round((wall - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** `+01:00`. */
export function offsetText(minutes: number): string {
  const all = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${twoDigits(Math.floor(all / 60))}:${twoDigits(all % 60)}`;
}

const twoDigits = (value: number) => String(value).padStart(2, "0");

/** `3 minutes ago`, `in 2 hours`; `now` within ten seconds. */
export function timeAgo(ms: number, now: number): string {
  const seconds = (ms - now) / 1000;
  if (Math.abs(seconds) < 10) return "now";
  const text = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (["second", 1] as const);
  return text.format(Math.trunc(seconds / size), unit);
}

const UNITS = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `1,234,567`. */
export const numberText = (value: number): string => value.toLocaleString("en-US");

/** `1.5 MB`, in steps of 1,000 as CloudWatch counts; three digits at most. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = "bytes";
  for (const next of ["KB", "MB", "GB", "TB", "PB"]) {
    // 999.5 would be written as 1000.
    if (Math.abs(value) < 999.5) break;
    value /= 1000;
    unit = next;
  }
  if (unit === "bytes") return value === 1 ? "1 byte" : `${numberText(value)} bytes`;
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/** `340 ms`, `1.25 s`, `2 min 5 s`, `3 h 4 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toPrecision(3))} s`;
  const seconds = Math.round(ms / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
