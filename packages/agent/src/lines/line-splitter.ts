import { isUtf8 } from "node:buffer";
import { lineFeedWidth } from "./encoding.ts";
import type { Text } from "./utf8-text.ts";

/** A line that got longer than this is cut, as the service takes no longer event. */
export const MAX_EVENT_BYTES = 1_048_576 - 26;
export const TRUNCATED = "[Truncated...]";

/** @param line valid until the listener returns; @param end offset in the file after the line's end */
export type LineListener = (line: Text, end: number, truncated: boolean) => void;

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = "\ufeff";
const UTF8_MARK = [0xef, 0xbb, 0xbf];

/**
 * Cuts the bytes of a file into lines, which are handed on as they are when they are UTF-8, and decoded otherwise. Bytes that
 * are no text become U+FFFD. What is kept between two chunks is at most one line, and no more of it than `maxBytes`.
 */
export class LineSplitter {
  /** Of other encodings than UTF-8. */
  readonly #decode: ((bytes: Buffer) => string) | undefined;
  readonly #width: 1 | 2;
  readonly #bigEndian: boolean;
  readonly #maxBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #half: Buffer = Buffer.alloc(0);
  /** The line is longer than an event can be: the rest of it is passed over. */
  #overlong = false;

  /** @param encoding a label of the Encoding standard; undefined for UTF-8 */
  constructor(encoding: string | undefined, maxBytes: number = MAX_EVENT_BYTES) {
    if (encoding !== undefined && encoding !== "utf-8") {
      const decoder = new TextDecoder(encoding, { ignoreBOM: true });
      this.#decode = (bytes) => decoder.decode(bytes);
    }
    this.#width = lineFeedWidth(encoding);
    this.#bigEndian = encoding === "utf-16be";
    this.#maxBytes = maxBytes;
  }

  /** Bytes of a line whose end has not come yet. */
  get pending(): number {
    return this.#keptBytes;
  }

  /**
   * @param chunk may be reused by the caller afterwards
   * @param offset of the chunk's first byte in the file; must follow on the chunk before
   */
  push(chunk: Buffer, offset: number, line: LineListener): void {
    if (this.#width === 2) this.#pushWhole(chunk, offset, line);
    else this.#push(chunk, offset, line);
  }

  /** Ends the last line though no line feed came: the file will not grow any more. */
  end(offset: number, line: LineListener): void {
    if (this.#keptBytes > 0 || this.#overlong) this.#emit(Buffer.alloc(0), 0, 0, offset, true, line);
  }

  /** Of characters of two bytes, half of one waits for the other. */
  #pushWhole(chunk: Buffer, offset: number, line: LineListener): void {
    const half = this.#half;
    const bytes = half.length === 0 ? chunk : Buffer.concat([half, chunk]);
    const whole = bytes.length - (bytes.length % 2);
    this.#half = Buffer.from(bytes.subarray(whole));
    this.#push(bytes.subarray(0, whole), offset - half.length, line);
  }

  #push(chunk: Buffer, offset: number, line: LineListener): void {
    // One look at many lines is cheaper than one at each. A character that the chunk's end cuts makes it look at each.
    const isText = this.#decode === undefined && isUtf8(chunk);
    let start = 0;
    for (;;) {
      const feed = this.#nextFeed(chunk, start);
      if (feed < 0) break;
      this.#emit(chunk, start, feed, offset + feed + this.#width, isText, line);
      start = feed + this.#width;
    }
    this.#keep(chunk.subarray(start));
  }

  #nextFeed(chunk: Buffer, from: number): number {
    if (this.#width === 1) return chunk.indexOf(LINE_FEED, from);
    const low = this.#bigEndian ? 1 : 0;
    for (let at = chunk.indexOf(LINE_FEED, from); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) {
      const start = at - low;
      if (start % 2 === 0 && chunk[start + 1 - low] === 0) return start;
    }
    return -1;
  }

  /** @param isText whether all of the chunk is known to be UTF-8 */
  #emit(chunk: Buffer, start: number, feed: number, end: number, isText: boolean, line: LineListener): void {
    let bytes = chunk;
    let from = start;
    let to = feed;
    let checked = isText;
    const truncated = this.#overlong || this.#keptBytes + feed - start > this.#maxBytes;
    if (this.#keptBytes > 0) {
      bytes = Buffer.concat([...this.#kept, chunk.subarray(start, feed)]);
      from = 0;
      to = bytes.length;
      checked = false;
      this.#kept = [];
      this.#keptBytes = 0;
    }
    this.#overlong = false;
    if (truncated && to > from + this.#maxBytes) {
      to = from + this.#maxBytes;
      checked = false;
    }
    line(this.#text(bytes, from, to, checked), end, truncated);
  }

  #text(bytes: Buffer, from: number, to: number, isText: boolean): Text {
    if (this.#decode !== undefined || (!isText && !isUtf8(bytes.subarray(from, to)))) {
      let text = this.#decode?.(bytes.subarray(from, to)) ?? bytes.toString("utf8", from, to);
      if (text.endsWith("\r")) text = text.slice(0, -1);
      return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
    }
    const end = to > from && bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    const marked = bytes[from] === UTF8_MARK[0] && bytes[from + 1] === UTF8_MARK[1] && bytes[from + 2] === UTF8_MARK[2];
    return { bytes, start: marked && end - from >= UTF8_MARK.length ? from + UTF8_MARK.length : from, end };
  }

  #keep(rest: Buffer): void {
    if (rest.length === 0 || this.#overlong) return;
    const room = this.#maxBytes + 1 - this.#keptBytes;
    // The caller reuses its chunk, so what is kept is copied.
    const kept = Buffer.from(rest.subarray(0, room));
    this.#kept.push(kept);
    this.#keptBytes += kept.length;
    if (this.#keptBytes > this.#maxBytes) this.#overlong = true;
  }
}
