import type { Span } from "../syntax/language-error.ts";
import { TokenReader } from "../syntax/token-reader.ts";
import { collectSources, idsIn, sourceOfCall } from "./collect.ts";
import { mathFunction } from "./functions.ts";
import { type CallNode, type MathNode, type MathOperator, type MetricMath, MetricMathError } from "./nodes.ts";
import { type Token, tokenize } from "./tokens.ts";

/** AWS's bound on `Expression` of a MetricDataQuery. */
export const MAX_MATH_LENGTH = 2_048;
/** Parentheses, brackets and calls inside one another; deeper ones are mistakes, and reading them takes stack. */
const MAX_NESTING = 100;

/** Binding strength of binary operators; a larger number binds tighter. All but ^ group from the left. */
const STRENGTH: Readonly<Record<MathOperator, number>> = {
  OR: 1,
  AND: 2,
  "==": 3,
  "!=": 3,
  "<": 3,
  "<=": 3,
  ">": 3,
  ">=": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "^": 7,
};
const NEGATIVE_STRENGTH = 6;

/**
 * Reads an expression. Whether its Ids exist and its types fit is checked by `checkMetricMath` or `planMetricMath`.
 * @throws MetricMathError saying what is wrong and where
 */
export function parseMetricMath(text: string): MetricMath {
  if (text.length > MAX_MATH_LENGTH) {
    throw new MetricMathError(
      `An expression has at most ${MAX_MATH_LENGTH} characters; this one has ${text.length}. Split it into several.`,
      { start: MAX_MATH_LENGTH, end: text.length },
    );
  }
  const expression = new Parser(text).parse();
  return Object.freeze({
    text,
    expression,
    ids: Object.freeze(idsIn(expression)),
    ...collectSources(expression),
  });
}

class Parser {
  readonly #reader: TokenReader<Token>;
  #depth = 0;

  constructor(text: string) {
    this.#reader = new TokenReader(tokenize(text), (message, span) => new MetricMathError(message, span));
  }

  parse(): MathNode {
    if (this.#reader.peek().kind === "end") {
      this.#reader.fail("The expression is empty. Write one, such as m1 + m2.");
    }
    const node = this.#expression(0);
    if (this.#reader.peek().kind !== "end") {
      this.#reader.expected("an operator or the end of the expression", "Check the parentheses.");
    }
    return node;
  }

  #expression(minimum: number): MathNode {
    let left = this.#prefix();
    for (;;) {
      const operator = operatorOf(this.#reader.peek());
      if (operator === undefined || STRENGTH[operator] < minimum) return left;
      this.#reader.take();
      const right = this.#nested(() => this.#expression(STRENGTH[operator] + (operator === "^" ? 0 : 1)));
      const span = { start: left.span.start, end: right.span.end };
      left = Object.freeze({ kind: "binary", operator, left, right, span });
    }
  }

  #prefix(): MathNode {
    const { start } = this.#reader.peek().span;
    if (!this.#reader.takeSymbol("-")) return this.#primary();
    const operand = this.#nested(() => this.#expression(NEGATIVE_STRENGTH));
    return Object.freeze({ kind: "negative", operand, span: { start, end: operand.span.end } });
  }

  #primary(): MathNode {
    const token = this.#reader.peek();
    const { kind, text, value, span } = token;
    switch (kind) {
      case "number": {
        this.#reader.take();
        if (!Number.isFinite(Number(value))) this.#reader.fail("The number is too large.", span);
        return Object.freeze({ kind: "number", value: Number(value), span });
      }
      case "text":
        this.#reader.take();
        return Object.freeze({ kind: "text", value, span });
      case "id":
        this.#reader.take();
        if (this.#reader.isSymbol("(")) this.#unknownFunction(text, span);
        return Object.freeze({ kind: "id", id: text, span });
      case "word":
        this.#reader.take();
        return this.#reader.isSymbol("(") ? this.#call(token) : Object.freeze({ kind: "word", word: text, span });
      case "symbol":
        if (text === "(") {
          this.#reader.take();
          const inner = this.#nested(() => this.#expression(0));
          const close = this.#reader.expectSymbol(")", "Close the parenthesis.");
          return Object.freeze({ ...inner, span: { start: span.start, end: close.span.end } });
        }
        if (text === "[") return this.#array();
        return this.#missingOperand();
      case "end":
        return this.#missingOperand();
    }
  }

  #missingOperand(): never {
    return this.#reader.expected("a number, an Id, a function or (", "Complete the expression.");
  }

  #array(): MathNode {
    const { start } = this.#reader.take().span;
    const items = this.#list("]");
    const { end } = this.#reader.expectSymbol(
      "]",
      "Separate the elements with commas and close the array with ].",
    ).span;
    return Object.freeze({ kind: "array", items, span: { start, end } });
  }

  #call(name: Token): CallNode {
    const definition = mathFunction(name.text);
    if (definition === undefined) this.#unknownFunction(name.text, name.span);
    this.#reader.take();
    const args = this.#list(")");
    const close = this.#reader.expectSymbol(
      ")",
      `Separate the arguments of ${name.text} with commas and close them with ).`,
    );
    const span = { start: name.span.start, end: close.span.end };
    const { parameters, required } = definition;
    const atMost = definition.more === undefined ? parameters.length : Number.POSITIVE_INFINITY;
    if (args.length < required || args.length > atMost) {
      const takes =
        required === atMost
          ? `${required}`
          : atMost === Number.POSITIVE_INFINITY
            ? `at least ${required}`
            : `${required} to ${atMost}`;
      this.#reader.fail(
        `${name.text} takes ${takes} argument(s) but has ${args.length}. Write ${definition.usage}.`,
        span,
      );
    }
    const source = sourceOfCall(name.text, args, span);
    return Object.freeze({ kind: "call", name: name.text, args, source, span });
  }

  #list(close: string): readonly MathNode[] {
    const items: MathNode[] = [];
    if (this.#reader.isSymbol(close)) return Object.freeze(items);
    do items.push(this.#nested(() => this.#expression(0)));
    while (this.#reader.takeSymbol(","));
    return Object.freeze(items);
  }

  #unknownFunction(name: string, span: Span): never {
    const upper = mathFunction(name.toUpperCase());
    const remedy =
      upper === undefined ? "Check its name." : `Functions are written in upper case: ${name.toUpperCase()}.`;
    return this.#reader.fail(`There is no function "${name}". ${remedy}`, span);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_NESTING) {
      this.#reader.fail(`The expression is nested more than ${MAX_NESTING} deep. Split it into several.`);
    }
    const result = read();
    this.#depth--;
    return result;
  }
}

function operatorOf(token: Token): MathOperator | undefined {
  if (token.kind === "word") return token.text === "AND" || token.text === "OR" ? token.text : undefined;
  if (token.kind !== "symbol") return undefined;
  if (token.text === "&&") return "AND";
  if (token.text === "||") return "OR";
  return OPERATORS.find((operator) => operator === token.text);
}

const OPERATORS = ["+", "-", "*", "/", "^", "==", "!=", "<", "<=", ">", ">="] as const;
