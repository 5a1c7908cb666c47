import { promisify } from "node:util";
import { constants, crc32, deflateRaw } from "node:zlib";

const compress = promisify(deflateRaw);

/** RFC 1952: deflate, no name and no time, made on Unix. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
/** RFC 1951: the last block, which is empty and of fixed codes. */
const LAST_BLOCK = Buffer.from([3, 0]);

/**
 * One gzip file made of pieces that are compressed by themselves, in the threads of Node's pool. A file that is being written keeps only
 * what is compressed already: no window and no state of the compressor, so that thousands can be open. It is one member, because
 * browsers read no more than the first.
 */
export class GzipPieces {
  readonly #pieces: Promise<Buffer>[] = [];
  #crc = 0;
  #size = 0;

  /** Resolves with the number of compressed bytes. The text must not change until then. */
  async add(text: Buffer): Promise<number> {
    this.#crc = crc32(text, this.#crc);
    this.#size += text.length;
    // Ends at a byte's border without saying that the file ends.
    const piece = compress(text, { finishFlush: constants.Z_SYNC_FLUSH });
    this.#pieces.push(piece);
    return (await piece).length;
  }

  /** The whole file. */
  async end(): Promise<Buffer> {
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(this.#crc, 0);
    trailer.writeUInt32LE(this.#size % 2 ** 32, 4);
    return Buffer.concat([HEADER, ...(await Promise.all(this.#pieces)), LAST_BLOCK, trailer]);
  }
}
