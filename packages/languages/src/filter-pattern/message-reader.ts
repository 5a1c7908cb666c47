import { splitFields } from "./fields.ts";
import { type JsonValue, parseEvent } from "./json-event.ts";

/** How matchers read a message. Matchers of one set share one that remembers the last message, so that it is read once for all. */
export interface MessageReader {
  json(message: string): { [key: string]: JsonValue } | undefined;
  fields(message: string): readonly string[];
}

export const PLAIN_READER: MessageReader = Object.freeze({ json: parseEvent, fields: splitFields });

export function rememberingReader(): MessageReader {
  return { json: remembering(parseEvent), fields: remembering(splitFields) };
}

function remembering<T>(read: (message: string) => T): (message: string) => T {
  let last: { readonly message: string; readonly value: T } | undefined;
  return (message) => {
    if (last?.message !== message) last = { message, value: read(message) };
    return last.value;
  };
}
