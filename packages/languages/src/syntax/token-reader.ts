import { type LanguageError, quoted, type Span } from "./language-error.ts";

/** What every language's tokens have in common. `text` is as written; a list of tokens ends with one of kind "end". */
export interface AnyToken {
  readonly kind: string;
  readonly text: string;
  readonly span: Span;
}

/** Makes the error of one language. */
export type Refusal = (message: string, span: Span) => LanguageError;

/** Walks over tokens; the only mutable thing of a parser. */
export class TokenReader<T extends AnyToken> {
  readonly #tokens: readonly T[];
  readonly #refusal: Refusal;
  #at = 0;

  constructor(tokens: readonly T[], refusal: Refusal) {
    this.#tokens = tokens;
    this.#refusal = refusal;
  }

  /** The token `ahead` of the next one; the end token stays for ever. */
  peek(ahead = 0): T {
    const token = this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError("a token list ends with an end token");
    return token;
  }

  take(): T {
    const token = this.peek();
    this.#at++;
    return token;
  }

  isSymbol(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && token.text === text;
  }

  takeSymbol(text: string): boolean {
    const found = this.isSymbol(text);
    if (found) this.#at++;
    return found;
  }

  expectSymbol(text: string, remedy: string): T {
    if (!this.isSymbol(text)) this.expected(`"${text}"`, remedy);
    return this.take();
  }

  /** Refuses the next token because something else belongs there. */
  expected(what: string, remedy: string): never {
    return this.fail(`Expected ${what} but found ${describe(this.peek())}. ${remedy}`);
  }

  fail(message: string, span: Span = this.peek().span): never {
    throw this.#refusal(message, span);
  }
}

function describe(token: AnyToken): string {
  return token.kind === "end" ? "the end" : quoted(token.text);
}
