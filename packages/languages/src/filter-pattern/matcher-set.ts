import { FieldValues } from "./field-values.ts";
import { type MessageReader, rememberingReader } from "./message-reader.ts";
import { narrow, type TextTest } from "./narrow.ts";
import type { FilterPattern } from "./nodes.ts";

/** Says which of many patterns a message may match. Only their own matchers decide. */
export interface MatcherSet {
  /**
   * The places, in the list of patterns and rising, of those that may match: all that do match, and few others. Takes one pass over
   * the message, however many patterns there are. The list is overwritten by the next call.
   */
  candidates(message: string): readonly number[];
}

/** Longer literals are looked for by so many characters of them: enough to be rare, and it bounds the table. */
const MAX_LITERAL = 16;
/** Characters that have a place in the table: those of ASCII. */
const CHARACTERS = 128;
/** States of the table: 128 of its cells of 4 bytes each for every one, so 32 MiB at most. */
const MAX_STATES = 65_536;

/** So many fields are looked for one by one rather than their literals all at once: their values tell much more. */
const FEW_FIELDS = 16;

/** Patterns that have their rarest literal in common with more others than this are told apart by what they compare, if they can be. */
const SHARED_BY_MANY = 8;

/**
 * Gathers a literal that each pattern needs and few others do, and looks for all of them at once, by the automaton of Aho and
 * Corasick. JSON patterns that have no such literal, but compare a field with a value, are found by the field's value. All others
 * are candidates always.
 */
export function compileMatcherSet(
  patterns: readonly FilterPattern[],
  reader: MessageReader = rememberingReader(),
): MatcherSet {
  const choices = patterns.map((pattern) =>
    alternatives(narrow(pattern).test).map((literals) => literals.map(searchable)),
  );
  const uses = new Map<string, number>();
  for (const literals of choices)
    for (const literal of new Set(literals.flat())) uses.set(literal, (uses.get(literal) ?? 0) + 1);
  const sharing = (literals: readonly string[]) => Math.max(...own(literals).map((literal) => uses.get(literal) ?? 0));

  const table = new LiteralTable();
  const values = new FieldValues(reader, patterns);
  const always: number[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const [best] = (choices[index] ?? [])
      .filter((literals) => !literals.includes(""))
      .sort((one, other) => sharing(one) - sharing(other) || selectivity(other) - selectivity(one));
    const compared = best === undefined || sharing(best) > SHARED_BY_MANY || values.length < FEW_FIELDS;
    if (compared && pattern.language === "json" && values.add(pattern.condition, index)) continue;
    if (best === undefined || !table.add(best, index)) always.push(index);
  }
  table.close();
  values.close();
  const found: number[] = [];
  const seen = new Uint8Array(patterns.length);
  const tell = (index: number) => {
    if (seen[index] === 1) return;
    seen[index] = 1;
    found.push(index);
  };
  return {
    candidates(message) {
      for (const index of found) seen[index] = 0;
      found.length = 0;
      table.find(message, tell);
      values.find(message, tell);
      if (always.length > 0) found.push(...always);
      return found.sort((a, b) => a - b);
    },
  };
}

/** Ways to say which texts a message needs: of each list it must hold at least one to pass the test. */
function alternatives(test: TextTest): readonly (readonly string[])[] {
  switch (test.kind) {
    case "contains":
      return [[test.text]];
    case "or": {
      const parts = test.parts.map((part) => alternatives(part)[0]);
      return parts.every((part) => part !== undefined) ? [parts.flat()] : [];
    }
    case "and":
      return test.parts.flatMap(alternatives);
    default:
      return [];
  }
}

/** Long literals are rare ones, and each further alternative is one more that may be there. */
function selectivity(literals: readonly string[]): number {
  return Math.min(...own(literals).map((literal) => literal.length)) - literals.length;
}

/** The literals without the escape that any JSON may hold, which is seldom there. */
function own(literals: readonly string[]): readonly string[] {
  return literals.length > 1 ? literals.filter((literal) => literal !== "\\u") : literals;
}

/** The longest piece of the literal that the table takes. */
function searchable(literal: string): string {
  const pieces = literal.split(/[^\0-\x7f]+/);
  return pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), "").slice(0, MAX_LITERAL);
}

class LiteralTable {
  /** The state after each character, row by row of {@link CHARACTERS}. */
  #next = new Int32Array(CHARACTERS * 16);
  #states = 1;
  /** Patterns found on reaching a state. */
  readonly #found: (number[] | undefined)[] = [undefined];

  /** False when there is no room for them. */
  add(literals: readonly string[], index: number): boolean {
    const length = literals.reduce((sum, literal) => sum + literal.length, 0);
    if (this.#states + length > MAX_STATES) return false;
    for (const literal of literals) {
      let state = 0;
      for (let i = 0; i < literal.length; i++) {
        const cell = state * CHARACTERS + literal.charCodeAt(i);
        let next = this.#next[cell] ?? 0;
        if (next === 0) {
          next = this.#newState();
          this.#next[cell] = next;
        }
        state = next;
      }
      const found = this.#found[state] ?? [];
      if (!found.includes(index)) found.push(index);
      this.#found[state] = found;
    }
    return true;
  }

  /** Fills in where to go on after a character that no literal has next. */
  close(): void {
    const next = this.#next;
    const fallback = new Int32Array(this.#states);
    const queue: number[] = [];
    for (let character = 0; character < CHARACTERS; character++) {
      const state = next[character] ?? 0;
      if (state !== 0) queue.push(state);
    }
    for (const state of queue) {
      const behind = fallback[state] ?? 0;
      const inherited = this.#found[behind];
      if (inherited !== undefined) this.#found[state] = [...new Set([...(this.#found[state] ?? []), ...inherited])];
      for (let character = 0; character < CHARACTERS; character++) {
        const cell = state * CHARACTERS + character;
        const child = next[cell] ?? 0;
        const elsewhere = next[behind * CHARACTERS + character] ?? 0;
        if (child === 0) {
          next[cell] = elsewhere;
          continue;
        }
        fallback[child] = elsewhere;
        queue.push(child);
      }
    }
  }

  find(message: string, tell: (index: number) => void): void {
    if (this.#states === 1) return;
    const next = this.#next;
    let state = 0;
    for (let i = 0; i < message.length; i++) {
      const character = message.charCodeAt(i);
      state = character < CHARACTERS ? (next[state * CHARACTERS + character] ?? 0) : 0;
      if (state === 0) continue;
      const found = this.#found[state];
      if (found !== undefined) for (const index of found) tell(index);
    }
  }

  #newState(): number {
    const state = this.#states++;
    if (this.#states * CHARACTERS > this.#next.length) {
      const larger = new Int32Array(this.#next.length * 2);
      larger.set(this.#next);
      this.#next = larger;
    }
    this.#found.push(undefined);
    return state;
  }
}
