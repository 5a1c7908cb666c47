/** JSON as a tree to fold. Numbers stay as they were written: a browser's own would round long ones. */
export type JsonNode =
  | { readonly kind: "leaf"; readonly text: string; readonly type: "string" | "number" | "word" }
  | { readonly kind: "record" | "list"; readonly items: readonly (readonly [label: string, node: JsonNode])[] };

/** The tree of a text that is a JSON object or array; undefined for every other text. */
export function jsonTree(text: string): JsonNode | undefined {
  const trimmed = text.trim();
  if (!/^(\{[\s\S]*\}|\[[\s\S]*\])$/.test(trimmed)) return undefined;
  try {
    const value: unknown = JSON.parse(trimmed, keepNumbers);
    return nodeOf(value, 0);
  } catch {
    // No JSON, or too deep to be read by a person.
    return undefined;
  }
}

class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A reviver with the third parameter of ECMAScript 2026; where a browser lacks it, numbers are as it reads them. */
function keepNumbers(this: unknown, _key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" ? new Written(context?.source ?? String(value)) : value;
}

const DEEPEST = 100;

function nodeOf(value: unknown, depth: number): JsonNode {
  if (depth > DEEPEST) throw new RangeError("too deep");
  if (value instanceof Written) return { kind: "leaf", text: value.text, type: "number" };
  if (typeof value === "string") return { kind: "leaf", text: value, type: "string" };
  if (Array.isArray(value)) {
    return { kind: "list", items: value.map((item, index) => [String(index), nodeOf(item, depth + 1)]) };
  }
  if (typeof value === "object" && value !== null) {
    return { kind: "record", items: Object.entries(value).map(([name, item]) => [name, nodeOf(item, depth + 1)]) };
  }
  return { kind: "leaf", text: String(value), type: "word" };
}

/** What stands for a folded part: `{ 3 fields }`. */
export function summaryOf(node: JsonNode): string {
  if (node.kind === "leaf") return node.text;
  const { length } = node.items;
  return node.kind === "record"
    ? `{ ${length} ${length === 1 ? "field" : "fields"} }`
    : `[ ${length} ${length === 1 ? "item" : "items"} ]`;
}
