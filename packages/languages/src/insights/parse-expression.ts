import { aggregateNamed, aggregates } from "./aggregate.ts";
import { scalarFunction, scalarFunctions } from "./function.ts";
import { MAX_LIST_ITEMS, MAX_NESTING } from "./limits.ts";
import type { BinaryOperator, CallNode, Expression, FieldNode, Literal } from "./node.ts";
import { parsePeriod } from "./period.ts";
import { parseRegex } from "./regex.ts";
import { nearestName } from "./spelling.ts";
import { InsightsSyntaxError, quoteForMessage, type Span } from "./syntax-error.ts";
import { isTimeBucket } from "./time-bucket.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** Binding strength of binary operators; a larger number binds tighter. All are left associative. */
const STRENGTH: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  comparison: 4,
  "+": 5,
  "-": 5,
  "*": 6,
  "/": 6,
  "%": 6,
  "^": 8,
};
const NOT_STRENGTH = 3;
const MINUS_STRENGTH = 7;
const COMPARISONS = new Set(["=", "==", "!=", "<", "<=", ">", ">=", "=~"]);

/** Reads one expression. `minimum` is the weakest operator strength taken. */
export function parseExpression(reader: TokenReader, minimum = 0): Expression {
  if (++reader.depth > MAX_NESTING) {
    reader.fail(`The expression is nested more than ${MAX_NESTING} deep. Split it with fields ... as name.`);
  }
  let left = parsePrefix(reader);
  while (true) {
    const operator = binaryOperatorAt(reader);
    if (operator === undefined || operator.strength < minimum) break;
    left = parseInfix(reader, left, operator.word, operator.strength);
  }
  reader.depth--;
  return left;
}

function binaryOperatorAt(reader: TokenReader): { word: string; strength: number } | undefined {
  const token = reader.peek();
  let word = token.text.toLowerCase();
  if (token.kind === "identifier" && token.quoted !== true) {
    if (word === "not" && (reader.isWord("in", 1) || reader.isWord("like", 1))) word = "like";
    if (word !== "and" && word !== "or" && word !== "like" && word !== "in") return undefined;
  } else if (token.kind !== "operator") {
    return undefined;
  }
  const family = COMPARISONS.has(word) || word === "like" || word === "in" ? "comparison" : word;
  const strength = STRENGTH[family];
  return strength === undefined ? undefined : { word, strength };
}

function parseInfix(reader: TokenReader, left: Expression, word: string, strength: number): Expression {
  if (word === "like" || word === "in" || word === "=~") {
    const negated = reader.acceptWord("not");
    const verb = reader.next();
    return verb.text.toLowerCase() === "in"
      ? parseIn(reader, left, negated)
      : parseLike(reader, left, negated, verb.text);
  }
  reader.next();
  reader.countOperator();
  const right = parseExpression(reader, strength + 1);
  const operator = (word === "==" ? "=" : word) as BinaryOperator;
  return Object.freeze({
    kind: "binary",
    operator,
    left,
    right,
    span: { start: left.span.start, end: right.span.end },
  });
}

function parseLike(reader: TokenReader, subject: Expression, negated: boolean, verb: string): Expression {
  const token = reader.next();
  const span = { start: subject.span.start, end: token.span.end };
  if (token.kind === "string" && verb !== "=~") {
    return Object.freeze({ kind: "like", subject, pattern: token.value, negated, span });
  }
  if (token.kind === "string" || token.kind === "regex") {
    const pattern = parseRegex(token.value, token.span);
    return Object.freeze({ kind: "like", subject, pattern, negated, span });
  }
  return reader.fail(
    `Expected quoted text or a /regular expression/ after ${verb} but found ${describe(token)}. Put the text in quotes.`,
    token.span,
  );
}

function parseIn(reader: TokenReader, subject: Expression, negated: boolean): Expression {
  if (reader.isOperator("(")) {
    const query = reader.readSubquery();
    const span = { start: subject.span.start, end: reader.last().span.end };
    return Object.freeze({ kind: "in-query", subject, query, negated, span });
  }
  const open = reader.expectOperator("[", 'Write the values in a list: in ["a", "b"].');
  const items: Literal[] = [];
  while (!reader.isOperator("]")) {
    if (items.length > 0) reader.expectOperator(",", "Separate the values with commas and close the list with ].");
    items.push(parseLiteral(reader));
    if (items.length > MAX_LIST_ITEMS)
      reader.fail(`A list holds at most ${MAX_LIST_ITEMS} values. Split the query.`, open.span);
  }
  const close = reader.next();
  if (items.length === 0)
    reader.fail("The list is empty. Put at least one value into it.", { start: open.span.start, end: close.span.end });
  return Object.freeze({
    kind: "in",
    subject,
    items: Object.freeze(items),
    negated,
    span: { start: subject.span.start, end: close.span.end },
  });
}

