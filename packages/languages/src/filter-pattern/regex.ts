import { RE2JS } from "re2js";
import { FilterPatternError } from "./errors.ts";
import type { RegexAtom, RegexNode } from "./nodes.ts";

/** AWS's quota: a pattern holds at most two regular expressions. */
export const MAX_REGEXES = 2;

/** Bounds the size of the compiled expression, whose cost per character grows with it; RE2's own limit for one repetition. */
const MAX_REPEATS = 1000;

const LITERALS = /^[A-Za-z0-9:_#=@/;, -]$/;
const OPERATORS = "^$?[]{}|\\*+.";
const CLASS_ESCAPES = "dDsSwW";

/**
 * Reads the text between two percent signs, which stands at `offset` in the pattern.
 * @throws FilterPatternError for anything outside the documented dialect: no groups, no other symbols, no multi-byte characters.
 */
export function parseRegex(source: string, offset: number): RegexNode {
  if (source === "") throw new FilterPatternError("The regular expression between % and % is empty.", offset, offset);
  const reader = new RegexReader(source, offset);
  const alternatives = reader.read();
  const re2 = reader.re2;
  const repeats = alternatives.flat().reduce((sum, atom) => sum + Math.max(atom.min, atom.max ?? 0), 0);
  if (repeats > MAX_REPEATS + source.length) {
    throw new FilterPatternError(
      `The repetitions of the regular expression add up to more than ${MAX_REPEATS}.`,
      offset,
      offset + source.length,
    );
  }
  try {
    RE2JS.compile(re2);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new FilterPatternError(`The regular expression is not valid: ${reason}.`, offset, offset + source.length);
  }
  return Object.freeze({ kind: "regex", source, re2, alternatives });
}

/** Compiles to a search that is not anchored and takes time linear in the text. */
export function compileRegex(node: RegexNode): (text: string) => boolean {
  const regex = RE2JS.compile(node.re2);
  return (text) => regex.test(text);
}

/** For each alternative the longest literal that every text it matches contains; empty when there is none. */
export function requiredRuns(node: RegexNode): readonly string[] {
  return node.alternatives.map((atoms) => {
    let longest = "";
    let run = "";
    const close = () => {
      if (run.length > longest.length) longest = run;
      run = "";
    };
    for (const atom of atoms) {
      if (atom.kind === "anchor") continue;
      if (atom.kind === "class" || atom.min === 0) {
        close();
        continue;
      }
      run += atom.text;
      if (atom.max === 1) continue;
      close();
      // After a repetition the same character also ends the repeated part, so the next run may start with it.
      run = atom.text;
    }
    close();
    return longest;
  });
}

class RegexReader {
  readonly #source: string;
  readonly #offset: number;
  #at = 0;
  re2 = "";

  constructor(source: string, offset: number) {
    this.#source = source;
    this.#offset = offset;
  }

  read(): readonly (readonly RegexAtom[])[] {
    const alternatives: RegexAtom[][] = [[]];
    while (this.#at < this.#source.length) {
      if (this.#source[this.#at] === "|") {
        this.#at++;
        this.re2 += "|";
        alternatives.push([]);
        continue;
      }
      const atom = this.#atom();
      const [min, max] = this.#repetition(atom.kind === "anchor");
      alternatives.at(-1)?.push(Object.freeze({ ...atom, min, max }));
    }
    return Object.freeze(alternatives.map((atoms) => Object.freeze(atoms)));
  }

  #atom(): Pick<RegexAtom, "kind" | "text"> {
    const start = this.#at;
    const char = this.#source[start] ?? "";
    if (char === "[") return this.#characterClass();
    if (char === "\\") {
      const found = this.#escape();
      this.re2 += found.re2;
      return found.character === undefined
        ? { kind: "class", text: found.re2 }
        : { kind: "character", text: found.character };
    }
    if ("*+?{".includes(char))
      this.#fail(`"${char}" repeats nothing; write \\${char} to match the character`, start, start + 1);
    if ("]}".includes(char))
      this.#fail(`"${char}" has no opening bracket; write \\${char} to match the character`, start, start + 1);
    this.#at++;
    this.re2 += char;
    if (char === "^" || char === "$") return { kind: "anchor", text: char };
    if (char === ".") return { kind: "class", text: char };
    this.#literal(char, start);
    return { kind: "character", text: char };
  }

  #characterClass(): Pick<RegexAtom, "kind" | "text"> {
    const start = this.#at++;
    let text = "[";
    if (this.#source[this.#at] === "^") {
      this.#at++;
      text += "^";
    }
    const first = this.#at;
    for (;;) {
      const at = this.#at;
      const char = this.#source[at];
      if (char === undefined) this.#fail('"[" is not closed by "]"', start, this.#source.length);
      if (char === "]") {
        if (at === first) this.#fail("The character class is empty", start, at + 1);
        this.#at++;
        text += "]";
        break;
      }
      if (char === "\\") {
        text += this.#escape().re2;
        continue;
      }
      if (char === "[") this.#fail("Write \\[ for a bracket inside a character class", at, at + 1);
      if (!OPERATORS.includes(char)) this.#literal(char, at);
      this.#at++;
      // A caret that does not stand first is an ordinary character; escaped, RE2 reads it so everywhere.
      text += char === "^" ? "\\^" : char;
    }
    this.re2 += text;
    return { kind: "class", text };
  }

  /** `\d` and its kin, `\xHH`, or an escaped operator. */
  #escape(): { re2: string; character?: string } {
    const start = this.#at;
    const char = this.#source[start + 1];
    if (char === undefined) this.#fail("A backslash at the end escapes nothing", start, start + 1);
    if (CLASS_ESCAPES.includes(char)) {
      this.#at += 2;
      return { re2: `\\${char}` };
    }
    if (char === "x") {
      const digits = this.#source.slice(start + 2, start + 4);
      const code = /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
      if (!(code <= 0x7f)) this.#fail("\\x takes two hexadecimal digits from 00 to 7F", start, start + 4);
      this.#at += 4;
      return { re2: `\\x${digits}`, character: String.fromCharCode(code) };
    }
    if (OPERATORS.includes(char) || (LITERALS.test(char) && !/[A-Za-z0-9 ]/.test(char))) {
      this.#at += 2;
      return { re2: OPERATORS.includes(char) || char === "-" ? `\\${char}` : char, character: char };
    }
    this.#fail(`\\${char} is not a supported escape`, start, start + 2);
  }

  /** The repetition after an atom: at least, at most. */
  #repetition(anchor: boolean): [number, number | undefined] {
    const start = this.#at;
    const char = this.#source[start];
    let bounds: [number, number | undefined];
    if (char === "*" || char === "+" || char === "?") {
      this.#at++;
      bounds = [char === "+" ? 1 : 0, char === "?" ? 1 : undefined];
      this.re2 += char;
    } else if (char === "{") {
      const found = /^\{(\d*)(,?)(\d*)\}/.exec(this.#source.slice(start));
      if (!found || (found[1] === "" && found[3] === "")) {
        this.#fail("A repetition is written {n}, {n,}, {,m} or {n,m}", start, start + 1);
      }
      const min = Number(found[1]);
      const max = found[2] === "" ? min : found[3] === "" ? undefined : Number(found[3]);
      this.#at += found[0].length;
      bounds = [min, max];
      // RE2 reads {,m} as plain text.
      this.re2 += `{${min}${found[2] === "" ? "" : `,${max ?? ""}`}}`;
    } else {
      return [1, 1];
    }
    if (anchor) this.#fail("An anchor cannot be repeated", start, this.#at);
    const next = this.#source[this.#at];
    if (next === "?") {
      // A lazy repetition finds the same events as a greedy one.
      this.#at++;
      this.re2 += "?";
    }
    const after = this.#source[this.#at];
    if (after !== undefined && "*+?{".includes(after))
      this.#fail("A repetition cannot be repeated", start, this.#at + 1);
    return bounds;
  }

  #literal(char: string, at: number): void {
    if (LITERALS.test(char)) return;
    const code = char.charCodeAt(0);
    if (code > 0x7f) this.#fail(`"${char}" is not allowed in a regular expression: ASCII only`, at, at + 1);
    this.#fail(
      `"${char}" is not allowed in a regular expression; write it as \\x${code.toString(16).padStart(2, "0")}`,
      at,
      at + 1,
    );
  }

  #fail(message: string, start: number, end: number): never {
    throw new FilterPatternError(
      `${message}.`,
      this.#offset + start,
      this.#offset + Math.min(end, this.#source.length),
    );
  }
}
