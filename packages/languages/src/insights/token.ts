import { MAX_PATH_STEPS } from "./limits.ts";
import { InsightsSyntaxError, quoteForMessage, type Span } from "./syntax-error.ts";

export type TokenKind = "identifier" | "number" | "duration" | "string" | "regex" | "operator" | "end";

/** One lexical unit. `text` is the source text; `value` what it stands for (unquoted, unescaped). */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: string;
  readonly span: Span;
  /** For identifiers: dotted segments; a backtick-quoted segment may hold dots of its own. */
  readonly segments?: readonly string[];
  /** For identifiers: whether any part stood in backticks, which makes it a name and never a keyword. */
  readonly quoted?: boolean;
}

const IDENTIFIER_START = /[\p{L}_@]/u;
const IDENTIFIER_PART = /[\p{L}\p{N}_@]/u;
const OPERATORS = [
  "=~",
  "==",
  "!=",
  "<=",
  ">=",
  "|",
  "(",
  ")",
  "[",
  "]",
  ",",
  "=",
  "<",
  ">",
  "+",
  "-",
  "*",
  "/",
  "%",
  "^",
  "!",
  ".",
];
/** After these words an operand is still to come, so a slash opens a regular expression. */
const WORDS_BEFORE_OPERAND = new Set([
  "like",
  "and",
  "or",
  "not",
  "in",
  "by",
  "as",
  "parse",
  "filter",
  "where",
  "fields",
  "display",
]);

/** Splits query text into tokens, ending with one `end` token. Whitespace and `#` comments separate tokens. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const token of readTokens(text, 0, tokens)) tokens.push(token);
  tokens.push(Object.freeze({ kind: "end", text: "", value: "", span: { start: text.length, end: text.length } }));
  return Object.freeze(tokens);
}

/** The tokens from an offset on. `before` holds those read so far, by the caller too: what a slash means depends on them. */
export function* readTokens(text: string, from: number, before: readonly Token[]): Generator<Token, void, void> {
  let at = from;
  while (true) {
    at = skipBlank(text, at);
    const char = text[at];
    if (char === undefined) return;
    const token = readToken(text, at, char, before);
    yield Object.freeze(token);
    at = token.span.end;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === "#") {
      const lineEnd = text.indexOf("\n", at);
      at = lineEnd === -1 ? text.length : lineEnd + 1;
    } else if (/\s/.test(char)) {
      at++;
    } else {
      break;
    }
  }
  return at;
}

function readToken(text: string, at: number, char: string, before: readonly Token[]): Token {
  if (char === '"' || char === "'") return readString(text, at, char);
  if (char === "/" && regexMayStart(before)) return readRegex(text, at);
  if (/[0-9]/.test(char) || (char === "." && /[0-9]/.test(text.charAt(at + 1)))) return readNumber(text, at);
  if (char === "`" || IDENTIFIER_START.test(codePointAt(text, at))) return readIdentifier(text, at);
  const operator =
    OPERATORS.find((candidate) => text.startsWith(candidate, at)) ??
    (before.some(isSource) ? sourcePart(char) : undefined);
  if (operator !== undefined) {
    return { kind: "operator", text: operator, value: operator, span: { start: at, end: at + operator.length } };
  }
  const found = codePointAt(text, at);
  throw new InsightsSyntaxError(
    `Unexpected character ${quoteForMessage(found)}. Put a field name that holds it in backticks, and text in quotes.`,
    { start: at, end: at + found.length },
  );
}

/** Only the arguments of SOURCE hold these. */
function sourcePart(char: string): string | undefined {
  return char === ":" || char === "{" || char === "}" ? char : undefined;
}

function isSource(token: Token): boolean {
  return token.kind === "identifier" && token.quoted !== true && token.text.toLowerCase() === "source";
}

function codePointAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** A slash divides after an operand and opens a regular expression elsewhere; `parse field /.../` is the exception. */
function regexMayStart(before: readonly Token[]): boolean {
  const last = before.at(-1);
  if (last === undefined) return true;
  if (last.kind === "operator") return last.text !== ")" && last.text !== "]";
  if (last.kind !== "identifier") return false;
  if (last.quoted !== true && WORDS_BEFORE_OPERAND.has(last.text.toLowerCase())) return true;
  const command = before.at(-2);
  const opener = before.at(-3);
  return (
    command?.text.toLowerCase() === "parse" && command.quoted !== true && (opener === undefined || opener.text === "|")
  );
}

