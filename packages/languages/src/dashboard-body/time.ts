import type { Guard } from "./json-guard.ts";

const RELATIVE =
  /^-P(?=\d|T\d)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/;
const ABSOLUTE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/** Now, as CloudWatch's console writes it into the sources of images. */
const NOW = /^P(?:0D|T0[HMS])$/;

/** A month is 30 days and a year 365, as in the console's choice of ranges. */
const UNIT_MS = [365 * 86_400_000, 30 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/**
 * The time that `start` or `end` stands for, in milliseconds since 1970: so long before now (`-PT3H`, `-P7D`), or absolute
 * (`2026-11-20T12:00:00.000Z`). Undefined for anything else.
 */
export function resolveTime(text: string, nowMs: number): number | undefined {
  if (NOW.test(text)) return nowMs;
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const back = UNIT_MS.reduce((sum, unit, index) => sum + unit * Number(relative[index + 1] ?? 0), 0);
    const time = nowMs - back;
    return Number.isFinite(new Date(time).getTime()) ? time : undefined;
  }
  if (!ABSOLUTE.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

/** `start` and `end` of a dashboard or a widget. */
export const isTime: Guard<string> = (value, place): value is string =>
  (typeof value === "string" && resolveTime(value, 0) !== undefined) ||
  place.error("Should be a time relative to now, such as -PT3H, or an absolute one, such as 2018-12-17T06:00:00.000Z");
