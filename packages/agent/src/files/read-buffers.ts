/** Enough for many lines a read, and few enough that a hundred files do not fill the memory. */
const BUFFER_BYTES = 256 * 1024;
const BUFFERS = 4;

/** Buffers that all files share. A file on a disk that hangs holds one, not all. */
export class ReadBuffers {
  readonly #free: Buffer[] = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(BUFFER_BYTES));
  readonly #waiting: ((buffer: Buffer) => void)[] = [];

  async use<T>(work: (buffer: Buffer) => Promise<T>): Promise<T> {
    const buffer = this.#free.pop() ?? (await new Promise<Buffer>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(buffer);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(buffer);
      else next(buffer);
    }
  }
}
