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

/** Parses a JSON body; an empty one is an empty structure, as clients send for operations without input. */
export function treeFromJson(bytes: Uint8Array): unknown {
  if (bytes.byteLength === 0) return {};
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
