/**
 * The one place where text becomes part of SQL. Everything a user wrote passes
 * through here; identifiers of the compiled SQL are our own (`c1`, `c2`, …).
 *
 * Literals are used instead of bound parameters because ClickHouse takes
 * parameters in the URL, where a 10,000-character query would not fit.
 */

/** A ClickHouse string literal. Backslash, quote and control characters are escaped, so nothing can end it early. */
export function sqlString(text: string): string {
  const body = text
    .toWellFormed()
    .replace(/[\\']/g, "\\$&")
    .replace(/[\p{Cc}--[\x80-\x9f]]/gv, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `'${body}'`;
}

/** A ClickHouse Float64 literal. */
export function sqlNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite number: ${value}`);
  const text = String(Math.abs(value));
  return value < 0 ? `(-toFloat64(${text}))` : `toFloat64(${text})`;
}

/** A ClickHouse integer literal within the exact range of a double. */
export function sqlInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not an exact integer: ${value}`);
  return String(value);
}

/** A LIKE pattern, as a literal, that matches any text containing `needle`. */
export function sqlContainsPattern(needle: string): string {
  return sqlString(`%${needle.replace(/[\\%_]/g, "\\$&")}%`);
}
