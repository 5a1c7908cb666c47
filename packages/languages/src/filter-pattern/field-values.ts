import { readScalar, type Scalar } from "./compare.ts";
import { scalarOf, select } from "./json-event.ts";
import type { MessageReader } from "./message-reader.ts";
import type { FilterPattern, JsonNode, SelectorNode } from "./nodes.ts";

/** What a field must be: a whole text, a number (compared as such, so keys of their own kind), or beyond a bound. */
interface FieldTest {
  readonly kind: "equals" | "above" | "below";
  readonly selector: SelectorNode;
  readonly value: number | string;
}

/**
 * JSON patterns by the values that their fields must have: those that ask for another value cost nothing. Bounds count
 * as met at the bound itself; the patterns' own matchers decide.
 */
export class FieldValues {
  readonly #reader: MessageReader;
  readonly #fields = new Map<string, Field>();
  readonly #uses = new Map<string, number>();

  /** `patterns` are all that may be added. */
  constructor(reader: MessageReader, patterns: readonly FilterPattern[]) {
    this.#reader = reader;
    for (const pattern of patterns) {
      if (pattern.language !== "json") continue;
      for (const test of needs(pattern.condition).flat()) {
        const key = keyOf(test);
        this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
      }
    }
  }

  /** How many fields are looked at. */
  get length(): number {
    return this.#fields.size;
  }

  /** False when nothing that the pattern asks of a field is needed by all its matches. */
  add(condition: JsonNode, index: number): boolean {
    const [rarest] = [...needs(condition)].sort((one, other) => this.#cost(one) - this.#cost(other));
    if (rarest === undefined) return false;
    for (const test of rarest) {
      const { selector } = test;
      const field = this.#fields.get(selector.text) ?? new Field(selector);
      this.#fields.set(selector.text, field);
      field.add(test, index);
    }
    return true;
  }

  /** To be called once, when all patterns are added. */
  close(): void {
    for (const field of this.#fields.values()) field.close();
  }

  find(message: string, tell: (index: number) => void): void {
    if (this.#fields.size === 0 || message.trimStart()[0] !== "{") return;
    // Only an escape of this kind can hide a plain key.
    const plain = !message.includes("\\u");
    for (const field of this.#fields.values()) {
      if (plain && field.isPlain) field.findWritten(message, tell);
      else this.#findRead(field, message, tell);
    }
  }

  #findRead(field: Field, message: string, tell: (index: number) => void): void {
    const event = this.#reader.json(message);
    if (event === undefined) return;
    for (const value of select(event, field.selector)) {
      const scalar = scalarOf(value);
      if (scalar !== undefined) field.find(scalar, tell);
    }
  }

  /** A bound lets more values through than an equality that many patterns ask for. */
  #cost(tests: readonly FieldTest[]): number {
    return tests.reduce(
      (sum, test) => sum + (test.kind === "equals" ? (this.#uses.get(keyOf(test)) ?? 0) : BOUND_COST),
      0,
    );
  }
}

const BOUND_COST = 1_000;

interface Bound {
  readonly value: number;
  readonly index: number;
}

/** The patterns that ask something of one field. */
class Field {
  readonly selector: SelectorNode;
  /** The key that the value stands behind, as JSON writes it; undefined when it may be written otherwise. */
  readonly #writtenKey: string | undefined;
  readonly #equal = new Map<number | string, number[]>();
  /** Lower bounds rising and upper bounds falling, so that those that a value meets stand in front. */
  readonly #above: Bound[] = [];
  readonly #below: Bound[] = [];

  constructor(selector: SelectorNode) {
    this.selector = selector;
    const last = selector.steps.at(-1);
    this.#writtenKey = last?.kind === "key" && /^[\w.-]+$/.test(last.key) ? `"${last.key}"` : undefined;
  }

  get isPlain(): boolean {
    return this.#writtenKey !== undefined;
  }

  add({ kind, value }: FieldTest, index: number): void {
    if (kind === "equals") {
      const patterns = this.#equal.get(value) ?? [];
      patterns.push(index);
      this.#equal.set(value, patterns);
    } else {
      (kind === "above" ? this.#above : this.#below).push({ value: Number(value), index });
    }
  }

  close(): void {
    this.#above.sort((one, other) => one.value - other.value);
    this.#below.sort((one, other) => other.value - one.value);
  }

  /**
   * Looks at whatever stands behind the key anywhere in the text, without reading the JSON, which costs many times as
   * much. So it may find too many, which the patterns' matchers see.
   */
  findWritten(message: string, tell: (index: number) => void): void {
    const key = this.#writtenKey ?? "";
    for (let at = message.indexOf(key); at !== -1; at = message.indexOf(key, at + key.length)) {
      VALUE.lastIndex = at + key.length;
      const found = VALUE.exec(message);
      if (found === null) continue;
      const [, string, bare] = found;
      if (string !== undefined) this.find(readScalar(unescaped(string)), tell);
      else if (bare !== undefined) {
        this.find({ text: bare, number: undefined }, tell);
        const number = Number(bare);
        if (!Number.isNaN(number)) this.find({ text: String(number), number }, tell);
      }
    }
  }

  find({ text, number }: Scalar, tell: (index: number) => void): void {
    for (const index of this.#equal.get(text) ?? []) tell(index);
    if (number === undefined) return;
    for (const index of this.#equal.get(number) ?? []) tell(index);
    for (const { value, index } of this.#above) {
      if (value > number) break;
      tell(index);
    }
    for (const { value, index } of this.#below) {
      if (value < number) break;
      tell(index);
    }
  }
}

/** Behind a key: a string, or what is written without quotes and is no object or list. */
const VALUE = /\s*:\s*(?:"([^"\\]*(?:\\.[^"\\]*)*)"|([^\s"[\]{},]+))/y;

/** What no JSON string holds makes the message no JSON, which no pattern matches. */
function unescaped(string: string): string {
  if (!string.includes("\\")) return string;
  try {
    return String(JSON.parse(`"${string}"`));
  } catch (error) {
    if (error instanceof SyntaxError) return string;
    throw error;
  }
}

function keyOf({ kind, selector, value }: FieldTest): string {
  return `${kind} ${typeof value} ${selector.text} ${value}`;
}

/** Ways to say what an event needs: of each list it must pass at least one test to match. */
function needs(node: JsonNode): readonly (readonly FieldTest[])[] {
  switch (node.kind) {
    case "and":
      return node.parts.flatMap(needs);
    case "or": {
      const parts = node.parts.map((part) => needs(part)[0]);
      return parts.every((part) => part !== undefined) ? [parts.flat()] : [];
    }
    case "condition": {
      const found = testOf(node.condition);
      return found === undefined ? [] : [[found]];
    }
  }
}

function testOf({ selector, test }: Extract<JsonNode, { kind: "condition" }>["condition"]): FieldTest | undefined {
  if (test.kind !== "compare") return undefined;
  const { operator, value } = test.comparison;
  switch (operator) {
    case "=":
      if (value.kind === "number") return { kind: "equals", selector, value: value.value };
      if (value.kind !== "text" || value.openStart || value.openEnd) return undefined;
      return { kind: "equals", selector, value: value.text };
    case ">":
    case ">=":
      return { kind: "above", selector, value: value.value };
    case "<":
    case "<=":
      return { kind: "below", selector, value: value.value };
    case "!=":
      return undefined;
  }
}
