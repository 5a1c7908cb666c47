import { lineFeedWidth } from "./encoding.ts";

/** A line that got longer than this is cut, as the service takes no longer event. */
export const MAX_EVENT_BYTES = 1_048_576 - 26;
export const TRUNCATED = "[Truncated...]";

/** @param end offset in the file after the line's end */
export type LineListener = (text: string, end: number, truncated: boolean) => void;

const LINE_FEED = 10;
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Cuts the bytes of a file into lines and decodes them. Bytes that are no text become U+FFFD. What is kept between two
 * chunks is at most one line, and no more of it than `maxBytes`.
 */
export class LineSplitter {
  readonly #decode: (bytes: Buffer, start: number, end: number) => string;
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
    const decoder = encoding === undefined ? undefined : new TextDecoder(encoding, { ignoreBOM: true });
    this.#decode =
      decoder === undefined
        ? (bytes, start, end) => bytes.toString("utf8", start, end)
        : (bytes, start, end) => decoder.decode(bytes.subarray(start, end));
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
    if (this.#keptBytes > 0 || this.#overlong) this.#emit(Buffer.alloc(0), 0, 0, offset, line);
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
    let start = 0;
    for (;;) {
      const feed = this.#nextFeed(chunk, start);
      if (feed < 0) break;
      this.#emit(chunk, start, feed, offset + feed + this.#width, line);
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

  #emit(chunk: Buffer, start: number, feed: number, end: number, line: LineListener): void {
    let bytes = chunk;
    let from = start;
    let to = feed;
    const truncated = this.#overlong || this.#keptBytes + feed - start > this.#maxBytes;
    if (this.#keptBytes > 0) {
      bytes = Buffer.concat([...this.#kept, chunk.subarray(start, feed)]);
      from = 0;
      to = bytes.length;
      this.#kept = [];
      this.#keptBytes = 0;
    }
    this.#overlong = false;
    if (truncated) to = Math.min(to, from + this.#maxBytes);
    let text = this.#decode(bytes, from, to);
    if (text.endsWith("\r")) text = text.slice(0, -1);
    if (text.startsWith(BYTE_ORDER_MARK)) text = text.slice(1);
    line(text, end, truncated);
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
