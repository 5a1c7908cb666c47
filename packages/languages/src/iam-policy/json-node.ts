import { PolicyError, SYNTAX } from "./errors.ts";

/** A JSON value that knows where it stands: offsets are UTF-16 positions, end exclusive. */
export type JsonNode = (
  | { readonly kind: "object"; readonly entries: readonly JsonEntry[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number; readonly text: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "null" }
) & { readonly start: number; readonly end: number };

export interface JsonEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

/** A policy nests seven deep at most; this only keeps hostile text from exhausting the stack. */
const MAX_DEPTH = 32;

const BLANK = /[ \t\n\r]*/y;
/** Control characters are refused, those above U+007E too: JSON would let them in, AWS's parameters do not. */
const STRING = /"(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads JSON (RFC 8259). A key that stands twice in one object is refused: readers disagree on which of the two counts,
 * and in a policy that is a hole.
 */
export function readJson(text: string): JsonNode {
  let at = 0;

  const fail = (detail: string, start = at, end = Math.min(start + 1, text.length)): never => {
    throw new PolicyError(SYNTAX, detail, start, end);
  };
  const token = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = () => token(BLANK);
  const take = (char: string): boolean => {
    skip();
    if (text[at] !== char) return false;
    at++;
    return true;
  };
  const found = () => (at >= text.length ? "the text ends here" : `found ${JSON.stringify(text[at])}`);

  const string = (): { value: string; start: number; end: number } => {
    skip();
    const start = at;
    const raw = token(STRING);
    if (raw === undefined) {
      fail(
        text[at] === '"' ? "this text is not closed or has a wrong escape" : `expected a text in quotes; ${found()}`,
      );
    }
    return { value: String(JSON.parse(raw ?? '""')), start, end: at };
  };

  const object = (start: number, depth: number): JsonNode => {
    const entries: JsonEntry[] = [];
    const keys = new Set<string>();
    if (take("}")) return { kind: "object", entries, start, end: at };
    do {
      const key = string();
      if (keys.has(key.value)) fail(`"${key.value}" stands here twice`, key.start, key.end);
      keys.add(key.value);
      if (!take(":")) fail(`expected ":"; ${found()}`);
      entries.push({ key: key.value, keyStart: key.start, keyEnd: key.end, value: value(depth + 1) });
    } while (take(","));
    if (!take("}")) fail(`expected "," or "}"; ${found()}`);
    return { kind: "object", entries, start, end: at };
  };

  const array = (start: number, depth: number): JsonNode => {
    const items: JsonNode[] = [];
    if (take("]")) return { kind: "array", items, start, end: at };
    do items.push(value(depth + 1));
    while (take(","));
    if (!take("]")) fail(`expected "," or "]"; ${found()}`);
    return { kind: "array", items, start, end: at };
  };

  const value = (depth: number): JsonNode => {
    if (depth > MAX_DEPTH) fail(`values nest more than ${MAX_DEPTH} deep`);
    skip();
    const start = at;
    if (take("{")) return object(start, depth);
    if (take("[")) return array(start, depth);
    if (text[at] === '"') return { kind: "string", ...string() };
    const word = token(WORD);
    if (word === "null") return { kind: "null", start, end: at };
    if (word !== undefined) return { kind: "boolean", value: word === "true", start, end: at };
    const number = token(NUMBER);
    if (number !== undefined) return { kind: "number", value: Number(number), text: number, start, end: at };
    return fail(`expected a value; ${found()}`);
  };

  const root = value(0);
  skip();
  if (at < text.length) fail(`nothing may follow the closing brace; ${found()}`);
  return root;
}
