/** A zone without summer time: what `%z` reads, or one of the names that mean one offset only. Minutes east of Greenwich. */
type OffsetMinutes = number;

export interface ReadTime {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Where in the line the time stands, for trimming it away. */
  readonly start: number;
  readonly end: number;
}

export interface TimestampFormat {
  readonly source: string;
  /** The expression that the word `{timestamp_format}` stands for in a start pattern. */
  readonly pattern: string;
  /** Texts such as `%q` that are no directive, and are looked for as they stand. */
  readonly unknown: readonly string[];
  /** @returns the first time in the line; undefined when there is none, or it is no real date */
  read(line: string, now: number): ReadTime | undefined;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY = 86_400_000;

/**
 * Zone names that mean one offset everywhere. The original reads every name it does not know as UTC, which puts events at
 * a wrong time; here such a name means the zone that the configuration gives.
 */
const ZONES: Readonly<Record<string, OffsetMinutes>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EST: -300,
  EDT: -240,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
  AKST: -540,
  AKDT: -480,
  HST: -600,
};

type Part = "year" | "shortYear" | "month" | "monthName" | "day" | "hour" | "hour12" | "minute" | "second" | "fraction";
type Field = Part | "half" | "zoneName" | "zone" | "weekday";

interface Directive {
  readonly field: Field;
  readonly pattern: string;
}

/**
 * The directives of the original with what they match there. Numbers with two digits may have one, with a blank before it,
 * where the original takes that (`%d`, `%m`). Month names may have any length, which the original gets wrong.
 */
const DIRECTIVES: Readonly<Record<string, Directive>> = {
  "%Y": { field: "year", pattern: "\\d{4}" },
  "%y": { field: "shortYear", pattern: "\\d{2}" },
  "%m": { field: "month", pattern: "\\s{0,1}\\d{1,2}" },
  "%-m": { field: "month", pattern: "\\s{0,1}\\d{1,2}" },
  "%b": { field: "monthName", pattern: "[A-Za-z]{3}" },
  "%B": { field: "monthName", pattern: "[A-Za-z]{3,9}" },
  "%d": { field: "day", pattern: "\\s{0,1}\\d{1,2}" },
  "%-d": { field: "day", pattern: "\\s{0,1}\\d{1,2}" },
  "%A": { field: "weekday", pattern: "[A-Za-z]{6,9}" },
  "%a": { field: "weekday", pattern: "[A-Za-z]{3}" },
  "%H": { field: "hour", pattern: "\\d{2}" },
  "%I": { field: "hour12", pattern: "\\d{2}" },
  "%-I": { field: "hour12", pattern: "\\d{1,2}" },
  "%M": { field: "minute", pattern: "\\d{2}" },
  "%-M": { field: "minute", pattern: "\\d{1,2}" },
  "%S": { field: "second", pattern: "\\d{2}" },
  "%-S": { field: "second", pattern: "\\d{1,2}" },
  "%p": { field: "half", pattern: "[AaPp][Mm]" },
  "%Z": { field: "zoneName", pattern: "[A-Za-z]{1,5}" },
  "%z": { field: "zone", pattern: "[+-]\\d{2}:?\\d{2}" },
  "%f": { field: "fraction", pattern: "\\d{1,9}" },
};

/**
 * Compiles a format of the configuration. Only directives and literal text go into the expression, each bounded, so that a
 * line is searched in time that grows with its length alone.
 * @param zone how a time without a zone is meant
 */
