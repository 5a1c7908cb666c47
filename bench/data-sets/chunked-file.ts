import { closeSync, openSync, writeSync } from "node:fs";

/** A file written from its start in large pieces; millions of small writes would take most of the time. */
export class ChunkedFile {
  readonly #file: number;
  readonly #chunk = Buffer.allocUnsafe(4 * 1024 * 1024);
  #used = 0;
  #flushed = 0;

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#flushed + this.#used;
  }

  write(bytes: Buffer): void {
    if (this.#used + bytes.length > this.#chunk.length) this.#flush();
    if (bytes.length > this.#chunk.length) {
      this.#flushed += writeSync(this.#file, bytes);
      return;
    }
    bytes.copy(this.#chunk, this.#used);
    this.#used += bytes.length;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    for (let done = 0; done < this.#used; ) done += writeSync(this.#file, this.#chunk, done, this.#used - done);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}
