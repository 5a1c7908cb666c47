import { asNumber, asText, text, type Value } from "./sql-value.ts";

/**
 * AWS's order of mixed values: first everything that is no number, split into
 * runs of digits and non-digits, then the numbers by value. Non-digits compare
 * by code point, digit runs by length and then by value.
 */
export function sortKeys(value: Value): readonly string[] {
  if (value.type === "number" || value.type === "boolean" || value.type === "timestamp") return [value.sql];
  if (value.type === "missing") return [];
  const subject = asText(value);
  const parsed = asNumber(text(subject));
  return [`isNotNull(${parsed})`, `ifNull(${parsed}, 0)`, `if(isNotNull(${parsed}), '', ${naturalKey(subject)})`];
}

/**
 * Text whose byte order is AWS's order of non-numbers: each digit run gets its
 * length, in six digits, in front. The leading 0 keeps a digit run among the
 * digits when a non-digit stands against it.
 */
export function naturalKey(subject: string): string {
  const runs = `extractAll(ifNull(${subject}, ''), '[0-9]+|[^0-9]+')`;
  return `arrayStringConcat(arrayMap(r -> if(match(r, '^[0-9]'), concat('0', leftPad(toString(length(r)), 6, '0'), r), r), ${runs}))`;
}

/** ORDER BY terms of a key. Missing values come last in either direction. */
export function orderBy(value: Value, descending: boolean): readonly string[] {
  const direction = descending ? "DESC" : "ASC";
  const keys = sortKeys(value).map((key) => `${key} ${direction} NULLS LAST`);
  return value.nullable && keys.length > 1 ? [`isNull(${asText(value)}) ASC`, ...keys] : keys;
}
