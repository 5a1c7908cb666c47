/** Chunks are large enough that a batch of 1 MB has few, and small enough that hundreds of begun batches do not fill the memory. */
const CHUNK_BYTES = 32 * 1024;
/** A batch begins small: many streams have a few lines at a time. */
const FIRST_BYTES = 4 * 1024;
/** Free chunks that are kept for the next batches. */
const MAX_FREE = 128;

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

/** For so few, a call that copies costs more than the copy. */
const SMALL_BYTES = 64;

/** What JSON needs for each byte of a string that can not stand as it is. */
const ESCAPES: readonly (Buffer | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const isPlain = byte >= 0x20 && byte !== 0x22 && byte !== 0x5c;
  return isPlain ? undefined : Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1));
});
/** 1 for each of these bytes: looked up for every byte of every log. */
const IS_ESCAPED = Uint8Array.from(ESCAPES, (escaped) => (escaped === undefined ? 0 : 1));
const LONGEST_ESCAPE = 6;

/** Bytes that are only ever added to. */
export class ByteChunks {
  readonly #pool: ChunkPool;
  readonly #full: { readonly chunk: Buffer; readonly used: number }[] = [];
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
    if (bytes.byteLength <= SMALL_BYTES) {
      const open = this.#openChunk(bytes.byteLength);
      for (let at = 0; at < bytes.byteLength; at++) open[this.#used++] = bytes[at] ?? 0;
      this.length += bytes.byteLength;
      return;
    }
    for (let at = 0; at < bytes.byteLength; ) {
      const open = this.#openChunk(1);
      const part = bytes.subarray(at, at + open.length - this.#used);
      open.set(part, this.#used);
      this.#used += part.byteLength;
      at += part.byteLength;
    }
    this.length += bytes.byteLength;
  }

  /** Adds UTF-8 bytes as the inside of a JSON string. */
  addJson(bytes: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      const open = this.#openChunk(LONGEST_ESCAPE);
      const last = open.length - LONGEST_ESCAPE;
      const before = this.#used;
      let at = before;
      for (; from < end && at <= last; from++) {
        const byte = bytes[from] ?? 0;
        if (IS_ESCAPED[byte] === 0) open[at++] = byte;
        else at += ESCAPES[byte]?.copy(open, at) ?? 0;
      }
      this.#used = at;
      this.length += at - before;
    }
  }

  /** What was added, in pieces. Valid until `free`. */
  parts(): readonly Buffer[] {
    const full = this.#full.map(({ chunk, used }) => chunk.subarray(0, used));
    return this.#open === undefined ? full : [...full, this.#open.subarray(0, this.#used)];
  }

  /** Gives the memory back. Nothing may read the parts any more. */
  free(): void {
    for (const { chunk } of this.#full) this.#pool.give(chunk);
    if (this.#open !== undefined) this.#pool.give(this.#open);
    this.#full.length = 0;
    this.#open = undefined;
    this.#used = 0;
    this.length = 0;
  }

  /** @param room bytes that must fit */
  #openChunk(room: number): Buffer {
    if (this.#open !== undefined && this.#used + room <= this.#open.length) return this.#open;
    if (this.#open !== undefined) this.#full.push({ chunk: this.#open, used: this.#used });
    this.#open = this.length === 0 ? Buffer.allocUnsafeSlow(FIRST_BYTES) : this.#pool.take();
    this.#used = 0;
    return this.#open;
  }
}
