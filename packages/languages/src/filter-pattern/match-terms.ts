import type { Matcher } from "./matcher.ts";
import type { TermsPattern, TextNode } from "./nodes.ts";
import { compileRegex } from "./regex.ts";

/** Compiles a pattern of terms. It extracts nothing: the language names no fields. */
export function compileTerms(pattern: TermsPattern): Matcher {
  const matches = compileTest(pattern);
  return { matches, extract: (message) => (matches(message) ? {} : undefined) };
}

function compileTest({ required, excluded, optional }: TermsPattern): (message: string) => boolean {
  const wanted = required.map(compileText);
  const unwanted = excluded.map(compileText);
  if (wanted.length > 0 || unwanted.length > 0) {
    return (message) => wanted.every((found) => found(message)) && !unwanted.some((found) => found(message));
  }
  const any = optional.map(compileText);
  return any.length === 0 ? () => true : (message) => any.some((found) => found(message));
}

function compileText(node: TextNode): (message: string) => boolean {
  if (node.kind === "regex") return compileRegex(node);
  const { text } = node;
  return (message) => message.includes(text);
}
