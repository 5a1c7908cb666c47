import type { CallNode, Expression, FieldNode } from "./node.ts";
import type { Span } from "./syntax-error.ts";

/** The field or column of this name, dots and all. */
export function fieldNamed(name: string, span: Span): FieldNode {
  return Object.freeze({ kind: "field", name, segments: Object.freeze([name]), span });
}

/** A call by the lower-case name of the function. */
export function callOf(name: string, args: readonly Expression[], span: Span): CallNode {
  return Object.freeze({ kind: "call", name, args: Object.freeze([...args]), star: false, span });
}

/** `count(*)`. */
export function countAll(span: Span): CallNode {
  return Object.freeze({ kind: "call", name: "count", args: Object.freeze([]), star: true, span });
}
