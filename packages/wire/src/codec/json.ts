import { serialization } from "./failure.ts";

/** Bytes that are no UTF-8 are refused, where decoding would put replacement characters into what people store. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

export function textFromBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw serialization("The request's body is not valid UTF-8.");
  }
}

/**
 * V8 parses nesting of any depth, at some 80 bytes and a third of a microsecond a level. For a body of this size that is
 * half a second at worst; larger ones are looked through first, which costs about a millisecond a megabyte.
 */
const LOOKED_THROUGH_FROM = 2 * 1024 * 1024;
/** Deeper than any input of AWS's; the reader's own bound is on typed input. */
const MAX_DEPTH = 512;

function refuseDeep(bytes: Uint8Array): void {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) {
      if (byte === BACKSLASH) i++;
    } else if (byte === OPEN_LIST || byte === OPEN_MAP) {
      if (++depth > MAX_DEPTH) throw serialization(`The request's body nests deeper than ${MAX_DEPTH} levels.`);
    } else if (byte === CLOSE_LIST || byte === CLOSE_MAP) depth--;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;

/** Parses a JSON body; an empty one is an empty structure, as clients send for operations without input. */
export function treeFromJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
  if (bytes.byteLength > LOOKED_THROUGH_FROM) refuseDeep(bytes);
  const text = textFromBytes(bytes);
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the text around the fault, which may be a secret; the place is enough.
    const place = error instanceof SyntaxError ? /position \d+/.exec(error.message)?.[0] : undefined;
    throw serialization(
      place ? `The request's body is not valid JSON at ${place}.` : "The request's body is not valid JSON.",
    );
  }
}

export const jsonFromTree = (tree: unknown): Buffer => Buffer.from(JSON.stringify(tree), "utf8");
