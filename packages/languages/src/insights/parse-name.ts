import type { NameNode } from "./node.ts";
import type { Span } from "./syntax-error.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** From a command's word to the last token read. */
export function spanFrom(reader: TokenReader, verb: Token): Span {
  return { start: verb.span.start, end: reader.last().span.end };
}

/** An alias or a name; `after` is the word before it, for the message. */
export function parseName(reader: TokenReader, after: string): NameNode {
  const token = reader.next();
  if (token.kind !== "identifier") {
    reader.fail(
      `Expected a name after ${after} but found ${describe(token)}. Put names with other characters in backticks.`,
      token.span,
    );
  }
  return Object.freeze({ name: token.value, span: token.span });
}
