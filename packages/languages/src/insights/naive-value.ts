import type { Expression, InsightsQuery } from "./node.ts";

/**
 * Expressions over one row, evaluated the obvious way, as the oracle of the
 * compiled SQL. It shares nothing with the compiler but the nodes, and covers
 * what the random query generator writes.
 */
export type NaiveValue = undefined | string | number | boolean | { readonly time: number };

export interface Lookup {
  (name: string): NaiveValue;
  /** Texts that the query inside the query gives. */
  readonly members?: (query: InsightsQuery) => ReadonlySet<string>;
}

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

export function numberOf(value: NaiveValue): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "object") return value.time;
  return value !== undefined && NUMBER.test(value) ? Number(value) : undefined;
}

export function textOf(value: NaiveValue): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "object") return new Date(value.time).toISOString().replace("T", " ").slice(0, -1);
  return String(value);
}

export function truthOf(value: NaiveValue): boolean {
  if (typeof value === "string") return !["", "0", "false"].includes(value);
  if (typeof value === "number") return value !== 0;
  return value !== undefined && value !== false;
}

function equal(a: NaiveValue, b: NaiveValue): boolean {
  if (a === undefined || b === undefined) return false;
  for (const [boolean, other] of [
    [a, b],
    [b, a],
  ]) {
    if (typeof boolean === "boolean" && typeof other === "string") {
      return other === (boolean ? "true" : "false") || numberOf(other) === Number(boolean);
    }
  }
  if (typeof a === "string" && typeof b === "string") {
    if (a === b) return true;
    return a.length <= 15 && b.length <= 15 && numberOf(a) !== undefined && numberOf(a) === numberOf(b);
  }
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x === y;
  // JSON's true and false are texts that equal 1 and 0.
  const [word, number] = typeof a === "string" ? [a, b] : [b, a];
  return (word === "true" && number === 1) || (word === "false" && number === 0);
}

function ordered(operator: string, a: NaiveValue, b: NaiveValue): boolean {
  if (a === undefined || b === undefined) return false;
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return holds(operator, x < y ? -1 : x > y ? 1 : 0);
  if (typeof a !== "string" || typeof b !== "string") return false;
  return holds(operator, Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function holds(operator: string, order: number): boolean {
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  return operator === ">" ? order > 0 : order >= 0;
}

function arithmetic(operator: string, a: NaiveValue, b: NaiveValue): number | undefined {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x === undefined || y === undefined) return undefined;
  if (operator === "+") return x + y;
  if (operator === "-") return x - y;
  if (operator === "*") return x * y;
  if (y === 0) return undefined;
  return operator === "/" ? x / y : x % y;
}

export function evaluate(node: Expression, lookup: Lookup): NaiveValue {
  switch (node.kind) {
    case "number":
    case "string":
    case "boolean":
      return node.value;
    case "field":
      return lookup(node.name);
    case "unary": {
      const operand = evaluate(node.operand, lookup);
      if (node.operator === "not") return !truthOf(operand);
      const number = numberOf(operand);
      return number === undefined ? undefined : -number;
    }
    case "binary": {
      const a = evaluate(node.left, lookup);
      const b = evaluate(node.right, lookup);
      if (node.operator === "and") return truthOf(a) && truthOf(b);
      if (node.operator === "or") return truthOf(a) || truthOf(b);
      if (node.operator === "=") return equal(a, b);
      if (node.operator === "!=") return !equal(a, b);
      if (["<", "<=", ">", ">="].includes(node.operator)) return orderedByKind(node, a, b);
      return arithmetic(node.operator, a, b);
    }
    case "like": {
      const text = textOf(evaluate(node.subject, lookup));
      const found =
        text !== undefined &&
        (typeof node.pattern === "string" ? text.includes(node.pattern) : new RegExp(node.pattern.source).test(text));
      return found !== node.negated;
    }
    case "in": {
      const subject = evaluate(node.subject, lookup);
      return node.items.some((item) => equal(subject, item.value)) !== node.negated;
    }
    case "in-query": {
      const text = textOf(evaluate(node.subject, lookup));
      return (text !== undefined && lookup.members?.(node.query).has(text) === true) !== node.negated;
    }
    case "call":
      return call(
        node.name,
        node.args.map((arg) => evaluate(arg, lookup)),
      );
    default:
      throw new Error(`the oracle does not know ${node.kind}`);
  }
}

/** A quoted number is a number here: text that is none is neither smaller nor larger than it. */
function orderedByKind(node: Extract<Expression, { kind: "binary" }>, a: NaiveValue, b: NaiveValue): boolean {
  const constants = [node.left, node.right].map((side) => (side.kind === "string" ? side.value : undefined));
  const numeric = constants.some((text) => text !== undefined && NUMBER.test(text));
  if (numeric && (numberOf(a) === undefined || numberOf(b) === undefined)) return false;
  return ordered(node.operator, a, b);
}

function call(name: string, args: readonly NaiveValue[]): NaiveValue {
  const [first, second] = args;
  const number = numberOf(first);
  const text = textOf(first);
  switch (name) {
    case "abs":
      return number === undefined ? undefined : Math.abs(number);
    case "floor":
      return number === undefined ? undefined : Math.floor(number);
    case "greatest":
    case "least": {
      const numbers = args.map(numberOf).filter((each) => each !== undefined);
      if (numbers.length < args.length) return undefined;
      return name === "greatest" ? Math.max(...numbers) : Math.min(...numbers);
    }
    case "hextodec":
      return text !== undefined && /^(?:0x)?[0-9a-f]{1,16}$/i.test(text)
        ? Number(BigInt(`0x${text.replace(/^0x/i, "")}`))
        : undefined;
    case "regexreplace":
      return text?.replace(new RegExp(textOf(second) ?? "", "g"), textOf(args[2]) ?? "");
    case "ceil":
      return number === undefined ? undefined : Math.ceil(number);
    case "strlen":
      return text === undefined ? undefined : [...text].length;
    case "toupper":
      return text?.toUpperCase();
    case "substr": {
      const from = numberOf(second);
      return text === undefined || from === undefined
        ? undefined
        : [...text].slice(Math.max(0, Math.floor(from))).join("");
    }
    case "strcontains":
      return text?.includes(textOf(second) ?? "") ?? false;
    case "concat":
      return args.map((arg) => textOf(arg) ?? "").join("");
    case "coalesce":
      return args.find((arg) => arg !== undefined);
    case "ispresent":
      return first !== undefined;
    case "isempty":
      return text === undefined || text === "";
    default:
      throw new Error(`the oracle does not know ${name}`);
  }
}

/** A number's text as a row shows it. */
export const shownNumber = (value: number): string =>
  String((Math.sign(value) * Math.floor(Math.abs(value) * 1e4 + 0.5)) / 1e4 + 0);
