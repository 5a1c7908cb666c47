import { InsightsSyntaxError, type Span } from "./syntax-error.ts";

/**
 * A regular expression in RE2's dialect, checked before it reaches the engine.
 * `literals` are texts every match contains (empty when none is certain); a
 * search may narrow by them. `pure` is set when the expression is one literal.
 */
export interface RegexPattern {
  readonly source: string;
  readonly literals: readonly string[];
  readonly pure?: string;
  /** Capture groups in order; an unnamed group has no name. */
  readonly groups: readonly { readonly name?: string }[];
}

/** RE2 refuses larger counted repetitions, and nested ones multiply. */
const MAX_REPEAT = 1000;
/** Bounds the compiled program: the product of nested counted repetitions. */
const MAX_REPEAT_PRODUCT = 1000;
const MAX_DEPTH = 100;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", a: "\x07" };

/**
 * Checks `source` against the dialect. `start` is the offset of the first
 * character of the expression in the query, so that errors point into it.
 * Look-around, back-references, atomic groups and possessive repetition are
 * refused: no linear-time engine has them.
 */
export function parseRegex(source: string, span: Span): RegexPattern {
  return Object.freeze(new RegexReader(source, span).read());
}

interface Piece {
  /** The exact text this piece stands for, when it is one. */
  readonly text?: string;
  /** Texts that a match of this piece certainly contains. */
  readonly literals: readonly string[];
  /** Product of the counted repetitions inside. */
  readonly weight: number;
}

class RegexReader {
  readonly #source: string;
  readonly #span: Span;
  readonly #groups: { readonly name?: string }[] = [];
  #at = 0;
  #depth = 0;
  #ignoreCase = false;

  constructor(source: string, span: Span) {
    this.#source = source;
    this.#span = span;
  }

