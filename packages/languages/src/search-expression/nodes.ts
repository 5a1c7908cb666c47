import { LanguageError, type Span } from "../syntax/language-error.ts";

/** A parsed search: which metrics it finds. Frozen plain data; at least one of `schema` and `term` is there. */
export interface SearchExpression {
  readonly text: string;
  /** Only metrics of this namespace with exactly these dimensions. */
  readonly schema: SearchSchema | undefined;
  readonly term: SearchNode | undefined;
}

export interface SearchSchema {
  readonly namespace: string;
  readonly dimensionNames: readonly string[];
}

export type SearchNode =
  | { readonly kind: "and" | "or"; readonly parts: readonly SearchNode[]; readonly span: Span }
  | { readonly kind: "not"; readonly operand: SearchNode; readonly span: Span }
  | TermNode;

/** One text looked for in one property of a metric, or in all of them. */
export interface TermNode {
  readonly kind: "term";
  readonly property: SearchProperty;
  readonly text: TermText;
  readonly span: Span;
}

export type SearchProperty =
  /** Namespace, metric name, dimension names and dimension values. */
  | { readonly kind: "any" }
  | { readonly kind: "namespace" }
  | { readonly kind: "metric" }
  | { readonly kind: "account" }
  /** The value of this dimension. */
  | { readonly kind: "dimension"; readonly name: string };

export type TermText =
  /** A whole text, case-sensitive. */
  { readonly kind: "exact"; readonly text: string } | PartialText;

/** Tokens that follow one another somewhere in a text. */
export interface PartialText {
  readonly kind: "partial";
  readonly text: string;
  /**
   * The parts between non-alphanumeric characters, each with its tokens as written. A part of one token is compared without
   * regard to case, one of several ("Count1") with it.
   */
  readonly parts: readonly (readonly string[])[];
}

/** A search that cannot be understood. */
export class SearchExpressionError extends LanguageError {
  override readonly name = "SearchExpressionError";
}
