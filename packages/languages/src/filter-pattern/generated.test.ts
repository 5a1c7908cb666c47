import assert from "node:assert/strict";
import { test } from "node:test";
import { compileMatcher } from "./matcher.ts";
import { narrow, type TextTest } from "./narrow.ts";
import { parseFilterPattern } from "./parse.ts";

/**
 * Random patterns over a tiny alphabet, built together with a naive meaning of their own. `PATTERN_ROUNDS` makes the
 * run longer; the seed of a failing pattern is in its message.
 */
const ROUNDS = Number(process.env.PATTERN_ROUNDS ?? 400);
const MESSAGES_PER_PATTERN = 12;

/** Mulberry32: small, and the same everywhere. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * bound);
  }
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick");
    return item;
  }
  list<T>(least: number, most: number, make: () => T): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make);
  }
}

/** A pattern's text and what it should mean for an event of the type. */
interface Meaning<Event> {
  readonly text: string;
  readonly holds: (event: Event) => boolean;
}

function randomRegex(dice: Dice): Meaning<string> {
  const atoms = ["a", "b", "ab", "\\d", "[ab]", "[^a]", ".", "\\x61", "1", "-"];
  const repeats = ["", "", "", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "+?"];
  const sequence = () =>
    (dice.below(6) === 0 ? "^" : "") +
    dice.list(1, 3, () => dice.pick(atoms) + dice.pick(repeats)).join("") +
    (dice.below(6) === 0 ? "$" : "");
  const source = dice.list(1, 2, sequence).join("|");
  const oracle = new RegExp(source.replaceAll("{,", "{0,"));
  return { text: `%${source}%`, holds: (text) => oracle.test(text) };
}

