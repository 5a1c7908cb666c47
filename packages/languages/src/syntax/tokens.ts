import type { Span } from "./language-error.ts";

/** A piece of a text that its parser takes as one. */
export interface TokenOf<Kind extends string> {
  readonly kind: Kind;
  /** As it is written. */
  readonly text: string;
  /** What is meant: without quotes and escapes. */
  readonly value: string;
  readonly span: Span;
}

/** Splits a text at blanks and by `read`, which gives the token that begins at a place; the last token is of kind "end". */
export function tokensOf<Kind extends string>(
  text: string,
  read: (text: string, start: number) => TokenOf<Kind>,
): readonly TokenOf<Kind | "end">[] {
  const tokens: TokenOf<Kind | "end">[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    const token = read(text, at);
    tokens.push(Object.freeze(token));
    at = token.span.end;
  }
  tokens.push(Object.freeze({ kind: "end", text: "", value: "", span: { start: text.length, end: text.length } }));
  return Object.freeze(tokens);
}
