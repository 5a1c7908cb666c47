import type { TextTest } from "@nephoscope/languages";
import type { EventCondition } from "./visibility.ts";

/**
 * A test of the message as SQL. Texts become bound parameters of LIKE patterns, the form for which the engine can use
 * the index on `message`.
 */
export function messageCondition(test: TextTest): EventCondition {
  const params: Record<string, string> = {};
  const write = (node: TextTest): string => {
    switch (node.kind) {
      case "all":
        return "true";
      case "contains": {
        const name = `text${Object.keys(params).length}`;
        params[name] = `%${escapeLike(node.text)}%`;
        return `message LIKE {${name}:String}`;
      }
      case "not":
        return `NOT (${write(node.part)})`;
      default:
        return `(${node.parts.map(write).join(node.kind === "and" ? " AND " : " OR ")})`;
    }
  };
  return { sql: write(test), params };
}

/** `%`, `_` and the backslash have a meaning in LIKE; behind a backslash they stand for themselves. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
