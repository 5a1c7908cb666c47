/**
 * Memory for encoded rows, used again. Each large call needs a megabyte for the time of its insert; given to the garbage
 * collector, a few dozen of them a second make it go through the whole heap several times a second.
 */
export interface RowMemory {
  /** A buffer of at least so many bytes, with anything in it. */
  take(bytes: number): Buffer;
  /** Gives a buffer back, or a part of one that `take` gave. Nobody may read or write it any more. */
  give(buffer: Buffer): void;
}

/** Room for a call of the greatest size: a megabyte of messages, and the numbers of 10,000 events. */
const PIECE_BYTES = 2 * 1_048_576;
/** Kept at most, also while nothing is written: calls that are on their way at once, in a rush. */
const MAX_KEPT = 16;
/** Smaller ones are the collector's everyday work. */
const WORTH_KEEPING_BYTES = 65_536;

export function rowMemory(): RowMemory {
  const free: ArrayBufferLike[] = [];
  return {
    take(bytes) {
      if (bytes < WORTH_KEEPING_BYTES || bytes > PIECE_BYTES) return Buffer.allocUnsafe(bytes);
      return Buffer.from(free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES).buffer);
    },
    give({ buffer }) {
      if (buffer.byteLength === PIECE_BYTES && free.length < MAX_KEPT) free.push(buffer);
    },
  };
}
