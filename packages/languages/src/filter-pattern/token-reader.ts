import { FilterPatternError } from "./errors.ts";
import type { BooleanNode } from "./nodes.ts";
import type { Token } from "./tokens.ts";

/** Walks over tokens. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token that stands next; the end token stays for ever. */
  get next(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError("a token list ends with an end token");
    return token;
  }

  take(): Token {
    const token = this.next;
    this.#at++;
    return token;
  }

  isSymbol(text: string): boolean {
    return this.next.kind === "symbol" && this.next.text === text;
  }

  takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.#at++;
    return found;
  }

  expectSymbol(text: string): void {
    if (!this.takeSymbol(text)) this.fail(`Expected "${text}"`);
  }

  /** Refuses the next token. `message` has no full stop. */
  fail(message: string, token: Token = this.next): never {
    const found = token.kind === "end" ? "the pattern ends here" : `found ${describe(token)}`;
    throw new FilterPatternError(`${message}; ${found}.`, token.start, token.end);
  }
}

function describe(token: Token): string {
  if (token.kind === "quoted") return "a quoted text";
  if (token.kind === "regex") return "a regular expression";
  return token.kind === "end" ? "the end" : `"${token.text}"`;
}

/** Reads `a && b || c`, where `&&` binds tighter and `readPart` reads one operand. */
export function readBoolean<C>(reader: TokenReader, readPart: () => BooleanNode<C>): BooleanNode<C> {
  return readChain(reader, "||", "or", () => readChain(reader, "&&", "and", readPart));
}

function readChain<C>(
  reader: TokenReader,
  symbol: string,
  kind: "and" | "or",
  readPart: () => BooleanNode<C>,
): BooleanNode<C> {
  const first = readPart();
  if (!reader.isSymbol(symbol)) return first;
  const parts = [first];
  while (reader.takeSymbol(symbol)) parts.push(readPart());
  return Object.freeze({ kind, parts: Object.freeze(parts) });
}
