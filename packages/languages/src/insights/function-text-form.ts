import type { ScalarFunction } from "./function.ts";
import { parseRegex, type RegexPattern } from "./regex.ts";
import { engineRegex } from "./regex-engine.ts";
import { sqlString } from "./sql-quote.ts";
import { asNumber, asText, isNeverNumber, json, MISSING, number, text } from "./sql-value.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

function regexOf(source: unknown): RegexPattern | string {
  if (typeof source !== "string") return "regexReplace takes a quoted regular expression as its second argument";
  try {
    return parseRegex(source, { start: 0, end: source.length });
  } catch (error) {
    if (error instanceof InsightsSyntaxError) return error.message.replace(/\.$/, "");
    throw error;
  }
}

/** `$1` and `\\1` stand for groups; the engine writes the latter, and refuses groups that are not there. */
function replacementOf(given: string): { readonly sql: string; readonly highest: number } {
  const engine = given.replace(/\\(?![0-9\\])/g, "\\\\").replace(/\$([0-9])/g, "\\$1");
  const highest = Math.max(0, ...[...engine.matchAll(/\\([0-9])/g)].map(([, digit]) => Number(digit)));
  return { sql: sqlString(engine), highest };
}

const HEX = "'^(?:0[xX])?[0-9a-fA-F]{1,16}$'";

/** Texts taken apart and put into other forms. */
export const textFormFunctions: readonly ScalarFunction[] = [
  {
    name: "regexReplace",
    minimum: 3,
    maximum: 3,
    literalAt: [1, 2],
    check: ([, pattern, replacement]) => {
      const regex = regexOf(pattern);
      if (typeof regex === "string") return regex;
      if (typeof replacement !== "string") return "regexReplace takes quoted text as its third argument";
      const { highest } = replacementOf(replacement);
      return highest <= regex.groups.length
        ? undefined
        : `The replacement names group ${highest}, but the expression has ${regex.groups.length}`;
    },
    compile: ([subject = MISSING, pattern, replacement]) => {
      if (subject.type === "missing") return MISSING;
      const regex = engineRegex(String(pattern?.constant ?? ""));
      return text(
        `replaceRegexpAll(${asText(subject)}, ${sqlString(regex)}, ${replacementOf(String(replacement?.constant ?? "")).sql})`,
      );
    },
  },
  {
    name: "split",
    minimum: 2,
    maximum: 2,
    literalAt: [1],
    check: ([, separator]) =>
      typeof separator === "string" && separator !== ""
        ? undefined
        : "split takes quoted text that is not empty as its second argument",
    compile: ([subject = MISSING, separator]) => {
      if (subject.type === "missing") return MISSING;
      const source = asText(subject);
      const parts = `splitByString(${sqlString(String(separator?.constant ?? ""))}, assumeNotNull(${source}))`;
      return json(`if(isNull(${source}), NULL, toJSONString(${parts}))`);
    },
  },
  {
    // Bytes that are no UTF-8 show as replacement characters; text that is no hexadecimal gives nothing.
    name: "hexToAscii",
    minimum: 1,
    maximum: 1,
    compile: ([subject = MISSING]) => {
      if (subject.type === "missing") return MISSING;
      const digits = `replaceRegexpOne(assumeNotNull(${asText(subject)}), '^0[xX]', '')`;
      return text(
        `if(ifNull(match(${asText(subject)}, '^(?:0[xX])?(?:[0-9a-fA-F]{2})+$'), 0), toValidUTF8(unhex(${digits})), NULL)`,
      );
    },
  },
  {
    name: "hexToDec",
    minimum: 1,
    maximum: 1,
    compile: ([subject = MISSING]) => {
      if (subject.type === "missing") return MISSING;
      const digits = `leftPad(replaceRegexpOne(assumeNotNull(${asText(subject)}), '^0[xX]', ''), 16, '0')`;
      return number(
        `if(ifNull(match(${asText(subject)}, ${HEX}), 0), toFloat64(reinterpretAsUInt64(reverse(unhex(${digits})))), NULL)`,
      );
    },
  },
  {
    // Whole numbers from 0 that a double holds exactly.
    name: "decToHex",
    minimum: 1,
    maximum: 1,
    compile: ([subject = MISSING]) => {
      if (isNeverNumber(subject)) return MISSING;
      const value = asNumber(subject);
      const digits = `replaceRegexpOne(lower(hex(toUInt64(assumeNotNull(${value})))), '^0+(.)', '\\\\1')`;
      return text(
        `if(ifNull(${value} >= 0 AND ${value} <= 9007199254740991 AND floor(${value}) = ${value}, 0), ${digits}, NULL)`,
      );
    },
  },
  // Nothing is masked when it is stored; see CHOICES.md.
  { name: "unmask", minimum: 1, maximum: 1, compile: ([subject = MISSING]) => subject },
];
