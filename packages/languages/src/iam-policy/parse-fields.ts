import { PolicyError, SYNTAX } from "./errors.ts";
import type { JsonEntry, JsonNode } from "./json-node.ts";

type Place = { readonly start: number; readonly end: number };

export function refuse(message: string, detail: string, { start, end }: Place): never {
  throw new PolicyError(message, detail, start, end);
}

/** The members of an object by name; members that are not in `known` are refused. */
export function membersOf(node: JsonNode, known: readonly string[], what: string): ReadonlyMap<string, JsonEntry> {
  if (node.kind !== "object") return refuse(SYNTAX, `${what} is an object in braces`, node);
  for (const { key, keyStart, keyEnd } of node.entries) {
    if (!known.includes(key)) {
      refuse(SYNTAX, `${what} has no member "${key}"; it may have ${known.join(", ")}`, {
        start: keyStart,
        end: keyEnd,
      });
    }
  }
  return new Map(node.entries.map((entry) => [entry.key, entry]));
}

export function textOf(node: JsonNode, what: string): string {
  return node.kind === "string" ? node.value : refuse(SYNTAX, `${what} is a text in quotes`, node);
}

/** A text and where it stands. */
export interface PlacedText extends Place {
  readonly text: string;
}

/** One text or a list of texts. */
export function textsOf(node: JsonNode, what: string): readonly PlacedText[] {
  const items = node.kind === "array" ? node.items : [node];
  return items.map((item) => ({ text: textOf(item, what), start: item.start, end: item.end }));
}