export function timestampFormat(source: string, zone: "local" | "utc"): TimestampFormat {
  const fields: Field[] = [];
  const unknown: string[] = [];
  let captured = "";
  let plain = "";
  for (let at = 0; at < source.length; ) {
    const long = source.slice(at, at + 3);
    const short = source.slice(at, at + 2);
    const name = long in DIRECTIVES ? long : short;
    const directive = DIRECTIVES[name];
    if (directive !== undefined) {
      fields.push(directive.field);
      captured += `(${directive.pattern})`;
      plain += directive.pattern;
      at += name.length;
      continue;
    }
    if (short === "%%") at++;
    else if (short.startsWith("%") && short.length === 2) unknown.push(short);
    const literal = escapeLiteral(source[at] ?? "");
    captured += literal;
    plain += literal;
    at++;
  }
  // A blank that belongs to a one-digit day must not be taken from before the time.
  const trim = (pattern: string) => pattern.replace(/^\(?\\s\{0,1\}/, (found) => (found.startsWith("(") ? "(" : ""));
  const expression = new RegExp(trim(captured));
  return {
    source,
    pattern: `(${trim(plain)})`,
    unknown,
    read(line, now) {
      const match = expression.exec(line);
      if (match === null) return undefined;
      const at = timeOf(fields, match, zone, now);
      return at === undefined ? undefined : { at, start: match.index, end: match.index + match[0].length };
    },
  };
}

function timeOf(
  fields: readonly Field[],
  match: RegExpExecArray,
  zone: "local" | "utc",
  now: number,
): number | undefined {
  let year: number | undefined;
  let month: number | undefined;
  let day: number | undefined;
  let hour = 0;
  let half: string | undefined;
  let minute = 0;
  let second = 0;
  let milliseconds = 0;
  let offset: OffsetMinutes | undefined = zone === "utc" ? 0 : undefined;
  for (let index = 0; index < fields.length; index++) {
    const text = match[index + 1] ?? "";
    switch (fields[index]) {
      case "year":
        year = Number(text);
        break;
      // As in Go: 69 to 99 are of the last century.
      case "shortYear":
        year = Number(text) + (Number(text) >= 69 ? 1900 : 2000);
        break;
      case "month":
        month = Number(text) - 1;
        break;
      case "monthName":
        month = MONTHS.indexOf(text.slice(0, 3).toLowerCase());
        break;
      case "day":
        day = Number(text);
        break;
      case "hour":
      case "hour12":
        hour = Number(text);
        break;
      case "half":
        half = text.toLowerCase();
        break;
      case "minute":
        minute = Number(text);
        break;
      case "second":
        second = Number(text);
        break;
      case "fraction":
        milliseconds = Math.floor(Number(`0.${text}`) * 1000);
        break;
      case "zoneName":
        offset = ZONES[text.toUpperCase()] ?? offset;
        break;
      case "zone":
        offset = (text.startsWith("-") ? -1 : 1) * (Number(text.slice(1, 3)) * 60 + Number(text.slice(-2)));
        break;
      default:
    }
  }
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half === "pm" ? 12 : 0);
  }
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const today = new Date(now);
  const clock: readonly [number, number, number, number] = [hour, minute, second, milliseconds];
  if (month === undefined && day === undefined && year === undefined) {
    // A time of day alone is today's, or yesterday's when that would be ahead of us by more than an hour.
    const guess = instant(today.getFullYear(), today.getMonth(), today.getDate(), clock, offset);
    return guess !== undefined && guess > now + 3_600_000 ? guess - DAY : guess;
  }
  const at = instant(year ?? today.getFullYear(), month ?? 0, day ?? 1, clock, offset);
  // Without a year: a line of late December that is read in January must not be taken for one of next December.
  if (year === undefined && at !== undefined && at - now > 30 * DAY) {
    return instant(today.getFullYear() - 1, month ?? 0, day ?? 1, clock, offset);
  }
  return at;
}

/** @returns epoch milliseconds; undefined when there is no such day */
function instant(
  year: number,
  month: number,
  day: number,
  [hour, minute, second, milliseconds]: readonly [number, number, number, number],
  offset: OffsetMinutes | undefined,
): number | undefined {
  if (month < 0 || month > 11 || day < 1 || day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return undefined;
  const at =
    offset === undefined
      ? new Date(year, month, day, hour, minute, second, milliseconds).getTime()
      : Date.UTC(year, month, day, hour, minute, second, milliseconds) - offset * 60_000;
  // PutLogEvents takes no time before 1970.
  return at >= 0 ? at : undefined;
}

const escapeLiteral = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
