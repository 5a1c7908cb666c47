/** A text as its UTF-8 bytes, in a buffer of somebody else: valid until the call that it was given to returns. */
export interface Utf8Text {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** A text, as bytes where nobody needs its characters: most lines go from file to service without becoming a string. */
export type Text = string | Utf8Text;

export const isEmpty = (text: Text): boolean => (typeof text === "string" ? text === "" : text.end === text.start);

export const byteLength = (text: Text): number =>
  typeof text === "string" ? Buffer.byteLength(text) : text.end - text.start;

export const toText = (text: Text): string =>
  typeof text === "string" ? text : text.bytes.toString("utf8", text.start, text.end);
