import type { ScalarFunction } from "./function.ts";
import { asNumber, asText, boolean, isPresent, number, text, type Value } from "./sql-value.ts";

/** A function of texts only; a missing argument makes the result missing. */
function ofTexts(name: string, count: number, sql: (...operands: string[]) => string): ScalarFunction {
  return { name, minimum: count, maximum: count, compile: (args) => text(sql(...args.map(asText))) };
}

/** A test of texts; a missing argument makes it false. */
function test(name: string, sql: (subject: string, needle: string) => string): ScalarFunction {
  return {
    name,
    minimum: 2,
    maximum: 2,
    compile: (args) => {
      const [subject = "NULL", needle = "NULL"] = args.map(asText);
      return boolean(`ifNull(${sql(subject, needle)}, 0)`);
    },
  };
}

/** The optional second argument is a set of characters; whitespace is stripped without it. */
function trim(name: string, sql: string): ScalarFunction {
  return {
    name,
    minimum: 1,
    maximum: 2,
    literalAt: [1],
    check: ([, characters]) =>
      characters === undefined || typeof characters === "string"
        ? undefined
        : `${name} takes quoted text as its second argument`,
    compile: ([subject, characters]) => {
      const operand = subject === undefined ? "NULL" : asText(subject);
      return text(`${sql}(${operand}, ${characters === undefined ? "' \\t\\r\\n\\f\\v'" : asText(characters)})`);
    },
  };
}

/** `substr(text, start[, length])` counts code points from 0; negative positions count as 0. */
function substr([subject, start, length]: readonly Value[]): Value {
  if (subject === undefined || start === undefined) throw new Error("substr takes a text and a start");
  const position = (value: Value) => `toInt64(least(greatest(floor(${asNumber(value)}), 0), 2000000000))`;
  const from = `${position(start)} + 1`;
  return text(
    length === undefined
      ? `substringUTF8(${asText(subject)}, ${from})`
      : `substringUTF8(${asText(subject)}, ${from}, ${position(length)})`,
  );
}

/** Missing arguments are skipped, so that the parts that exist still show. */
function concat(args: readonly Value[]): Value {
  return text(
    `concat(${args.map((arg) => (arg.nullable ? `ifNull(${asText(arg)}, '')` : asText(arg))).join(", ")}, '')`,
    false,
  );
}

function strcontains([subject, needle, ignoreCase]: readonly Value[]): Value {
  if (subject === undefined || needle === undefined) throw new Error("strcontains takes two texts");
  const find = ignoreCase?.constant === true || ignoreCase?.constant === 1 ? "positionCaseInsensitiveUTF8" : "position";
  return boolean(`ifNull(${find}(${asText(subject)}, ${asText(needle)}) > 0, 0)`);
}

export const stringFunctions: readonly ScalarFunction[] = [
  {
    name: "isempty",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => boolean(subject === undefined ? "1" : `ifNull(${asText(subject)} = '', 1)`),
  },
  {
    name: "isblank",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) =>
      boolean(subject === undefined ? "1" : `ifNull(trimBoth(${asText(subject)}, ' \\t\\r\\n\\f\\v') = '', 1)`),
  },
  { name: "concat", minimum: 1, maximum: 50, compile: concat },
  trim("trim", "trimBoth"),
  trim("ltrim", "trimLeft"),
  trim("rtrim", "trimRight"),
  {
    name: "strlen",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => number(`toFloat64(lengthUTF8(${subject === undefined ? "NULL" : asText(subject)}))`),
  },
  ofTexts("toupper", 1, (subject) => `upperUTF8(${subject})`),
  ofTexts("tolower", 1, (subject) => `lowerUTF8(${subject})`),
  { name: "substr", minimum: 2, maximum: 3, compile: substr },
  ofTexts("replace", 3, (subject, find, replacement) => `replaceAll(${subject}, ${find}, ${replacement})`),
  {
    name: "strcontains",
    minimum: 2,
    maximum: 3,
    literalAt: [2],
    compile: strcontains,
  },
  test("startsWith", (subject, needle) => `startsWith(${subject}, ${needle})`),
  test("endsWith", (subject, needle) => `endsWith(${subject}, ${needle})`),
  ofTexts("urlencode", 1, (subject) => `encodeURLComponent(${subject})`),
  ofTexts("urldecode", 1, (subject) => `decodeURLComponent(${subject})`),
  ofTexts("base64encode", 1, (subject) => `base64Encode(${subject})`),
  ofTexts("base64decode", 1, (subject) => `tryBase64Decode(${subject})`),
  ofTexts("md5", 1, (subject) => `lower(hex(MD5(${subject})))`),
  ofTexts("sha256", 1, (subject) => `lower(hex(SHA256(${subject})))`),
  {
    name: "isNumeric",
    minimum: 1,
    maximum: 1,
    compile: ([subject]) => boolean(subject === undefined ? "0" : isPresent({ ...number(asNumber(subject)) })),
  },
];
