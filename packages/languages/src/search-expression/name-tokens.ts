/** The tokens of a metric's name, a dimension or a namespace. */
export interface NameTokens {
  /** As written, in order; empty for a name without letters and digits. */
  readonly tokens: readonly string[];
  /** The same in lower case. */
  readonly lower: readonly string[];
  /** All of them in lower case as one, which is a token too. */
  readonly whole: string;
}

/**
 * A token is a run of digits, of capitals (the last of which begins the next token if a small letter follows: SDB, Failure), or a
 * capital or none with small letters. Other characters separate. Letters without case count as small.
 */
const TOKEN = /\p{N}+|\p{Lu}+(?!\p{Ll})|\p{Lu}?[[\p{L}\p{M}]--\p{Lu}]+/gv;

/** Splits a name as the user guide's table does: `Project2-trial333` into Project, 2, trial, 333. */
export function tokensOf(name: string): NameTokens {
  const tokens = name.match(TOKEN) ?? [];
  const lower = tokens.map((token) => token.toLowerCase());
  return { tokens, lower, whole: lower.join("") };
}
