import type { BooleanNode, ComparisonNode, SlotNode, SpacePattern } from "./nodes.ts";
import { readComparison } from "./parse-comparison.ts";
import { readBoolean, TokenReader } from "./token-reader.ts";
import { tokenize } from "./tokens.ts";

const NAME = /^[\p{L}\p{N}_-]+$/u;

/** Reads `[ip, user, ..., status_code = 4*, bytes]`. */
export function parseSpace(text: string): SpacePattern {
  const tokens = tokenize(text);
  const reader = new TokenReader(tokens);
  const before: SlotNode[] = [];
  const after: SlotNode[] = [];
  const names = new Set<string>();
  let slots = before;

  reader.expectSymbol("[");
  const anyFields = reader.takeSymbol("]");
  while (!anyFields) {
    if (reader.isSymbol("...")) {
      if (slots === after) reader.fail('"..." may stand only once');
      reader.take();
      slots = after;
    } else {
      slots.push(readSlot(reader, names));
    }
    if (reader.takeSymbol("]")) break;
    if (!reader.takeSymbol(",")) reader.fail('Expected "," or "]"');
  }
  if (reader.next.kind !== "end") reader.fail('Nothing may follow the closing "]"');
  return Object.freeze({
    language: "space",
    before: Object.freeze(before),
    after: slots === after ? Object.freeze(after) : undefined,
    anyFields,
    regexCount: tokens.filter((token) => token.kind === "regex").length,
  });
}

function readSlot(reader: TokenReader, names: Set<string>): SlotNode {
  if (reader.isSymbol(",") || reader.isSymbol("]")) return Object.freeze({ name: undefined, condition: undefined });
  const token = reader.take();
  if (token.kind !== "word" || !NAME.test(token.text)) {
    return reader.fail("Expected the name of a field: letters, digits, _ and -", token);
  }
  const name = token.text;
  if (names.has(name)) reader.fail("Each field has a name of its own, so that values can be told apart", token);
  names.add(name);
  if (reader.next.kind !== "symbol" || [",", "]", "..."].includes(reader.next.text)) {
    return Object.freeze({ name, condition: undefined });
  }
  let first = true;
  const condition = readBoolean(reader, (): BooleanNode<ComparisonNode> => {
    if (!first) {
      const again = reader.take();
      if (again.kind !== "word" || again.text !== name) {
        reader.fail(`A condition of the field ${name} repeats its name and can test no other field`, again);
      }
    }
    first = false;
    return Object.freeze({ kind: "condition", condition: readComparison(reader) });
  });
  return Object.freeze({ name, condition });
}
