import { Cron } from "croner";

/** When something runs again and again. */
export interface Schedule {
  /** The first time after `afterMs`; undefined when there is none. Both in milliseconds since the epoch. */
  next(afterMs: number): number | undefined;
}

/** An expression that can't be understood; the message is for the caller. */
export class ScheduleRefused extends Error {
  override readonly name = "ScheduleRefused";
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** What stands in the fields of a cron expression; the rest of what the library reads is no AWS syntax. */
const FIELD = /^[A-Za-z0-9*,/?#-]+$/;
/** Greatest value of the fields in which a step may begin at a number: minute, hour, day of month, month, and year. */
const LAST = [59, 23, 31, 12, undefined, 2199];

/**
 * Reads `cron(minute hour day-of-month month day-of-week year)`, in which one of the two days is `*` or `?` and Sunday is
 * day 1, or `rate(5 minutes)`, which counts from `anchorMs`.
 * @throws ScheduleRefused
 */
export function parseSchedule(expression: string, timezone: string, anchorMs: number): Schedule {
  checkTimezone(timezone);
  const [, kind, inner] = /^\s*(cron|rate)\(([^()]*)\)\s*$/.exec(expression) ?? [];
  if (inner === undefined) {
    throw new ScheduleRefused(
      "The schedule expression must be cron(minute hour day-of-month month day-of-week year) or rate(value unit).",
    );
  }
  return kind === "rate" ? parseRate(inner, anchorMs) : parseCron(inner, timezone);
}

function parseRate(text: string, anchorMs: number): Schedule {
  const [, digits, unit, plural] = /^\s*([1-9]\d{0,5})\s+(minute|hour|day)(s?)\s*$/.exec(text) ?? [];
  if (digits === undefined || (unit !== "minute" && unit !== "hour" && unit !== "day")) {
    throw new ScheduleRefused("A rate is a whole number and minutes, hours or days, such as rate(5 minutes).");
  }
  if ((digits === "1") !== (plural === "")) {
    throw new ScheduleRefused("A rate of 1 has its unit in the singular, any other in the plural.");
  }
  const everyMs = Number(digits) * UNIT_MS[unit];
  return { next: (afterMs) => anchorMs + (Math.max(0, Math.floor((afterMs - anchorMs) / everyMs)) + 1) * everyMs };
}

function parseCron(text: string, timezone: string): Schedule {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 6 || !fields.every((field) => FIELD.test(field))) {
    throw new ScheduleRefused(
      "A cron expression has six fields of letters, digits and * , - / ? # : minute, hour, day of month, month, day of week, year.",
    );
  }
  const [, , dayOfMonth, , dayOfWeek] = fields;
  if (!isAny(dayOfMonth) && !isAny(dayOfWeek)) {
    throw new ScheduleRefused("Of day of month and day of week one must be ? or *.");
  }
  const pattern = fields.map((field, index) => (field === "?" ? "*" : stepsFromNumber(field, LAST[index])));
  let cron: Cron;
  try {
    cron = new Cron(["0", ...pattern].join(" "), { mode: "7-part", timezone, alternativeWeekdays: true });
  } catch (error) {
    throw new ScheduleRefused(
      `The cron expression is not valid: ${error instanceof Error ? error.message.replace(/^CronPattern: /, "") : error}`,
    );
  }
  return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() };
}

const isAny = (field: string | undefined) => field === "?" || field === "*";

/** `0/15` is AWS's way to say from 0 in steps of 15; the library wants the end of the range. */
function stepsFromNumber(field: string, last: number | undefined): string {
  if (last === undefined) return field;
  return field.replace(/(^|,)(\d+)\/(\d+)(?=,|$)/g, (_all, before, from, step) => `${before}${from}-${last}/${step}`);
}

function checkTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: timezone });
  } catch {
    throw new ScheduleRefused(`The time zone ${timezone} is not known; give a name such as Europe/Berlin or UTC.`);
  }
}
