import { integerDigits } from "./compare.ts";
import type {
  BooleanNode,
  ComparisonNode,
  FilterPattern,
  JsonConditionNode,
  SlotNode,
  TermsPattern,
  TextNode,
} from "./nodes.ts";
import { requiredRuns } from "./regex.ts";

/**
 * What an engine can check on the message column before the matcher decides. Every event the pattern matches passes;
 * when `exact` is true every event that passes matches, and the matcher need not run.
 */
export interface NarrowingCondition {
  readonly exact: boolean;
  readonly test: TextTest;
}

/** A boolean test of a text. `contains` is a case-sensitive search for a literal that is not empty. */
export type TextTest =
  | { readonly kind: "all" }
  | { readonly kind: "contains"; readonly text: string }
  | { readonly kind: "and" | "or"; readonly parts: readonly TextTest[] }
  | { readonly kind: "not"; readonly part: TextTest };

const ALL: TextTest = Object.freeze({ kind: "all" });

export function narrow(pattern: FilterPattern): NarrowingCondition {
  switch (pattern.language) {
    case "terms":
      return narrowTerms(pattern);
    case "json":
      return Object.freeze({ exact: false, test: narrowBoolean(pattern.condition, narrowJson) });
    case "space":
      return Object.freeze({
        exact: pattern.anyFields,
        test: and([...pattern.before, ...(pattern.after ?? [])].map(narrowSlot)),
      });
  }
}

/** Compiles a test for use outside the engine. */
export function compileTextTest(test: TextTest): (text: string) => boolean {
  switch (test.kind) {
    case "all":
      return () => true;
    case "contains":
      return (text) => text.includes(test.text);
    case "not": {
      const holds = compileTextTest(test.part);
      return (text) => !holds(text);
    }
    default: {
      const parts = test.parts.map(compileTextTest);
      return test.kind === "and"
        ? (text) => parts.every((holds) => holds(text))
        : (text) => parts.some((holds) => holds(text));
    }
  }
}

function narrowTerms({ required, excluded, optional }: TermsPattern): NarrowingCondition {
  const terms = required.length + excluded.length === 0 ? optional : [...required, ...excluded];
  const exact = terms.every((term) => term.kind === "literal");
  // An excluded regular expression cannot be checked by a literal it needs, so it narrows nothing.
  const unwanted = excluded.filter((term) => term.kind === "literal").map((term) => not(narrowText(term)));
  const test =
    required.length + excluded.length > 0
      ? and([...required.map(narrowText), ...unwanted])
      : optional.length > 0
        ? or(optional.map(narrowText))
        : ALL;
  return Object.freeze({ exact, test });
}

function narrowText(node: TextNode): TextTest {
  return node.kind === "literal" ? contains(node.text) : or(requiredRuns(node).map(contains));
}

function narrowSlot({ condition }: SlotNode): TextTest {
  return condition === undefined ? ALL : narrowBoolean(condition, narrowComparison);
}

function narrowBoolean<C>(node: BooleanNode<C>, narrowCondition: (condition: C) => TextTest): TextTest {
  if (node.kind === "condition") return narrowCondition(node.condition);
  const parts = node.parts.map((part) => narrowBoolean(part, narrowCondition));
  return node.kind === "and" ? and(parts) : or(parts);
}

/** A field of a space-delimited event stands in the message as it is. */
function narrowComparison({ operator, value }: ComparisonNode): TextTest {
  if (operator !== "=") return ALL;
  if (value.kind === "text") return contains(value.text);
  if (value.kind === "regex") return narrowText(value);
  // A field equal to 404 may be written 404.0 or +0404, but always with these digits.
  return contains(integerDigits(value.text)?.replace("-", "") ?? "");
}

function narrowJson({ selector, test }: JsonConditionNode): TextTest {
  if (test.kind === "absent") return ALL;
  const keys = selector.steps.flatMap((step) => (step.kind === "key" ? [inJson(step.key)] : []));
  return and([...keys, narrowJsonTest(test)]);
}

function narrowJsonTest(test: JsonConditionNode["test"]): TextTest {
  if (test.kind === "null") return contains("null");
  if (test.kind === "boolean") return contains(String(test.value));
  if (test.kind !== "compare" || test.comparison.operator !== "=") return ALL;
  const { value } = test.comparison;
  if (value.kind === "text") return inJson(value.text);
  if (value.kind === "regex") return or(requiredRuns(value).map(inJson));
  // A number may be written in many ways (404, 4.04e2).
  return ALL;
}

/** A text inside JSON may be written with escapes, so an event with any `\u` passes, and so do parts with own escapes. */
function inJson(text: string): TextTest {
  // Control characters, quotes, backslashes and slashes have short escapes of their own; what is between them has not.
  const plain = longest(text.split(/["\\/]|\p{Cc}/u));
  return plain === "" ? ALL : or([contains(plain), contains("\\u")]);
}

function longest(parts: readonly string[]): string {
  return parts.reduce((best, part) => (part.length > best.length ? part : best), "");
}

function contains(text: string): TextTest {
  return text === "" ? ALL : Object.freeze({ kind: "contains", text });
}

function not(part: TextTest): TextTest {
  return Object.freeze({ kind: "not", part });
}

function and(parts: readonly TextTest[]): TextTest {
  const needed = parts.filter((part) => part.kind !== "all");
  const [only] = needed;
  if (only === undefined) return ALL;
  return needed.length === 1 ? only : Object.freeze({ kind: "and", parts: Object.freeze(needed) });
}

function or(parts: readonly TextTest[]): TextTest {
  const [only] = parts;
  if (only === undefined || parts.some((part) => part.kind === "all")) return ALL;
  return parts.length === 1 ? only : Object.freeze({ kind: "or", parts: Object.freeze(parts) });
}