function parseLiteral(reader: TokenReader): Literal {
  const negative = reader.isOperator("-");
  const start = reader.peek().span.start;
  if (negative) reader.next();
  const token = reader.next();
  if (token.kind === "number") return numberNode(token, { start, end: token.span.end }, negative);
  if (token.kind === "string" && !negative)
    return Object.freeze({ kind: "string", value: token.value, span: token.span });
  const word = token.text.toLowerCase();
  if (token.kind === "identifier" && token.quoted !== true && !negative && (word === "true" || word === "false")) {
    return Object.freeze({ kind: "boolean", value: word === "true", span: token.span });
  }
  return reader.fail(
    `Expected a number or quoted text but found ${describe(token)}. Lists hold values, not fields.`,
    token.span,
  );
}

function numberNode(token: Token, span: Span, negative = false): Extract<Literal, { kind: "number" }> {
  const value = Number(token.value);
  if (!Number.isFinite(value))
    throw new InsightsSyntaxError("This number is too large. Numbers go up to about 1.8e308.", span);
  return Object.freeze({ kind: "number", value: negative ? -value : value, text: token.text, span });
}

function parsePrefix(reader: TokenReader): Expression {
  const token = reader.peek();
  if (reader.isOperator("!") || reader.isWord("not")) {
    reader.next();
    const operand = parseExpression(reader, NOT_STRENGTH);
    return Object.freeze({
      kind: "unary",
      operator: "not",
      operand,
      span: { start: token.span.start, end: operand.span.end },
    });
  }
  if (reader.isOperator("-")) {
    reader.next();
    if (reader.peek().kind === "number" && !reader.isOperator("^", 1)) {
      const digits = reader.next();
      return parseElements(reader, numberNode(digits, { start: token.span.start, end: digits.span.end }, true));
    }
    const operand = parseExpression(reader, MINUS_STRENGTH);
    return Object.freeze({
      kind: "unary",
      operator: "-",
      operand,
      span: { start: token.span.start, end: operand.span.end },
    });
  }
  return parseElements(reader, parsePrimary(reader));
}

/** `list[0]`, `list[0].key` and so on. */
function parseElements(reader: TokenReader, start: Expression): Expression {
  let target = start;
  while (target.kind === "field" || target.kind === "call" || target.kind === "element") {
    if (reader.isOperator("[")) {
      reader.next();
      const token = reader.next();
      const index = Number(token.value);
      if (token.kind !== "number" || !Number.isInteger(index) || index < 0 || index > 100_000) {
        reader.fail(
          `Expected a whole number from 0 but found ${describe(token)}. Elements are counted from 0, as in list[0].`,
          token.span,
        );
      }
      const close = reader.expectOperator("]", "Close the element with ].");
      target = element(target, [index], { start: start.span.start, end: close.span.end });
    } else if (reader.isOperator(".") && target.kind === "element") {
      reader.next();
      const token = reader.next();
      if (token.kind !== "identifier")
        reader.fail(`Expected a key but found ${describe(token)}. Write list[0].key.`, token.span);
      target = element(target, token.segments ?? [token.value], { start: start.span.start, end: token.span.end });
    } else {
      break;
    }
  }
  return target;
}

function element(
  target: Expression,
  path: readonly (string | number)[],
  span: Span,
): Extract<Expression, { kind: "element" }> {
  const known = target.kind === "element" ? target.path : [];
  const base = target.kind === "element" ? target.target : target;
  return Object.freeze({ kind: "element", target: base, path: Object.freeze([...known, ...path]), span });
}

function parsePrimary(reader: TokenReader): Expression {
  const token = reader.next();
  if (token.kind === "number") return numberNode(token, token.span);
  if (token.kind === "string") return Object.freeze({ kind: "string", value: token.value, span: token.span });
  if (token.kind === "duration")
    return Object.freeze({ kind: "period", value: parsePeriod(token.text, token.span), span: token.span });
  if (token.kind === "operator" && token.text === "(") {
    const inner = parseExpression(reader);
    const close = reader.expectOperator(")", "Close the parenthesis.");
    return Object.freeze({ ...inner, span: { start: token.span.start, end: close.span.end } });
  }
  if (token.kind === "identifier") {
    if (token.quoted !== true) {
      if (reader.isOperator("(")) return parseCall(reader, token);
      const word = token.text.toLowerCase();
      if (word === "true" || word === "false")
        return Object.freeze({ kind: "boolean", value: word === "true", span: token.span });
      if (RESERVED.has(word)) {
        reader.fail(
          `Expected a field, a value or a function but found ${describe(token)}. Put a field of that name in backticks.`,
          token.span,
        );
      }
    }
    return fieldNode(token);
  }
  if (token.kind === "regex") {
    return reader.fail("A regular expression stands only after like, =~ or parse. Write field like /.../.", token.span);
  }
  return reader.fail(
    `Expected a field, a value or a function but found ${describe(token)}. Complete the expression.`,
    token.span,
  );
}

