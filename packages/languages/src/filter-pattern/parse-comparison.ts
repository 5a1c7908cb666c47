import type { ComparisonNode, ValueNode, WildcardNode } from "./nodes.ts";
import type { TokenReader } from "./token-reader.ts";

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const BARE_TEXT = /^[\p{L}\p{N}_.*]+$/u;

/** Reads an operator and the value on its right. */
export function readComparison(reader: TokenReader): ComparisonNode {
  const token = reader.next;
  if (token.kind !== "symbol") reader.fail("Expected one of = != < > <= >=");
  switch (token.text) {
    case "=":
    case "!=": {
      reader.take();
      if (reader.isSymbol("=")) reader.fail('Equality is written with one "="');
      return Object.freeze({ operator: token.text, value: readValue(reader) });
    }
    case "<":
    case ">":
    case "<=":
    case ">=": {
      reader.take();
      const at = reader.next;
      const value = readValue(reader);
      if (value.kind !== "number") reader.fail(`"${token.text}" compares numbers; expected an unquoted number`, at);
      return Object.freeze({ operator: token.text, value });
    }
    default:
      return reader.fail("Expected one of = != < > <= >=");
  }
}

function readValue(reader: TokenReader): ValueNode {
  const token = reader.take();
  switch (token.kind) {
    case "regex":
      return token.value;
    case "quoted":
      return readWildcards(token.value);
    case "word": {
      if (NUMBER.test(token.text)) {
        const value = Number(token.text);
        if (!Number.isFinite(value)) reader.fail("The number is too large", token);
        return Object.freeze({ kind: "number", value, text: token.text });
      }
      if (!BARE_TEXT.test(token.text)) reader.fail("A text with + or - stands in double quotes", token);
      return readWildcards(token.text);
    }
    default:
      return reader.fail("Expected a number, a text or a %regular expression%", token);
  }
}

/** `*` is a wildcard at the start and at the end only; inside it is an ordinary character. */
function readWildcards(text: string): WildcardNode {
  if (text === "*") return Object.freeze({ kind: "text", text: "", openStart: true, openEnd: true });
  const openStart = text.startsWith("*");
  const openEnd = text.endsWith("*") && text.length > 1;
  return Object.freeze({
    kind: "text",
    text: text.slice(openStart ? 1 : 0, openEnd ? -1 : undefined),
    openStart,
    openEnd,
  });
}
