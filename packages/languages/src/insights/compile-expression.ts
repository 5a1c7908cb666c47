import { type ComparisonOperator, compare, equalsOneOf } from "./comparison.ts";
import { jsonElement } from "./field.ts";
import { formatExpression } from "./format.ts";
import { type RunContext, scalarFunction } from "./function.ts";
import { messageHolds, messageHoldsAll, messageHoldsKey, messageHoldsOneOf } from "./narrowing.ts";
import type { Expression, FieldNode } from "./node.ts";
import { type Period, spanMilliseconds } from "./period.ts";
import { engineRegex } from "./regex-engine.ts";
import type { RowScope } from "./row-scope.ts";
import { sqlContainsPattern, sqlInteger, sqlString } from "./sql-quote.ts";
import {
  asCondition,
  asNumber,
  asText,
  boolean,
  constant,
  falseIfNull,
  finite,
  isNeverNumber,
  isPresent,
  MISSING,
  number,
  type Value,
} from "./sql-value.ts";
import { ceilTo, floorTo, isTimeBucket } from "./time-bucket.ts";

type Node<K extends Expression["kind"]> = Extract<Expression, { kind: K }>;

/** Compiles a checked expression into SQL over the source of the scope's layer. */
export function compileExpression(node: Expression, scope: RowScope, run: RunContext): Value {
  return scope.settle(compileNode(node, scope, run));
}

function compileNode(node: Expression, scope: RowScope, run: RunContext): Value {
  const column = node.kind === "field" ? undefined : scope.byText(formatExpression(node));
  if (column !== undefined) return column;
  switch (node.kind) {
    case "number":
    case "string":
    case "boolean":
      return constant(node.value);
    case "period":
      throw new Error("the plan lets periods stand only in time buckets");
    case "field":
      return compileField(node, scope);
    case "element":
      return jsonElement(compileExpression(node.target, scope, run), node.path);
    case "call":
      return compileCall(node, scope, run);
    case "unary": {
      const operand = compileExpression(node.operand, scope, run);
      if (node.operator === "-" && isNeverNumber(operand)) return MISSING;
      return node.operator === "-" ? number(`(-(${asNumber(operand)}))`) : boolean(`(NOT ${asCondition(operand)})`);
    }
    case "binary":
      return compileBinary(node, scope, run);
    case "like":
      return compileLike(node, scope, run);
    case "in": {
      const subject = compileExpression(node.subject, scope, run);
      const found = equalsOneOf(
        subject,
        node.items.map((item) => item.value),
      );
      return boolean(node.negated ? `(NOT ${found})` : found);
    }
    case "in-query": {
      const subject = compileExpression(node.subject, scope, run);
      const members = run.subquery(node.query);
      const found = subject.type === "missing" ? "0" : `ifNull(${asText(subject)} IN (${members}), 0)`;
      return boolean(node.negated ? `(NOT ${found})` : found);
    }
  }
}

/** A name, or a path into the list or map that the beginning of the name stands for. */
function compileField(node: FieldNode, scope: RowScope): Value {
  const whole = scope.defined(node.name);
  if (whole !== undefined) return whole;
  for (let length = node.segments.length - 1; length >= 1; length--) {
    const holder = scope.defined(node.segments.slice(0, length).join("."));
    if (holder?.type === "json") {
      return jsonElement(
        holder,
        node.segments.slice(length).map((step) => (/^[0-9]{1,6}$/.test(step) ? Number(step) : step)),
      );
    }
  }
  return scope.field(node);
}

function compileCall(node: Node<"call">, scope: RowScope, run: RunContext): Value {
  if (isTimeBucket(node.name)) {
    const [first, second] = node.args;
    const [period, offset] = node.name === "bin" ? [first, second] : [second];
    if (period?.kind !== "period") throw new Error("the parser gives every time bucket a period");
    const subject =
      node.name === "bin" || first === undefined ? scope.field(TIMESTAMP) : compileExpression(first, scope, run);
    if (subject.type !== "timestamp") return MISSING;
    if (offset?.kind === "period") return shifted(subject, period.value, spanMilliseconds(offset.value) ?? 0);
    return node.name === "dateceil" ? ceilTo(subject, period.value) : floorTo(subject, period.value);
  }
  const scalar = scalarFunction(node.name);
  if (scalar === undefined) throw new Error(`the plan lets no call of ${node.name} through`);
  return scalar.compile(
    node.args.map((arg) => compileExpression(arg, scope, run)),
    run,
  );
}

/** Bins whose edges lie `offsetMs` behind those of plain ones. */
function shifted(subject: Value, period: Period, offsetMs: number): Value {
  const floor = floorTo({ ...subject, sql: `(${subject.sql} - ${sqlInteger(offsetMs)})` }, period);
  return { ...floor, sql: `${floor.sql} + ${sqlInteger(offsetMs)}` };
}