function randomTerms(dice: Dice): Meaning<string> {
  const term = (): Meaning<string> => {
    const word = dice.list(1, 2, () => dice.pick(["a", "b", "1", "ab"])).join("");
    if (dice.below(3) > 0) return { text: word, holds: (event) => event.includes(word) };
    const phrase = `${word}${dice.pick([" ", "-", '"', "\\"])}${dice.pick(["a", "b", ""])}`;
    const quoted = `"${phrase.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    return { text: quoted, holds: (event) => event.indexOf(phrase) >= 0 };
  };
  const terms = dice.list(1, 4, () => ({ sign: dice.pick(["", "-", "?", "?"]), ...term() }));
  if (dice.below(3) === 0) terms.push({ sign: dice.pick(["", "-", "?"]), ...randomRegex(dice) });
  const firm = terms.filter(({ sign }) => sign !== "?");
  return {
    text: terms.map(({ sign, text }) => sign + text).join(" "),
    holds: (event) =>
      firm.length > 0
        ? firm.every(({ sign, holds }) => holds(event) === (sign === ""))
        : terms.some(({ holds }) => holds(event)),
  };
}

type Comparable = string | number | boolean;

/** A comparison of texts and small whole numbers, by their printed forms. */
function randomComparison(dice: Dice): Meaning<Comparable> {
  const kind = dice.below(5);
  if (kind === 0) {
    const bound = dice.below(4);
    const operator = dice.pick(["<", ">", "<=", ">="]);
    const order: Record<string, (value: number) => boolean> = {
      "<": (value) => value < bound,
      ">": (value) => value > bound,
      "<=": (value) => value <= bound,
      ">=": (value) => value >= bound,
    };
    return {
      text: `${operator} ${bound}`,
      holds: (value) =>
        typeof value !== "boolean" && /^\d+$/.test(String(value)) && order[operator]?.(Number(value)) === true,
    };
  }
  const negative = dice.below(3) === 0;
  const operator = negative ? "!=" : "=";
  if (kind === 1) {
    const wanted = dice.below(4);
    return { text: `${operator} ${wanted}`, holds: (value) => (String(value) === String(wanted)) !== negative };
  }
  if (kind === 2) {
    const regex = randomRegex(dice);
    return { text: `${operator} ${regex.text}`, holds: (value) => regex.holds(String(value)) !== negative };
  }
  const body = dice.pick(["a", "b", "ab", "a*b", "ba"]);
  const [open, close] = [dice.pick(["", "*"]), dice.pick(["", "*"])];
  const escaped = body.replace("*", "\\*");
  const oracle = new RegExp(`^${open && "[^]*"}${escaped}${close && "[^]*"}$`);
  const quote = dice.pick(["", '"']);
  return {
    text: `${operator} ${quote}${open}${body}${close}${quote}`,
    holds: (value) => oracle.test(String(value)) !== negative,
  };
}

function randomBoolean<E>(dice: Dice, depth: number, leaf: () => Meaning<E>, brackets: boolean): Meaning<E> {
  if (depth === 0 || dice.below(3) === 0) return leaf();
  const both = dice.below(2) === 0;
  const part = (): Meaning<E> => {
    const inner = randomBoolean(dice, depth - 1, leaf, brackets);
    return brackets ? { ...inner, text: `(${inner.text})` } : leaf();
  };
  const [left, right] = [part(), part()];
  return {
    text: `${left.text} ${both ? "&&" : "||"} ${right.text}`,
    holds: (event) => (both ? left.holds(event) && right.holds(event) : left.holds(event) || right.holds(event)),
  };
}

type Flat = Record<string, Comparable | null | Comparable[]>;

function randomJson(dice: Dice): Meaning<Flat> {
  let regexes = 0;
  const leaf = (): Meaning<Flat> => {
    const key = dice.pick(["a", "b", "list"]);
    switch (dice.below(6)) {
      case 0:
        return { text: `$.${key} NOT EXISTS`, holds: (event) => !(key in event) };
      case 1:
        return { text: `$.${key} IS NULL`, holds: (event) => event[key] === null };
      case 2:
        return { text: `$.${key} IS TRUE`, holds: (event) => event[key] === true };
    }
    let comparison = randomComparison(dice);
    while (comparison.text.includes("%") && ++regexes > 2) comparison = randomComparison(dice);
    if (key === "list") {
      const index = dice.below(2);
      return {
        text: `$.list[${index}] ${comparison.text}`,
        holds: ({ list }) => {
          const item = Array.isArray(list) ? list[index] : undefined;
          return item !== undefined && comparison.holds(item);
        },
      };
    }
    return {
      text: `$.${key} ${comparison.text}`,
      holds: (event) => {
        const value = event[key];
        if (value === undefined || Array.isArray(value)) return false;
        return value === null ? comparison.text.startsWith("!=") : comparison.holds(value);
      },
    };
  };
  const expression = randomBoolean(dice, 3, leaf, true);
  return { text: `{ ${expression.text} }`, holds: expression.holds };
}

function randomSpace(dice: Dice): Meaning<readonly string[]> {
  let regexes = 0;
  const slot = (_: unknown, at: number): Meaning<string> => {
    const name = `f${at}`;
    if (dice.below(2) === 0) return { text: dice.pick([name, ""]), holds: () => true };
    const leaf = (): Meaning<string> => {
      let comparison = randomComparison(dice);
      while (comparison.text.includes("%") && ++regexes > 2) comparison = randomComparison(dice);
      return { text: `${name} ${comparison.text}`, holds: comparison.holds };
    };
    return randomBoolean(dice, 1, leaf, false);
  };
  const slots = Array.from({ length: 2 + dice.below(3) }, slot);
  const gap = dice.below(slots.length + 3);
  const texts = slots.map(({ text }) => text);
  if (gap <= slots.length) texts.splice(gap, 0, "...");
  return {
    text: `[${texts.join(", ")}]`,
    holds: (fields) =>
      (gap <= slots.length ? fields.length >= slots.length : fields.length === slots.length) &&
      slots.every(({ holds }, at) => holds(fields[at < gap ? at : fields.length - slots.length + at] ?? "")),
  };
}

function check(seed: number, pattern: string, message: string, expected: boolean): void {
  const parsed = parseFilterPattern(pattern);
  const matcher = compileMatcher(parsed);
  const where = `seed ${seed}: ${pattern} on ${message}`;
  assert.equal(matcher.matches(message), expected, where);
  assert.equal(matcher.extract(message) !== undefined, expected, where);
  const condition = narrow(parsed);
  const passes = evaluate(condition.test, message);
  assert.ok(condition.exact ? passes === expected : passes || !expected, `narrowing, ${where}`);
}

function evaluate(test: TextTest, message: string): boolean {
  switch (test.kind) {
    case "all":
      return true;
    case "contains":
      return message.includes(test.text);
    case "not":
      return !evaluate(test.part, message);
    case "and":
      return test.parts.every((part) => evaluate(part, message));
    case "or":
      return test.parts.some((part) => evaluate(part, message));
  }
}

test("generated term patterns mean what the naive evaluator says", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const dice = new Dice(seed);
    const { text, holds } = randomTerms(dice);
    for (let n = 0; n < MESSAGES_PER_PATTERN; n++) {
      const message = dice.list(0, 8, () => dice.pick(["a", "b", "1", " ", "-", '"', "\\", "x"])).join("");
      check(seed, text, message, holds(message));
    }
  }
});

test("generated JSON patterns mean what the naive evaluator says", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const dice = new Dice(seed);
    const { text, holds } = randomJson(dice);
    const scalar = (): Comparable => dice.pick(["a", "b", "ab", "ba", "aab", "a*b", "1", 0, 1, 2, 3, true, false]);
    for (let n = 0; n < MESSAGES_PER_PATTERN; n++) {
      const event: Flat = {};
      for (const key of ["a", "b"]) if (dice.below(4) > 0) event[key] = dice.below(6) === 0 ? null : scalar();
      if (dice.below(2) === 0) event.list = dice.list(0, 2, scalar);
      const plain = JSON.stringify(event);
      // The same event with every letter of its strings escaped.
      const escaped = plain.replace(/"[^"]*"/g, (quoted) =>
        quoted.replace(/[ab]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
      );
      check(seed, text, plain, holds(event));
      check(seed, text, escaped, holds(event));
    }
  }
});

test("generated space-delimited patterns mean what the naive evaluator says", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const dice = new Dice(seed);
    const { text, holds } = randomSpace(dice);
    for (let n = 0; n < MESSAGES_PER_PATTERN; n++) {
      const fields = dice.list(1, 5, () => dice.pick(["a", "b", "ab", "aab", "a*b", "0", "1", "2", "3", "x", "a b"]));
      const message = fields
        .map((field) => (field.includes(" ") ? dice.pick([`[${field}]`, `"${field}"`]) : field))
        .join(" ");
      check(seed, text, message, holds(fields));
    }
  }
});
