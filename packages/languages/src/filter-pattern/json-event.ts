import type { Scalar } from "./compare.ts";
import { readScalar } from "./compare.ts";
import type { SelectorNode } from "./nodes.ts";

/** A JSON value of an event. */
export type JsonValue = null | boolean | number | string | WrittenNumber | JsonValue[] | { [key: string]: JsonValue };

/** A number whose own text JavaScript would print otherwise: long digits, an exponent, or tiny. */
class WrittenNumber {
  readonly text: string;
  readonly number: number;
  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}

type Reviver = (key: string, value: JsonValue, context?: { source?: string }) => JsonValue;
const parseJsonText: (text: string, reviver?: Reviver) => JsonValue = JSON.parse;
/** Finds numbers that JavaScript may print otherwise than they are written (trailing zeros of a fraction aside). */
const UNUSUAL_NUMBER = /[:,[\s]-?(?:[\d.]{16}|\d[\d.]*[eE]|0\.0{6})/;

/** @returns the event's object, or undefined when the event as a whole is no JSON object */
export function parseEvent(message: string): { [key: string]: JsonValue } | undefined {
  if (message.trimStart()[0] !== "{") return undefined;
  let value: JsonValue;
  try {
    // Keeping texts costs several times plain parsing, so only events that may need it pay.
    value = UNUSUAL_NUMBER.test(message) ? parseJsonText(message, keepText) : parseJsonText(message);
  } catch (error) {
    // A RangeError is an event nested deeper than the stack; like malformed JSON it is no event a condition can read.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
  return isObject(value) ? value : undefined;
}

/** The values a selector stands for: none, one, or with a wildcard several. */
export function select(event: JsonValue, { steps }: SelectorNode): readonly JsonValue[] {
  let found: JsonValue[] = [event];
  for (const step of steps) {
    const next: JsonValue[] = [];
    for (const value of found) {
      if (Array.isArray(value)) {
        if (step.kind === "anyIndex") next.push(...value);
        else if (step.kind === "index" && step.index < value.length) next.push(value[step.index] ?? null);
      } else if (isObject(value)) {
        if (step.kind === "anyKey") next.push(...Object.values(value));
        else if (step.kind === "key" && Object.hasOwn(value, step.key)) next.push(value[step.key] ?? null);
      }
    }
    found = next;
  }
  return found;
}

/** @returns what a comparison sees; undefined for null, objects and arrays */
export function scalarOf(value: JsonValue): Scalar | undefined {
  if (typeof value === "string") return readScalar(value);
  if (typeof value === "number") return { text: String(value), number: value };
  if (typeof value === "boolean") return { text: String(value), number: undefined };
  if (value instanceof WrittenNumber) return value;
  return undefined;
}

function keepText(_key: string, value: JsonValue, context?: { source?: string }): JsonValue {
  if (typeof value !== "number" || context?.source === undefined) return value;
  return UNUSUAL_NUMBER.test(`:${context.source}`) ? new WrittenNumber(context.source, value) : value;
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof WrittenNumber);
}
