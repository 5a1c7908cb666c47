import { Cron } from "croner";
import { validationError } from "../refusals.ts";

/** When a mute rule holds: from each of its times on, for its duration. */
export interface MuteSchedule {
  /** The window that `nowMs` lies in, windows that touch or overlap taken together; undefined outside of all. */
  windowAt(nowMs: number): MuteWindow | undefined;
  /** Whether there is a time after `nowMs`. */
  hasMore(nowMs: number): boolean;
  /** Whether it comes once or again and again. */
  readonly once: boolean;
}

export interface MuteWindow {
  readonly startMs: number;
  readonly endMs: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Bounds of the API reference, Schedule. */
const LEAST_MS = MINUTE;
const MOST_MS = 15 * DAY;
/** Windows taken together at most: an every-minute rule of 15 days never ends, and is asked for again when this many have passed. */
const MOST_JOINED = 100;

const CRON = /^cron\(([^()]*)\)$/;
const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\)$/;
/** `*`, `,` and `-` with numbers and names: the rest of what the library reads is no syntax of AWS. */
const FIELD = /^[A-Za-z0-9*,-]+$/;

/** @throws ValidationError naming what is wrong */
export function muteSchedule(expression: string, duration: string, timezone: string): MuteSchedule {
  const length = durationMs(duration);
  const cron = CRON.exec(expression)?.[1];
  const once = AT.exec(expression)?.[1];
  if (cron === undefined && once === undefined) {
    throw validationError(
      "Schedule.Expression must be cron(minutes hours day-of-month month day-of-week) or at(yyyy-MM-ddThh:mm).",
    );
  }
  const times = readTimes(cron === undefined ? `${once}:00` : checkedCron(cron), timezone);
  const next = (ms: number) => times.nextRun(new Date(ms))?.getTime();
  return {
    once: once !== undefined,
    hasMore: (nowMs) => next(nowMs) !== undefined,
    windowAt(nowMs) {
      const start = next(nowMs - length);
      if (start === undefined || start > nowMs) return undefined;
      let end = start + length;
      for (let joined = 0; joined < MOST_JOINED; joined++) {
        const following = next(end - length);
        if (following === undefined || following > end) break;
        end = following + length;
      }
      return { startMs: start, endMs: end };
    },
  };
}

function checkedCron(fields: string): string {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 5 || !parts.every((part) => FIELD.test(part))) {
    throw validationError(
      "A cron expression of a mute rule has five fields of letters, digits and * , - : minutes, hours, day of month, month, day of week.",
    );
  }
  return parts.join(" ");
}

function readTimes(pattern: string, timezone: string): Cron {
  try {
    const times = new Cron(pattern, { timezone });
    // The library finds out that a zone is unknown only when it is asked for a time.
    times.nextRun(new Date(0));
    return times;
  } catch (error) {
    throw validationError(
      `Schedule.Expression or Timezone is not valid: ${error instanceof Error ? error.message.replace(/^CronPattern: /, "") : error}`,
    );
  }
}

const DURATION = /^P(?:(\d{1,2})D)?(?:T(?=\d)(?:(\d{1,3})H)?(?:(\d{1,5})M)?)?$/;

function durationMs(text: string): number {
  const [whole, days = "0", hours = "0", minutes = "0"] = DURATION.exec(text) ?? [];
  const ms = Number(days) * DAY + Number(hours) * 60 * MINUTE + Number(minutes) * MINUTE;
  if (whole === undefined || ms < LEAST_MS || ms > MOST_MS) {
    throw validationError(
      `Schedule.Duration must be an ISO 8601 duration from PT1M to P15D, such as PT4H or P2DT12H; it is ${text}.`,
    );
  }
  return ms;
}
