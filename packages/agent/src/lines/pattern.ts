import { RE2JS, RE2JSException } from "re2js";

/**
 * A regular expression in RE2's dialect, which is the original's (it is written in Go), matched in time that grows with the
 * line alone.
 */
export interface Pattern {
  readonly source: string;
  /** @returns whether the expression matches somewhere in the text */
  matches(text: string): boolean;
}

/** @throws PatternError when the expression is none */
export function compilePattern(source: string): Pattern {
  try {
    const compiled = RE2JS.compile(source);
    return { source, matches: (text) => compiled.matcher(text).find() };
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(error.message.replace(/^error parsing regexp: /, ""));
    throw error;
  }
}

export class PatternError extends Error {
  override readonly name = "PatternError";
}