  read(): RegexPattern {
    const piece = this.#alternation();
    if (this.#at < this.#source.length)
      this.#fail("This closing parenthesis has no opening one. Remove it or escape it.");
    // Case folding may be switched on anywhere, so literals are trusted only in expressions that never do.
    const literals = this.#ignoreCase ? [] : piece.literals;
    const base = { source: this.#source, literals: Object.freeze([...literals]), groups: Object.freeze(this.#groups) };
    return piece.text !== undefined && piece.text !== "" && !this.#ignoreCase ? { ...base, pure: piece.text } : base;
  }

  #fail(message: string, from = this.#at, to = from + 1): never {
    // The slash precedes the expression; an escaped slash may shift the rest by a character, which the clamp bounds.
    const start = Math.min(this.#span.start + 1 + from, Math.max(this.#span.start, this.#span.end - 1));
    throw new InsightsSyntaxError(`Regular expression: ${message}`, {
      start,
      end: Math.min(Math.max(start + 1, this.#span.start + 1 + to), this.#span.end),
    });
  }

  #alternation(): Piece {
    if (++this.#depth > MAX_DEPTH) this.#fail(`Groups are nested more than ${MAX_DEPTH} deep. Simplify it.`);
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      branches.push(this.#sequence());
    }
    this.#depth--;
    const [only] = branches;
    if (branches.length === 1 && only !== undefined) return only;
    return { literals: [], weight: Math.max(...branches.map((branch) => branch.weight)) };
  }

  #sequence(): Piece {
    const literals: string[] = [];
    let run = "";
    let exact = true;
    let weight = 1;
    const flush = () => {
      if (run !== "") literals.push(run);
      run = "";
    };
    while (this.#at < this.#source.length && this.#source[this.#at] !== "|" && this.#source[this.#at] !== ")") {
      const from = this.#at;
      const atom = this.#atom();
      const repeat = this.#repetition(from, atom.weight);
      weight = Math.max(weight, repeat.weight);
      if (repeat.minimum === 1 && repeat.maximum === 1) {
        if (atom.text !== undefined) {
          run += atom.text;
        } else {
          flush();
          literals.push(...atom.literals);
          exact = false;
        }
        continue;
      }
      exact = false;
      flush();
      if (repeat.minimum > 0) literals.push(...(atom.text ? [atom.text] : atom.literals));
    }
    if (exact) return { text: run, literals: run === "" ? [] : [run], weight };
    flush();
    return { literals, weight };
  }

  #repetition(from: number, inner: number): { minimum: number; maximum: number; weight: number } {
    let minimum = 1;
    let maximum = 1;
    let weight = inner;
    const symbol = this.#source[this.#at];
    if (symbol === "*" || symbol === "+" || symbol === "?") {
      this.#at++;
      minimum = symbol === "+" ? 1 : 0;
      maximum = symbol === "?" ? 1 : Number.POSITIVE_INFINITY;
    } else {
      const counted = /^\{([0-9]{1,9})(?:(,)([0-9]{0,9}))?\}/.exec(this.#source.slice(this.#at));
      if (counted === null) return { minimum, maximum, weight };
      minimum = Number(counted[1]);
      maximum = counted[2] === undefined ? minimum : counted[3] === "" ? Number.POSITIVE_INFINITY : Number(counted[3]);
      const bound = Number.isFinite(maximum) ? maximum : minimum;
      if (minimum > maximum || bound > MAX_REPEAT) {
        this.#fail(
          `Repetition counts go up to ${MAX_REPEAT}, the smaller first. Correct the counts.`,
          this.#at,
          this.#at + counted[0].length,
        );
      }
      weight = Math.max(inner, inner * Math.max(bound, 1));
      if (weight > MAX_REPEAT_PRODUCT) {
        this.#fail(
          "Nested repetitions multiply to more than 1000. Use smaller counts.",
          from,
          this.#at + counted[0].length,
        );
      }
      this.#at += counted[0].length;
    }
    const next = this.#source[this.#at];
    if (next === "?") this.#at++;
    else if (next === "+") this.#fail("Possessive repetition is not supported. Remove the second plus sign.");
    else if (next === "*") this.#fail("A repetition cannot be repeated. Put the inner one in parentheses.");
    else if (/^\{[0-9]{1,9}(?:,[0-9]{0,9})?\}/.test(this.#source.slice(this.#at))) {
      this.#fail("A repetition cannot be repeated. Put the inner one in parentheses.");
    }
    if (this.#source[this.#at] === "?" || this.#source[this.#at] === "*" || this.#source[this.#at] === "+") {
      this.#fail("A repetition cannot be repeated. Put the inner one in parentheses.");
    }
    return { minimum, maximum, weight };
  }

  #atom(): Piece {
    const char = this.#source.charAt(this.#at);
    if (char === "(") return this.#group();
    if (char === "[") return this.#class();
    if (char === "\\") return this.#escape();
    if (char === "*" || char === "+" || char === "?")
      this.#fail(`"${char}" has nothing to repeat. Escape it with a backslash.`);
    if (/^\{[0-9]{1,9}(?:,[0-9]{0,9})?\}/.test(this.#source.slice(this.#at))) {
      this.#fail("A repetition count has nothing to repeat. Escape the brace with a backslash.");
    }
    const full = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += full.length;
    if (char === "." || char === "^" || char === "$") return { literals: [], weight: 1 };
    return { text: full, literals: [full], weight: 1 };
  }

  #group(): Piece {
    const open = this.#at;
    const rest = this.#source.slice(open);
    const look = /^\(\?(?:=|!|<=|<!)/.exec(rest);
    if (look) {
      this.#fail(
        "Look-around is not supported. Match the text itself, or add a second filter.",
        open,
        open + look[0].length,
      );
    }
    const named = /^\(\?P?<([A-Za-z_][A-Za-z0-9_]*)>/.exec(rest);
    const flags = /^\(\?([imsU]*)(-[imsU]+)?([:)])/.exec(rest);
    if (named?.[1] !== undefined) {
      if (this.#groups.some((group) => group.name === named[1])) {
        this.#fail(`Two groups are named ${named[1]}. Give each its own name.`, open, open + named[0].length);
      }
      this.#groups.push(Object.freeze({ name: named[1] }));
      this.#at += named[0].length;
    } else if (flags) {
      if (flags[1] === "" && flags[2] === undefined && flags[3] === ")")
        this.#fail("This group is empty. Remove it.", open, open + 3);
      if (flags[1]?.includes("i")) this.#ignoreCase = true;
      this.#at += flags[0].length;
      if (flags[3] === ")") return { text: "", literals: [], weight: 1 };
    } else if (rest.startsWith("(?")) {
      this.#fail(
        "This kind of group is not supported. Use (...), (?:...), (?<name>...) or flags such as (?i); names hold letters, digits and underscores.",
        open,
        open + 3,
      );
    } else {
      this.#groups.push(Object.freeze({}));
      this.#at++;
    }
    const piece = this.#alternation();
    if (this.#source[this.#at] !== ")") this.#fail("This parenthesis is not closed. Close it or escape it.", open);
    this.#at++;
    return piece;
  }

  #class(): Piece {
    const open = this.#at;
    this.#at++;
    if (this.#source[this.#at] === "^") this.#at++;
    let first = true;
    while (first || this.#source[this.#at] !== "]") {
      if (this.#at >= this.#source.length) this.#fail("This bracket is not closed. Close it or escape it.", open);
      first = false;
      const posix = /^\[:\^?([a-z]+):\]/.exec(this.#source.slice(this.#at));
      if (posix) {
        if (!POSIX_CLASSES.has(posix[1] ?? ""))
          this.#fail(
            `There is no class ${posix[0]}. Write one such as [[:alpha:]].`,
            this.#at,
            this.#at + posix[0].length,
          );
        this.#at += posix[0].length;
        continue;
      }
      const from = this.#at;
      const low = this.#classCharacter();
      if (this.#source[this.#at] === "-" && this.#at + 1 < this.#source.length && this.#source[this.#at + 1] !== "]") {
        this.#at++;
        const high = this.#classCharacter();
        if (low === undefined || high === undefined || low > high) {
          this.#fail(
            "This range runs backwards or has a class at its end. Write the smaller character first.",
            from,
            this.#at,
          );
        }
      }
    }
    this.#at++;
    return { literals: [], weight: 1 };
  }

  /** The code point read, or undefined for a class escape such as `\d`. */
  #classCharacter(): number | undefined {
    if (this.#source.charAt(this.#at) === "\\") {
      const piece = this.#escape(true);
      return piece.text?.codePointAt(0);
    }
    const code = this.#source.codePointAt(this.#at) ?? 0;
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #escape(inClass = false): Piece {
    const from = this.#at;
    const char = this.#source.charAt(from + 1);
    const rest = this.#source.slice(from);
    const unicode = /^\\[pP](?:\{\^?([A-Za-z_]+)\}|([LMNPSZC]))/.exec(rest);
    const hex = /^\\x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest);
    if (char === "") this.#fail("It ends in a lone backslash. Write two for a literal one.");
    if (/[1-9]/.test(char) || char === "k") {
      this.#fail("Back-references are not supported. Repeat the pattern instead.", from, from + 2);
    }
    if (unicode) {
      if (unicode[1] !== undefined && !UNICODE_CLASSES.has(unicode[1])) {
        this.#fail(
          `There is no Unicode class ${unicode[1]}. Write one such as \\p{L}.`,
          from,
          from + unicode[0].length,
        );
      }
      this.#at += unicode[0].length;
      return { literals: [], weight: 1 };
    }
    if (hex) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? "", 16);
      if (code > 0x10ffff)
        this.#fail("No character has this number. Numbers go up to 10ffff.", from, from + hex[0].length);
      this.#at += hex[0].length;
      const text = String.fromCodePoint(code);
      return { text, literals: [text], weight: 1 };
    }
    this.#at += 2;
    const simple = SIMPLE_ESCAPES[char];
    if (simple !== undefined) return { text: simple, literals: [simple], weight: 1 };
    if ("dDwWsS".includes(char) || (!inClass && "bBAz".includes(char))) return { literals: [], weight: 1 };
    if (/[A-Za-z0-9]/.test(char)) {
      this.#fail(
        `The escape \\${char} is not supported. Remove the backslash for the plain character.`,
        from,
        from + 2,
      );
    }
    const full = String.fromCodePoint(this.#source.codePointAt(from + 1) ?? 0);
    this.#at = from + 1 + full.length;
    return { text: full, literals: [full], weight: 1 };
  }
}

const POSIX_CLASSES = new Set(
  "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split(" "),
);
/** The classes people use in log queries; RE2 knows more scripts than we list, and a miss is a clear error. */
const UNICODE_CLASSES = new Set(
  "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Co Cs Latin Greek Cyrillic Han Hiragana Katakana Arabic Hebrew Hangul Thai".split(
    " ",
  ),
);
