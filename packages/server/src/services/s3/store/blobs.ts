import type { Readable } from "node:stream";

/**
 * Where the bytes of larger objects are. A blob is written once under a name that the server makes, so no key of a user ever
 * becomes a path; only the index says which object it belongs to.
 */
export interface Blobs {
  /**
   * Writes a blob; resolves when it is durable. One whose source fails leaves nothing behind but what `sweep` finds. `size`
   * is the number of bytes that will come. The memory of a piece is used again once the next one is asked for.
   */
  put(id: string, source: AsyncIterable<Uint8Array>, size: number): Promise<void>;
  /** The bytes from `start` to `end`, both inclusive. */
  get(id: string, start: number, end: number): Readable;
  /** Removing what is not there is no error. */
  remove(id: string): Promise<void>;
  /** Names of blobs that were written before `before` (milliseconds since the epoch), in parts of bounded size. */
  older(before: number): AsyncIterable<readonly string[]>;
}
