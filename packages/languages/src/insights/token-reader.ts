import { MAX_OPERATORS } from "./limits.ts";
import type { InsightsQuery } from "./node.ts";
import { InsightsSyntaxError, quoteForMessage, type Span } from "./syntax-error.ts";
import type { Token } from "./token.ts";

/** Reads tokens in order; the only mutable thing of the parser. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #operators = 0;
  depth = 0;
  /** Queries read inside the one at hand. */
  readonly subqueries: InsightsQuery[] = [];
  readonly #readQuery: (reader: TokenReader) => InsightsQuery;
  #inside = false;

  /** `readQuery` reads a query up to what cannot belong to it. */
  constructor(text: string, tokens: readonly Token[], readQuery: (reader: TokenReader) => InsightsQuery) {
    this.text = text;
    this.#tokens = tokens;
    this.#readQuery = readQuery;
  }

  /** A query in parentheses; it must say what it reads, and holds no other. */
  readSubquery(): InsightsQuery {
    const open = this.expectOperator("(", "Write the sub-query in parentheses.");
    if (this.#inside) this.fail("A sub-query holds no other. Take it out.", open.span);
    if (!this.isWord("source")) this.fail("A sub-query begins with SOURCE. Write (SOURCE '/group' | fields name).");
    this.#inside = true;
    const query = this.#readQuery(this);
    this.#inside = false;
    this.expectOperator(")", "Close the sub-query with ).");
    this.subqueries.push(query);
    return query;
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("a token list ends with an end token");
    return token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Counts binary operators: a chain of thousands would nest as deep in the engine. */
  countOperator(): void {
    if (++this.#operators > MAX_OPERATORS) {
      this.fail(
        `The query has more than ${MAX_OPERATORS} operators. Use in [...] for many values, or split the query.`,
        this.last().span,
      );
    }
  }

  /** The token before the next one. */
  last(): Token {
    return this.#tokens[Math.max(this.#at - 1, 0)] ?? this.peek();
  }

  isOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "operator" && token.text === operator;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "identifier" && token.quoted !== true && token.text.toLowerCase() === word;
  }

  acceptOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.next();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.next();
    return true;
  }

  expectOperator(operator: string, remedy: string): Token {
    if (!this.isOperator(operator)) this.fail(`Expected "${operator}" but found ${describe(this.peek())}. ${remedy}`);
    return this.next();
  }

  fail(message: string, span: Span = this.peek().span): never {
    throw new InsightsSyntaxError(message, span);
  }

  /** The source between two offsets with runs of whitespace as one space: the name of an unaliased column. */
  source(span: Span): string {
    return this.text.slice(span.start, span.end).replace(/\s+/g, " ");
  }
}

export function describe(token: Token): string {
  return token.kind === "end" ? "the end of the query" : quoteForMessage(token.text);
}
