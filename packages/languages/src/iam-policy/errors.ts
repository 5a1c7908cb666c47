import { LanguageError } from "../syntax/language-error.ts";

/**
 * A policy that AWS would refuse. `message` is AWS's text of MalformedPolicyDocument, which tells no place; `detail` says
 * in our words what is wrong. Offsets are UTF-16 positions in the document, end exclusive.
 */
export class PolicyError extends LanguageError {
  override readonly name = "PolicyError";
  readonly detail: string;

  constructor(message: string, detail: string, startOffset: number, endOffset: number) {
    super(message, { start: startOffset, end: endOffset });
    this.detail = detail;
  }
}

/** AWS's text for whatever breaks the grammar of policies. */
export const SYNTAX = "Syntax errors in policy.";
/** AWS's text for values that the older of its two parsers refuses, such as a date that is none. */
export const LEGACY = "The policy failed legacy parsing";

/** Where an offset is, for people: lines and columns count from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** AWS's text, and where its text says nothing of what and where, that too. */
export function policyErrorText(error: PolicyError, document: string): string {
  if (error.message !== SYNTAX && error.message !== LEGACY) return error.message;
  const { line, column } = placeOf(document, error.startOffset);
  return `${error.message.replace(/\.$/, "")}: line ${line}, column ${column}: ${error.detail}`;
}
