/**
 * ClickHouse SQL as tokens, for the check of statements at the engine's door.
 *
 * The reader is strict where two readers could disagree: whatever ClickHouse's own lexer might see differently
 * (nested comments, `#` comments, heredocs, Unicode quotes and spaces, NUL) is refused outside of quotes.
 */
export type Token = {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol";
  /** For `quoted` (an identifier in backquotes or double quotes) and `string`: the content with escapes resolved. */
  readonly text: string;
  /** Offsets into the statement: first character, and one past the last. */
  readonly at: number;
  readonly end: number;
};

/** The statement cannot be read with certainty. `at` is the offset of the character in question. */
export class UnreadableStatement extends Error {
  override name = "UnreadableStatement";
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} (at position ${at + 1})`);
    this.at = at;
  }
}

const WORD_START = /[A-Za-z_]/;
const WORD = /[A-Za-z0-9_]*/y;
const NUMBER = /[0-9](?:[A-Za-z0-9_]|\.(?=[0-9])|(?<=[eE])[+-](?=[0-9]))*/y;
const SPACE = /[ \t\r\n\f\v]/;
const ESCAPES: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0", b: "\b", f: "\f", v: "\v", a: "\x07" };

function match(pattern: RegExp, sql: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0] ?? "";
}

/** Yields the tokens one by one, so that a caller may stop where a statement's data begin. */
export function* tokens(sql: string): Generator<Token, void, void> {
  let at = 0;
  while (at < sql.length) {
    const c = sql.charAt(at);
    if (SPACE.test(c)) {
      at += 1;
    } else if (sql.startsWith("--", at)) {
      const newline = sql.indexOf("\n", at);
      at = newline < 0 ? sql.length : newline + 1;
    } else if (sql.startsWith("/*", at)) {
      const close = sql.indexOf("*/", at + 2);
      if (close < 0) throw new UnreadableStatement("A comment is not closed", at);
      if (sql.slice(at + 2, close).includes("/*")) throw new UnreadableStatement("Comments must not be nested", at);
      at = close + 2;
    } else if (c === "'" || c === '"' || c === "`") {
      const [text, end] = quoted(sql, at, c);
      yield { kind: c === "'" ? "string" : "quoted", text, at, end };
      at = end;
    } else if (WORD_START.test(c)) {
      const text = match(WORD, sql, at);
      yield { kind: "word", text, at, end: at + text.length };
      at += text.length;
    } else if (c >= "0" && c <= "9") {
      const text = match(NUMBER, sql, at);
      yield { kind: "number", text, at, end: at + text.length };
      at += text.length;
    } else if ("()[]{},;:.=<>!+-*/%?|@^~".includes(c)) {
      yield { kind: "symbol", text: c, at, end: at + 1 };
      at += 1;
    } else {
      throw new UnreadableStatement(`The character ${JSON.stringify(c)} is not accepted outside of quotes`, at);
    }
  }
}

function quoted(sql: string, start: number, quote: string): [text: string, end: number] {
  let text = "";
  let at = start + 1;
  while (at < sql.length) {
    const c = sql.charAt(at);
    if (c === "\\") {
      const escaped = sql.charAt(at + 1);
      text += ESCAPES[escaped] ?? escaped;
      at += 2;
    } else if (c === quote) {
      if (sql.charAt(at + 1) !== quote) return [text, at + 1];
      text += quote;
      at += 2;
    } else {
      text += c;
      at += 1;
    }
  }
  throw new UnreadableStatement("A quote is not closed", start);
}

/** A ClickHouse string literal. The only place where text of a caller is put into SQL. */
export function literal(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&").replaceAll("\0", "\\0")}'`;
}

/** A ClickHouse identifier in backquotes. */
export function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, "\\$&").replaceAll("\0", "\\0")}\``;
}
