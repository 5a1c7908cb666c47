import { EVENT_COLUMNS } from "./field.ts";
import { sqlContainsPattern } from "./sql-quote.ts";
import { numberFromText, type Value } from "./sql-value.ts";

/**
 * Conditions on the raw message that follow from a condition on something
 * inside it. They let the engine use its index on the message, and skip the
 * costly work for events that cannot match.
 */

/** The index finds pieces of four characters and more; one of three still spares reading the fields of most events. */
const MIN_NEEDLE = 3;
const MIN_INDEXED = 4;
/** How JSON escapes an ASCII character; long enough for the index. */
const JSON_ESCAPE = "\\u00";
/** More alternatives cost more than they save. */
const MAX_ALTERNATIVES = 10;

/**
 * The condition that the message holds `needle`, given that `value` holds it or,
 * with `whole`, is it. Undefined when nothing follows.
 */
export function messageHolds(value: Value, needle: string, whole = false): string | undefined {
  if (value.within === "exact") return needle.length < MIN_NEEDLE ? undefined : contains(needle);
  if (value.within === undefined || /^[[{]/.test(needle)) return undefined;
  // JSON may write any character as an escape. Writers leave these alone; one that does not writes \\u00..,
  // so such messages stay in. Numbers have many spellings, so a piece that may be part of one is no use.
  const runs = (needle.match(/[A-Za-z0-9 _.-]+/g) ?? []).filter((run) => whole || /[A-DF-Za-df-z_ ]/.test(run));
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  if (longest.length < MIN_NEEDLE) return undefined;
  const held = `(${contains(longest)}) OR ${contains(JSON_ESCAPE)}`;
  // The index on the message helps a column too, but the messages themselves need not be read then.
  return value.within === "column" ? `indexHint(${held})` : held;
}

/** The condition that the message holds the key behind which a value stands that is there, for the engine's index alone. */
export function messageHoldsKey({ behindKey }: Value): string | undefined {
  if (behindKey === undefined || behindKey.length < MIN_INDEXED) return undefined;
  return `indexHint((${contains(behindKey)}) OR ${contains(JSON_ESCAPE)})`;
}

/** LIKE is the form of a search for which the engine uses the index. */
function contains(needle: string): string {
  return `${EVENT_COLUMNS.message} LIKE ${sqlContainsPattern(needle)}`;
}

/** The same for a value equal to one of several constants. Numbers have many spellings, so they narrow nothing. */
export function messageHoldsOneOf(value: Value, constants: readonly (string | number | boolean)[]): string | undefined {
  if (constants.length > MAX_ALTERNATIVES) return undefined;
  const conditions: string[] = [];
  for (const constant of constants) {
    const plain = typeof constant === "string" && numberFromText(constant) === undefined;
    const condition = plain ? messageHolds(value, constant, true) : undefined;
    if (condition === undefined) return undefined;
    conditions.push(`(${condition})`);
  }
  return conditions.length === 0 ? undefined : conditions.join(" OR ");
}

/** The same for a value that matches a regular expression with these certain literals. */
export function messageHoldsAll(value: Value, literals: readonly string[]): string | undefined {
  const conditions = literals.flatMap((literal) => {
    const condition = messageHolds(value, literal);
    return condition === undefined ? [] : [`(${condition})`];
  });
  return conditions.length === 0 ? undefined : conditions.slice(0, MAX_ALTERNATIVES).join(" AND ");
}
