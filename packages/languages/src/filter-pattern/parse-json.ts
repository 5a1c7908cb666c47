import { FilterPatternError } from "./errors.ts";
import type { JsonConditionNode, JsonNode, JsonPattern, SelectorNode } from "./nodes.ts";
import { readComparison } from "./parse-comparison.ts";
import { isWildcard, parseSelector } from "./parse-selector.ts";
import { readBoolean, TokenReader } from "./token-reader.ts";
import { type Token, tokenize } from "./tokens.ts";

/** AWS's quota for wildcard selectors in one pattern. */
const MAX_WILDCARDS = 3;

/** Reads `{ $.a = 1 && ($.b = "x" || $.c NOT EXISTS) }`. */
export function parseJson(text: string): JsonPattern {
  const tokens = tokenize(text);
  const reader = new TokenReader(tokens);
  const selectors = new Map<string, SelectorNode>();
  let wildcards = 0;

  const readCondition = (): JsonNode => {
    const token = reader.take();
    if (token.kind !== "selector") return reader.fail("Expected a selector such as $.name", token);
    const selector = selectors.get(token.text) ?? parseSelector(token.text, token.start);
    selectors.set(token.text, selector);
    if (selector.steps.some(isWildcard) && ++wildcards > MAX_WILDCARDS) {
      throw new FilterPatternError(
        `A pattern holds at most ${MAX_WILDCARDS} wildcard selectors.`,
        token.start,
        token.end,
      );
    }
    const condition = Object.freeze({ selector, test: readTest(reader) });
    return Object.freeze({ kind: "condition", condition });
  };

  const readPart = (): JsonNode => {
    if (!reader.takeSymbol("(")) return readCondition();
    const inner = readBoolean(reader, readPart);
    reader.expectSymbol(")");
    return inner;
  };

  reader.expectSymbol("{");
  const condition = readBoolean(reader, readPart);
  if (!reader.takeSymbol("}")) reader.fail('Expected "&&", "||" or "}"');
  if (reader.next.kind !== "end") reader.fail('Nothing may follow the closing "}"');
  return Object.freeze({
    language: "json",
    condition,
    selectors: Object.freeze([...selectors.values()]),
    regexCount: tokens.filter((token) => token.kind === "regex").length,
  });
}

function readTest(reader: TokenReader): JsonConditionNode["test"] {
  const token = reader.next;
  if (token.kind !== "word") return Object.freeze({ kind: "compare", comparison: readComparison(reader) });
  reader.take();
  const keyword = `${token.text} ${wordOf(reader.next)}`;
  switch (keyword) {
    case "IS NULL":
      reader.take();
      return Object.freeze({ kind: "null" });
    case "IS TRUE":
    case "IS FALSE":
      reader.take();
      return Object.freeze({ kind: "boolean", value: keyword === "IS TRUE" });
    case "NOT EXISTS":
      reader.take();
      return Object.freeze({ kind: "absent" });
    default:
      return reader.fail("Expected an operator, or IS NULL, IS TRUE, IS FALSE, NOT EXISTS in upper case", token);
  }
}

function wordOf(token: Token): string {
  return token.kind === "word" ? token.text : "";
}