/** A backslash makes the next character literal; `\n`, `\r` and `\t` mean the control characters. */
function readString(text: string, start: number, quote: string): Token {
  let value = "";
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === quote) {
      const span = { start, end: at + 1 };
      return { kind: "string", text: text.slice(start, at + 1), value, span };
    }
    if (char === "\\" && at + 1 < text.length) {
      value += unescaped(text.charAt(at + 1));
      at += 2;
    } else {
      value += char;
      at++;
    }
  }
  throw new InsightsSyntaxError(`The text that starts here has no closing ${quote}. Add it.`, {
    start,
    end: text.length,
  });
}

function unescaped(char: string): string {
  if (char === "n") return "\n";
  if (char === "t") return "\t";
  if (char === "r") return "\r";
  if (char === '"' || char === "'" || char === "\\") return char;
  return `\\${char}`;
}

/** `\/` is a slash; every other escape belongs to the expression. A slash inside `[...]` needs the escape too. */
function readRegex(text: string, start: number): Token {
  let value = "";
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== "\n") {
    const char = text.charAt(at);
    if (char === "/") {
      return { kind: "regex", text: text.slice(start, at + 1), value, span: { start, end: at + 1 } };
    }
    if (char === "\\" && at + 1 < text.length) {
      value += text.charAt(at + 1) === "/" ? "/" : `\\${text.charAt(at + 1)}`;
      at += 2;
    } else {
      value += char;
      at++;
    }
  }
  throw new InsightsSyntaxError("The regular expression that starts here has no closing slash on its line. Add it.", {
    start,
    end: at,
  });
}

/** A number, or a duration when letters follow it directly (`5m`). */
function readNumber(text: string, start: number): Token {
  const number = /^(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/.exec(text.slice(start))?.[0] ?? "";
  const plain = /^[0-9]+/.exec(text.slice(start))?.[0] ?? "";
  const unit = /^[A-Za-z]+/.exec(text.slice(start + plain.length))?.[0];
  if (unit !== undefined && plain.length > 0 && number.length === plain.length) {
    const end = start + plain.length + unit.length;
    return { kind: "duration", text: text.slice(start, end), value: text.slice(start, end), span: { start, end } };
  }
  const end = start + number.length;
  if (IDENTIFIER_PART.test(codePointAt(text, end) || " ")) {
    throw new InsightsSyntaxError(
      `${quoteForMessage(text.slice(start, end + 1))} is neither a number nor a name. Put a field name that starts with a digit in backticks.`,
      { start, end: end + 1 },
    );
  }
  return { kind: "number", text: number, value: number, span: { start, end } };
}

/** Segments joined by dots; each is bare or in backticks. */
function readIdentifier(text: string, start: number): Token {
  const segments: string[] = [];
  let quoted = false;
  let at = start;
  while (true) {
    if (text.charAt(at) === "`") {
      const close = text.indexOf("`", at + 1);
      if (close === -1 || close === at + 1) {
        throw new InsightsSyntaxError(
          close === -1
            ? "The name that starts with this backtick has no closing one. Add it."
            : "A name in backticks cannot be empty. Write the name between them.",
          { start: at, end: close === -1 ? text.length : close + 1 },
        );
      }
      segments.push(text.slice(at + 1, close));
      quoted = true;
      at = close + 1;
    } else {
      const from = at;
      while (at < text.length && IDENTIFIER_PART.test(codePointAt(text, at))) at += codePointAt(text, at).length;
      segments.push(text.slice(from, at));
    }
    const next = codePointAt(text, at + 1);
    if (text.charAt(at) !== "." || !(next === "`" || IDENTIFIER_PART.test(next || " "))) break;
    at++;
  }
  if (segments.length > MAX_PATH_STEPS) {
    throw new InsightsSyntaxError(
      `A field name has at most ${MAX_PATH_STEPS} parts between dots. Name a field nearer to the top.`,
      {
        start,
        end: at,
      },
    );
  }
  const source = text.slice(start, at);
  return { kind: "identifier", text: source, value: segments.join("."), segments, quoted, span: { start, end: at } };
}
