import type { BooleanNode, ComparisonNode, NumberNode, OrderOperator, ValueNode, WildcardNode } from "./nodes.ts";
import { compileRegex } from "./regex.ts";

/** A value of an event to compare: its text, and its number when it is one. */
export interface Scalar {
  readonly text: string;
  /** Undefined when the text is no plain decimal number. */
  readonly number: number | undefined;
}

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const INTEGER = /^([+-]?)(\d+)(?:\.0*)?$/;

/** Reads a text as a scalar. Exponents are no numbers in log text: `1e3` is far more often an identifier. */
export function readScalar(text: string): Scalar {
  return { text, number: DECIMAL.test(text) ? Number(text) : undefined };
}

/** Compiles a comparison to a test of one value. */
export function compileComparison(comparison: ComparisonNode): (value: Scalar) => boolean {
  switch (comparison.operator) {
    case "=":
      return compileEqual(comparison.value);
    case "!=": {
      const equal = compileEqual(comparison.value);
      return (value) => !equal(value);
    }
    default:
      return compileOrder(comparison.operator, comparison.value);
  }
}

/** Compiles `&&` and `||`; `compileCondition` compiles the leaves. */
export function compileBoolean<C, V>(
  node: BooleanNode<C>,
  compileCondition: (condition: C) => (value: V) => boolean,
): (value: V) => boolean {
  if (node.kind === "condition") return compileCondition(node.condition);
  const parts = node.parts.map((part) => compileBoolean(part, compileCondition));
  return node.kind === "and"
    ? (value) => parts.every((matches) => matches(value))
    : (value) => parts.some((matches) => matches(value));
}

function compileEqual(value: ValueNode): (value: Scalar) => boolean {
  switch (value.kind) {
    case "number":
      return compileNumberEqual(value);
    case "regex": {
      const search = compileRegex(value);
      return ({ text }) => search(text);
    }
    case "text": {
      const same = compileWildcard(value);
      return ({ text }) => same(text);
    }
  }
}

function compileNumberEqual({ text: wantedText, value: wanted }: NumberNode): (value: Scalar) => boolean {
  const wantedDigits = integerDigits(wantedText);
  if (wantedDigits === undefined) return ({ number }) => number === wanted;
  // Digits tell neighbours beyond 2^53 apart, and 403.99999999999999999 from 404, where a double cannot.
  return ({ text, number }) => {
    if (number !== wanted) return false;
    const digits = integerDigits(text);
    return digits === undefined ? /[eE]/.test(text) : digits === wantedDigits;
  };
}

/** @returns the digits of an integer without leading zeros, with a minus if negative; undefined for other texts */
export function integerDigits(text: string): string | undefined {
  const found = INTEGER.exec(text);
  if (found === null) return undefined;
  const digits = (found[2] ?? "").replace(/^0+(?=\d)/, "");
  return found[1] === "-" && digits !== "0" ? `-${digits}` : digits;
}

function compileWildcard({ text: wanted, openStart, openEnd }: WildcardNode): (text: string) => boolean {
  if (openStart && openEnd) return (text) => text.includes(wanted);
  if (openStart) return (text) => text.endsWith(wanted);
  if (openEnd) return (text) => text.startsWith(wanted);
  return (text) => text === wanted;
}

function compileOrder(operator: OrderOperator, { value: bound }: NumberNode): (value: Scalar) => boolean {
  switch (operator) {
    case "<":
      return ({ number }) => number !== undefined && number < bound;
    case ">":
      return ({ number }) => number !== undefined && number > bound;
    case "<=":
      return ({ number }) => number !== undefined && number <= bound;
    case ">=":
      return ({ number }) => number !== undefined && number >= bound;
  }
}