const TIMESTAMP: FieldNode = Object.freeze({
  kind: "field",
  name: "@timestamp",
  segments: Object.freeze(["@timestamp"]),
  span: Object.freeze({ start: 0, end: 0 }),
});

function compileBinary(node: Node<"binary">, scope: RowScope, run: RunContext): Value {
  const { operator } = node;
  if (operator === "and" || operator === "or") {
    const terms = chain(node, operator).map((term) => asCondition(compileExpression(term, scope, run)));
    return boolean(`(${terms.join(` ${operator.toUpperCase()} `)})`);
  }
  const left = compileExpression(node.left, scope, run);
  const right = compileExpression(node.right, scope, run);
  const arithmetic = operator in ARITHMETIC;
  if (arithmetic && (isNeverNumber(left) || isNeverNumber(right))) return MISSING;
  if ((operator === "/" || operator === "%") && Number(right.constant) === 0) return MISSING;
  switch (operator) {
    case "+":
    case "-":
    case "*":
      return number(`(${asNumber(left)} ${operator} ${asNumber(right)})`);
    case "/":
    case "%":
      return number(`(${asNumber(left)} ${operator} nullIf(${asNumber(right)}, 0))`);
    case "^":
      return number(finite(`pow(${asNumber(left)}, ${asNumber(right)})`));
    default:
      return compare(operator satisfies ComparisonOperator, left, right);
  }
}

const ARITHMETIC = { "+": true, "-": true, "*": true, "/": true, "%": true, "^": true };

/** The terms of a chain of one operator, so that `a or b or c` nests no deeper than `a or b`. */
function chain(node: Expression, operator: "and" | "or"): readonly Expression[] {
  return node.kind === "binary" && node.operator === operator
    ? [...chain(node.left, operator), ...chain(node.right, operator)]
    : [node];
}

function compileLike(node: Node<"like">, scope: RowScope, run: RunContext): Value {
  const subject = compileExpression(node.subject, scope, run);
  const found = matches(subject, node.pattern);
  return boolean(node.negated ? `(NOT ${found})` : found);
}

function matches(subject: Value, pattern: Node<"like">["pattern"]): string {
  if (subject.type === "missing") return "0";
  const literal = typeof pattern === "string" ? pattern : pattern.pure;
  if (literal === "") return isPresent(subject);
  const operand = asText(subject);
  if (literal !== undefined) return falseIfNull(`(${operand} LIKE ${sqlContainsPattern(literal)})`, ...[subject]);
  if (typeof pattern === "string") throw new Error("a text pattern is its own literal");
  return falseIfNull(`match(${operand}, ${sqlString(engineRegex(pattern.source))})`, subject);
}

/**
 * What a true predicate implies about the raw message, as SQL over the events
 * table, or undefined. Only certain implications: nothing is lost by adding it
 * to the scan.
 */
export function implied(node: Expression, scope: RowScope, run: RunContext): string | undefined {
  switch (node.kind) {
    case "binary": {
      if (COMPARISONS.has(node.operator)) return impliedByComparison(node, scope, run);
      if (node.operator !== "and" && node.operator !== "or") return undefined;
      const terms = chain(node, node.operator).map((term) => implied(term, scope, run));
      const known = terms.flatMap((term) => (term === undefined ? [] : [`(${term})`]));
      if (known.length === 0 || (node.operator === "or" && known.length < terms.length)) return undefined;
      return known.join(node.operator === "or" ? " OR " : " AND ");
    }
    case "like": {
      if (node.negated) return undefined;
      const subject = compileExpression(node.subject, scope, run);
      const held =
        typeof node.pattern === "string"
          ? messageHolds(subject, node.pattern)
          : messageHoldsAll(subject, node.pattern.literals);
      return both(held, messageHoldsKey(subject));
    }
    case "in": {
      if (node.negated) return undefined;
      const subject = compileExpression(node.subject, scope, run);
      const items = node.items.map((item) => item.value);
      return both(messageHoldsOneOf(subject, items), messageHoldsKey(subject));
    }
    case "call": {
      const [subject] = node.args;
      if (node.name !== "ispresent" || subject === undefined) return undefined;
      return messageHoldsKey(compileExpression(subject, scope, run));
    }
    default:
      return undefined;
  }
}

/** A comparison with a missing value is false, so both sides are there. */
function impliedByComparison(node: Node<"binary">, scope: RowScope, run: RunContext): string | undefined {
  const left = compileExpression(node.left, scope, run);
  const right = compileExpression(node.right, scope, run);
  const keys = both(messageHoldsKey(left), messageHoldsKey(right));
  if (node.operator !== "=") return keys;
  if (right.constant !== undefined) return both(messageHoldsOneOf(left, [right.constant]), keys);
  return both(left.constant === undefined ? undefined : messageHoldsOneOf(right, [left.constant]), keys);
}

const COMPARISONS = new Set(["=", "<", "<=", ">", ">="]);

function both(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return `(${one}) AND ${other}`;
}
