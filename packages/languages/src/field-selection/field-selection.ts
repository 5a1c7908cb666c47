/**
 * Field selection criteria: which events a metric filter sees, by the system fields that say where they came from, such
 * as `@aws.region = "us-east-1" AND @aws.account NOT IN ["111122223333"]` (API reference, PutMetricFilter).
 */

/** AWS's bound on the text, in UTF-16 units. */
export const MAX_SELECTION_LENGTH = 2_000;

/** The fields that criteria may name, of one event's source. */
export interface SystemFields {
  readonly "@aws.account": string;
  readonly "@aws.region": string;
}

/** Criteria that cannot be understood. Offsets are UTF-16 positions in the text, end exclusive. */
export class FieldSelectionError extends Error {
  override readonly name = "FieldSelectionError";
  readonly startOffset: number;
  readonly endOffset: number;

  constructor(message: string, startOffset: number, endOffset: number) {
    super(message);
    this.startOffset = startOffset;
    this.endOffset = endOffset;
  }
}

type Test = (fields: SystemFields) => boolean;

/**
 * Compiles criteria to a test; empty ones take every event. `AND` binds closer than `OR`, parentheses group, keywords may
 * be written in any case, texts stand in double or single quotes.
 * @throws FieldSelectionError saying what is wrong and where
 */
export function compileFieldSelection(text: string): Test {
  if (text.length > MAX_SELECTION_LENGTH) {
    throw new FieldSelectionError(
      `The field selection criteria have ${text.length} characters; at most ${MAX_SELECTION_LENGTH} are allowed.`,
      MAX_SELECTION_LENGTH,
      text.length,
    );
  }
  if (text.trim() === "") return () => true;
  return new Parser(text).parse();
}

interface Token {
  readonly kind: "field" | "word" | "text" | "symbol" | "end";
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = /\s*(?:(@[\w.]+)|(\w+)|"([^"]*)"|'([^']*)'|(!=|[=()[\],]))/y;

function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (pattern.lastIndex < end) {
    const from = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) {
      const at = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
      throw new FieldSelectionError(`"${text[at]}" is not expected here.`, at, at + 1);
    }
    const [whole, field, word, double, single, symbol] = found;
    const start = from + whole.length - whole.trimStart().length;
    const place = { start, end: pattern.lastIndex };
    if (field !== undefined) tokens.push({ kind: "field", text: field, ...place });
    else if (word !== undefined) tokens.push({ kind: "word", text: word.toUpperCase(), ...place });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", text: symbol, ...place });
    else tokens.push({ kind: "text", text: double ?? single ?? "", ...place });
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;

  constructor(text: string) {
    this.#tokens = readTokens(text);
    this.#end = { kind: "end", text: "", start: text.length, end: text.length };
  }

  parse(): Test {
    const test = this.#anyOf();
    if (this.#next.kind !== "end") this.#fail("AND, OR or the end of the criteria");
    return test;
  }

  #anyOf(): Test {
    const tests = [this.#allOf()];
    while (this.#takes("word", "OR")) tests.push(this.#allOf());
    return (fields) => tests.some((test) => test(fields));
  }

  #allOf(): Test {
    const tests = [this.#condition()];
    while (this.#takes("word", "AND")) tests.push(this.#condition());
    return (fields) => tests.every((test) => test(fields));
  }

  #condition(): Test {
    if (this.#takes("symbol", "(")) {
      const test = this.#anyOf();
      if (!this.#takes("symbol", ")")) this.#fail('")"');
      return test;
    }
    const field = this.#field();
    if (this.#takes("symbol", "=")) {
      const value = this.#text();
      return (fields) => fields[field] === value;
    }
    if (this.#takes("symbol", "!=")) {
      const value = this.#text();
      return (fields) => fields[field] !== value;
    }
    const negative = this.#takes("word", "NOT");
    if (!this.#takes("word", "IN")) this.#fail(negative ? "IN" : "=, !=, IN or NOT IN");
    const values = new Set(this.#list());
    return (fields) => values.has(fields[field]) !== negative;
  }

  #field(): keyof SystemFields {
    const { kind, text } = this.#next;
    if (kind !== "field" || (text !== "@aws.account" && text !== "@aws.region")) {
      this.#fail("@aws.account or @aws.region");
    }
    this.#at++;
    return text;
  }

  #list(): string[] {
    if (!this.#takes("symbol", "[")) this.#fail('"["');
    const values = [this.#text()];
    while (this.#takes("symbol", ",")) values.push(this.#text());
    if (!this.#takes("symbol", "]")) this.#fail('"," or "]"');
    return values;
  }

  #text(): string {
    const { kind, text } = this.#next;
    if (kind !== "text") this.#fail("a text in quotes");
    this.#at++;
    return text;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  #takes(kind: Token["kind"], text: string): boolean {
    const found = this.#next.kind === kind && this.#next.text === text;
    if (found) this.#at++;
    return found;
  }

  #fail(expected: string): never {
    const { start, end } = this.#next;
    throw new FieldSelectionError(`Expected ${expected}.`, start, end);
  }
}
