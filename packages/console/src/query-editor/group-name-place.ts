/** Where a log group's name is being written: the part that stands there already, from `start` to the cursor. */
export interface GroupNamePlace {
  readonly start: number;
  readonly written: string;
}

/** A list of quoted names behind SOURCE, or of the prefixes of `logGroups`, whose last quote is still open. */
const IN_NAMES =
  /(?:\bsource\s+|\bnameprefix\s*:\s*\[\s*)(?:'[^'\n]*'\s*,\s*|"[^"\n]*"\s*,\s*)*(?:'([^'\n]*)|"([^"\n]*))$/i;

/** SOURCE stands in front or in a query of its own within parentheses, so what precedes the name fits here. */
const MOST_BEFORE = 4_000;

/** The place of a log group's name at the cursor; undefined where none belongs. */
export function groupNamePlace(text: string, cursor: number): GroupNamePlace | undefined {
  const before = text.slice(Math.max(0, cursor - MOST_BEFORE), cursor);
  const match = IN_NAMES.exec(before);
  if (match === null) return undefined;
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (/^\s*#/.test(line)) return undefined;
  const written = match[1] ?? match[2] ?? "";
  return { start: cursor - written.length, written };
}