const RESERVED = new Set(["and", "or", "not", "in", "like", "as", "by"]);

export function fieldNode(token: Token): FieldNode {
  return Object.freeze({
    kind: "field",
    name: token.value,
    segments: Object.freeze([...(token.segments ?? [token.value])]),
    span: token.span,
  });
}

/** A call of a function that commands use and queries cannot write. */
export function internalCall(name: string, argument: Expression): CallNode {
  return Object.freeze({ kind: "call", name, args: Object.freeze([argument]), star: false, span: argument.span });
}

function parseCall(reader: TokenReader, token: Token): Expression {
  const name = token.text.toLowerCase();
  const callee = calleeNamed(name);
  if (callee === undefined) {
    throw new InsightsSyntaxError(
      `There is no function ${quoteForMessage(token.text)} here. ${meant(name)}`,
      token.span,
    );
  }
  const open = reader.next();
  const args: Expression[] = [];
  const star = reader.isOperator("*");
  if (star && name !== "count") reader.fail(`Only count takes *. Write ${token.text}(field).`);
  if (star) reader.next();
  while (!reader.isOperator(")")) {
    if (args.length > 0 || star)
      reader.expectOperator(",", `Separate arguments with commas and close ${token.text}( with ).`);
    args.push(name === "regexreplace" && reader.peek().kind === "regex" ? regexText(reader) : parseExpression(reader));
  }
  const close = reader.next();
  const span = { start: token.span.start, end: close.span.end };
  const written = args.length + (star ? 1 : 0);
  if (args.length < callee.minimum || written > callee.maximum) {
    const takes = callee.minimum === callee.maximum ? `${callee.minimum}` : `${callee.minimum} to ${callee.maximum}`;
    throw new InsightsSyntaxError(`${token.text} takes ${takes} argument(s) but has ${written}. Correct the call.`, {
      start: open.span.start,
      end: close.span.end,
    });
  }
  checkPeriods(name, args);
  return Object.freeze({ kind: "call", name, args: Object.freeze(args), star, span });
}

/** How many arguments a function takes that queries may call. */
function calleeNamed(name: string): { readonly minimum: number; readonly maximum: number } | undefined {
  const scalar = scalarFunction(name);
  if (scalar !== undefined) return scalar.internal === true ? undefined : scalar;
  return aggregateNamed(name) ?? (isTimeBucket(name) ? TIME_BUCKETS[name] : undefined);
}

function regexText(reader: TokenReader): Expression {
  const token = reader.next();
  return Object.freeze({ kind: "string", value: token.value, span: token.span });
}

/** What to do about a function that does not exist. */
function meant(name: string): string {
  const known = [...scalarFunctions(), ...aggregates()].map((each) => each.name);
  const nearest = nearestName(name, [...known, ...Object.keys(TIME_BUCKETS)]);
  return nearest === undefined ? "Check its spelling." : `Did you mean ${nearest}?`;
}

const TIME_BUCKETS = {
  bin: { minimum: 1, maximum: 1 },
  datefloor: { minimum: 2, maximum: 2 },
  dateceil: { minimum: 2, maximum: 2 },
};

/** The last argument of a time bucket is a period, and nothing else is one. */
function checkPeriods(name: string, args: readonly Expression[]): void {
  args.forEach((arg, index) => {
    const ofAggregate = aggregateNamed(name)?.takesPeriod === true && index === 1;
    const wanted = ofAggregate || (isTimeBucket(name) && index === args.length - 1);
    if (wanted && arg.kind !== "period") {
      throw new InsightsSyntaxError(`${name} takes a period here. Write a number and a unit, as in 5m.`, arg.span);
    }
    if (!wanted && arg.kind === "period") {
      throw new InsightsSyntaxError(
        "A period stands only in bin, datefloor, dateceil and rate. Put text in quotes.",
        arg.span,
      );
    }
  });
}
