import type { ScalarFunction } from "./function.ts";
import { sqlString } from "./sql-quote.ts";
import { asNumber, asText, isNeverNumber, MISSING, number, text } from "./sql-value.ts";

/** Letters of Java's date patterns that the engine reads and writes. */
const JAVA_LETTERS = "yMdHhKkmsSaED";
/** strftime's letters, as the engine writes them; some of the engine's own go by other letters, or mean something else. */
const STRFTIME: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  ...Object.fromEntries([..."abCdDeFgGHIjklmnpRStTuVwyYz%"].map((letter) => [letter, `%${letter}`])),
  A: "%W",
  B: "%M",
  M: "%i",
  f: "%f",
  h: "%b",
  r: "%I:%i:%S %p",
});

function patternProblem(name: string, pattern: unknown): string | undefined {
  if (typeof pattern !== "string" || pattern === "")
    return `${name} takes a quoted pattern such as "yyyy-MM-dd HH:mm:ss"`;
  if (pattern.includes("%")) return undefined;
  if (pattern.split("'").length % 2 === 0) return `${name} finds a ' without its partner; write two for one of its own`;
  const unknown = pattern.replace(/'[^']*'/g, "").match(new RegExp(`[A-Za-z](?<![${JAVA_LETTERS}])`))?.[0];
  return unknown === undefined
    ? undefined
    : `${name} does not know the letter ${unknown} of this pattern; quote words in it with ' and use ${JAVA_LETTERS}`;
}

/** The engine reads no finer times. */
function fractionProblem(pattern: unknown): string | undefined {
  const finer = typeof pattern === "string" && /S{7}/.test(pattern.replace(/'[^']*'/g, ""));
  return finer ? "parseDate reads at most six digits of a second, which are SSSSSS" : undefined;
}

function strftimeProblem(pattern: unknown): string | undefined {
  if (typeof pattern !== "string") return undefined;
  const unknown = [...pattern.matchAll(/%(.?)/g)].find(([, letter = ""]) => STRFTIME[letter] === undefined);
  return unknown === undefined ? undefined : `strftime does not know ${unknown[0]}; %% stands for a percent sign`;
}

/** Zones are named ("Europe/Berlin"), because the engine knows no others. */
function zoneProblem(zone: unknown): string | undefined {
  if (zone === undefined) return undefined;
  const problem = 'The time zone is a name such as "UTC" or "Europe/Berlin"';
  if (typeof zone !== "string" || !/^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/.test(zone)) return problem;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return undefined;
  } catch {
    return problem;
  }
}

function format(name: string): ScalarFunction {
  return {
    name,
    minimum: 2,
    maximum: 3,
    literalAt: [1, 2],
    check: ([, pattern, zone]) =>
      patternProblem(name, pattern) ??
      (typeof pattern === "string" && pattern.includes("%") ? strftimeProblem(pattern) : undefined) ??
      zoneProblem(zone),
    compile: ([subject = MISSING, pattern, zone]) => {
      if (isNeverNumber(subject)) return MISSING;
      const ms = asNumber(subject);
      const given = String(pattern?.constant ?? "");
      const time = `fromUnixTimestamp64Milli(toInt64(if(${ms} >= 0 AND ${ms} < 9e12, ${ms}, NULL)), 'UTC')`;
      const place = sqlString(String(zone?.constant ?? "UTC"));
      return text(
        given.includes("%")
          ? `formatDateTime(${time}, ${sqlString(given.replace(/%(.)/g, (_all, letter: string) => STRFTIME[letter] ?? ""))}, ${place})`
          : `formatDateTimeInJodaSyntax(${time}, ${sqlString(given)}, ${place})`,
      );
    },
  };
}

/** Times as texts of a given form. Patterns are Java's (`yyyy-MM-dd`), or strftime's where they hold a percent sign. */
export const timeTextFunctions: readonly ScalarFunction[] = [
  format("formatDate"),
  format("strftime"),
  {
    // Milliseconds since the epoch; text that does not have the form gives nothing.
    name: "parseDate",
    minimum: 2,
    maximum: 3,
    literalAt: [1, 2],
    check: ([, pattern, zone]) =>
      typeof pattern === "string" && pattern.includes("%")
        ? 'parseDate takes a pattern such as "yyyy-MM-dd HH:mm:ss"'
        : (patternProblem("parseDate", pattern) ?? fractionProblem(pattern) ?? zoneProblem(zone)),
    compile: ([subject = MISSING, pattern, zone]) => {
      if (subject.type === "missing") return MISSING;
      const place = sqlString(String(zone?.constant ?? "UTC"));
      const given = sqlString(String(pattern?.constant ?? ""));
      return number(
        `toFloat64(toUnixTimestamp64Milli(parseDateTime64InJodaSyntaxOrNull(${asText(subject)}, ${given}, ${place})))`,
      );
    },
  },
];
