import { sqlInteger, sqlString } from "./sql-quote.ts";

/** An array of captures as SQL, and the condition (over the array's column) that the text matched. */
export interface Captures {
  readonly array: string;
  readonly matched: (array: string) => string;
}

/**
 * The captures of a glob. Every `*` takes as little as it can up to the text
 * after it; a last `*` takes the rest. A glob that starts with `*` captures from
 * the start of the text; one that starts with other text may match anywhere.
 *
 * When one and the same character separates all captures, splitting at it
 * gives the same result as the regular expression and is several times faster.
 */
export function compileGlob(glob: string, source: string): Captures {
  const pieces = glob.split("*");
  const inner = pieces.slice(1, -1);
  const [separator = ""] = inner;
  const splits =
    pieces[0] === "" &&
    pieces.at(-1) === "" &&
    // One byte in UTF-8: the engine splits at bytes.
    separator.length === 1 &&
    separator.charCodeAt(0) < 0x80 &&
    inner.every((piece) => piece === separator);
  if (splits) {
    const count = sqlInteger(pieces.length - 1);
    return {
      array: `splitByChar(${sqlString(separator)}, ${source}, ${count})`,
      matched: (array) => `length(${array}) = ${count}`,
    };
  }
  return compileGroups(globRegex(glob), source);
}

/** The glob as a regular expression of the engine; `anchored` ties a leading `*` to the start of the text. */
export function globRegex(glob: string, anchored = true): string {
  const pieces = glob.split("*");
  const literals = pieces.map((piece) => piece.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
  const last = literals.length - 1;
  return literals.reduce((pattern, literal, index) => {
    if (index === 0) return literal === "" && anchored ? "(?s)^" : `(?s)${literal}`;
    return `${pattern}${index === last && literal === "" ? "(.*)" : "(.*?)"}${literal}`;
  }, "");
}

/** The capture groups of the first match; an empty array without one. */
export function compileGroups(regex: string, source: string): Captures {
  return { array: `extractGroups(${source}, ${sqlString(regex)})`, matched: (array) => `notEmpty(${array})` };
}
