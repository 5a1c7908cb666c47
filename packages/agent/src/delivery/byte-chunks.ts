/** Chunks are large enough that a batch of 1 MB has few, and small enough that hundreds of begun batches do not fill the memory. */
const CHUNK_BYTES = 64 * 1024;
/** A batch begins small: many streams have a few lines at a time. */
const FIRST_BYTES = 4 * 1024;
/** Free chunks that are kept for the next batches. */
const MAX_FREE = 96;

/**
 * Memory for batches that is used again and again: strings and buffers of megabytes that live for seconds would make the
 * garbage collector let the heap grow to many times of what is needed.
 */
export class ChunkPool {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
  }

  give(chunk: Buffer): void {
    if (chunk.length === CHUNK_BYTES && this.#free.length < MAX_FREE) this.#free.push(chunk);
  }
}

/** Bytes that are only ever added to. */
export class ByteChunks {
  readonly #pool: ChunkPool;
  readonly #full: Buffer[] = [];
  #open: Buffer | undefined;
  #used = 0;
  /** Bytes so far. */
  length = 0;

  constructor(pool: ChunkPool) {
    this.#pool = pool;
  }

  /** Adds a text as UTF-8. */
  addText(text: string): void {
    const open = this.#open;
    // No text has more than three bytes for each of its units.
    if (open !== undefined && text.length * 3 <= open.length - this.#used) {
      const written = open.write(text, this.#used);
      this.#used += written;
      this.length += written;
    } else this.addBytes(Buffer.from(text));
  }

  addBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; ) {
      const open = this.#openChunk();
      const part = bytes.subarray(at, at + open.length - this.#used);
      open.set(part, this.#used);
      this.#used += part.byteLength;
      at += part.byteLength;
    }
    this.length += bytes.byteLength;
  }

  /** What was added, in pieces. Valid until `free`. */
  parts(): readonly Buffer[] {
    return this.#open === undefined ? this.#full : [...this.#full, this.#open.subarray(0, this.#used)];
  }

  /** Gives the memory back. Nothing may read the parts any more. */
  free(): void {
    for (const chunk of this.#full) this.#pool.give(chunk);
    if (this.#open !== undefined) this.#pool.give(this.#open);
    this.#full.length = 0;
    this.#open = undefined;
    this.#used = 0;
    this.length = 0;
  }

  #openChunk(): Buffer {
    if (this.#open !== undefined && this.#used < this.#open.length) return this.#open;
    if (this.#open !== undefined) this.#full.push(this.#open);
    this.#open = this.length === 0 ? Buffer.allocUnsafeSlow(FIRST_BYTES) : this.#pool.take();
    this.#used = 0;
    return this.#open;
  }
}
