import { quoted } from "../syntax/language-error.ts";
import { TokenReader } from "../syntax/token-reader.ts";
import { tokensOf } from "./name-tokens.ts";
import {
  type PartialText,
  type SearchExpression,
  SearchExpressionError,
  type SearchNode,
  type SearchProperty,
  type SearchSchema,
  type TermText,
} from "./nodes.ts";
import { type Token, tokenize } from "./tokens.ts";

/** AWS's bound on a search (user guide, search expression limits). */
export const MAX_SEARCH_LENGTH = 1_024;
/** Deeper ones are mistakes, and reading them takes stack. */
const MAX_NESTING = 100;

/**
 * Reads a search such as `{AWS/EC2,InstanceId} MetricName="CPUUtilization" NOT i-1234`. NOT binds closer than AND, AND (which may
 * be left out) closer than OR; only upper-case words are operators.
 * @throws SearchExpressionError saying what is wrong and where
 */
export function parseSearchExpression(text: string): SearchExpression {
  if (text.length > MAX_SEARCH_LENGTH) {
    throw new SearchExpressionError(
      `A search has at most ${MAX_SEARCH_LENGTH} characters; this one has ${text.length}. Shorten it.`,
      { start: MAX_SEARCH_LENGTH, end: text.length },
    );
  }
  return new Parser(text).parse();
}

const ANY: SearchProperty = Object.freeze({ kind: "any" });

class Parser {
  readonly #text: string;
  readonly #reader: TokenReader<Token>;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#reader = new TokenReader(tokenize(text), (message, span) => new SearchExpressionError(message, span));
  }

  parse(): SearchExpression {
    const schema = this.#reader.isSymbol("{") ? this.#schema() : undefined;
    if (schema !== undefined) this.#reader.takeSymbol(",");
    const ends = this.#reader.peek().kind === "end";
    if (ends && schema === undefined) {
      this.#reader.fail("The search is empty. Write a schema such as {AWS/EC2,InstanceId}, a term, or both.");
    }
    const term = ends ? undefined : this.#anyOf(ANY);
    if (this.#reader.peek().kind !== "end") {
      this.#reader.expected(
        "a term, AND, OR, NOT or the end of the search",
        "Put texts with such characters in double quotes.",
      );
    }
    return Object.freeze({ text: this.#text, schema, term });
  }

  #schema(): SearchSchema {
    this.#reader.take();
    const names = [this.#name("the namespace")];
    while (this.#reader.takeSymbol(",")) names.push(this.#name("the name of a dimension"));
    this.#reader.expectSymbol(
      "}",
      "Separate the names with commas, put those with blanks in double quotes, and close the schema with }.",
    );
    const [namespace = "", ...dimensionNames] = names;
    return Object.freeze({ namespace, dimensionNames: Object.freeze([...new Set(dimensionNames)].sort()) });
  }

  #name(what: string): string {
    const token = this.#reader.peek();
    if (token.kind !== "word" && token.kind !== "quoted") {
      this.#reader.expected(what, "A schema is written {Namespace,Dimension,Dimension}.");
    }
    return this.#reader.take().value;
  }

  #anyOf(property: SearchProperty): SearchNode {
    return this.#chain(
      "or",
      () => this.#allOf(property),
      () => this.#takesWord("OR"),
    );
  }

  #allOf(property: SearchProperty): SearchNode {
    return this.#chain(
      "and",
      () => this.#negation(property),
      () => this.#takesWord("AND") || this.#termFollows(),
    );
  }

  #chain(kind: "and" | "or", read: () => SearchNode, goesOn: () => boolean): SearchNode {
    const first = read();
    const parts = [first];
    while (goesOn()) parts.push(read());
    if (parts.length === 1) return first;
    const span = { start: first.span.start, end: parts.at(-1)?.span.end ?? first.span.end };
    return Object.freeze({ kind, parts: Object.freeze(parts), span });
  }

  #negation(property: SearchProperty): SearchNode {
    const { start } = this.#reader.peek().span;
    let negative = false;
    let found = false;
    while (this.#takesWord("NOT")) {
      negative = !negative;
      found = true;
    }
    const operand = this.#primary(property);
    if (!found || !negative) return operand;
    return Object.freeze({ kind: "not", operand, span: { start, end: operand.span.end } });
  }

  #primary(property: SearchProperty): SearchNode {
    const token = this.#reader.peek();
    if (this.#reader.takeSymbol("(")) {
      if (++this.#depth > MAX_NESTING) {
        this.#reader.fail(`The search is nested more than ${MAX_NESTING} deep. Simplify it.`, token.span);
      }
      const inner = this.#anyOf(property);
      const close = this.#reader.expectSymbol(")", "Close the parenthesis.");
      this.#depth--;
      return Object.freeze({ ...inner, span: { start: token.span.start, end: close.span.end } });
    }
    if (token.kind === "end" || token.kind === "symbol" || this.#isOperator(token)) {
      this.#reader.expected("a term", 'Write a text to look for, such as "CPUUtilization" or cpu.');
    }
    this.#reader.take();
    if (this.#reader.isSymbol("=")) {
      if (property !== ANY) this.#reader.fail("A property stands only once before its terms. Take one out.");
      this.#reader.take();
      return this.#primary(propertyNamed(token.value));
    }
    const text: TermText =
      token.kind === "quoted" ? Object.freeze({ kind: "exact", text: token.value }) : partial(token);
    return Object.freeze({ kind: "term", property, text, span: token.span });
  }

  #termFollows(): boolean {
    const token = this.#reader.peek();
    if (token.kind === "quoted" || this.#reader.isSymbol("(")) return true;
    return token.kind === "word" && token.text !== "OR" && token.text !== "AND";
  }

  #isOperator(token: Token): boolean {
    return token.kind === "word" && (token.text === "AND" || token.text === "OR");
  }

  #takesWord(word: string): boolean {
    const token = this.#reader.peek();
    const found = token.kind === "word" && token.text === word;
    if (found) this.#reader.take();
    return found;
  }
}

function propertyNamed(name: string): SearchProperty {
  if (name === "MetricName") return Object.freeze({ kind: "metric" });
  if (name === "Namespace") return Object.freeze({ kind: "namespace" });
  if (name === ":aws.AccountId") return Object.freeze({ kind: "account" });
  return Object.freeze({ kind: "dimension", name });
}

function partial({ text, span }: Token): PartialText {
  const parts = text
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .map((part) => Object.freeze([...tokensOf(part).tokens]))
    .filter((part) => part.length > 0);
  if (parts.length === 0) {
    throw new SearchExpressionError(
      `${quoted(text)} has neither letters nor digits, so it can be found only as an exact text. Put it in double quotes.`,
      span,
    );
  }
  return Object.freeze({ kind: "partial", text, parts: Object.freeze(parts) });
}
