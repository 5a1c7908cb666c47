import { type BigIntStats, closeSync, constants, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { type FileIdentity, HEAD_BYTES, type Head, identityKey, identityOf, startsWith } from "./identity.ts";

const readLater = promisify(read);

/** A file that is gone, or not ours to read. `ENXIO` is a socket or a pipe without a writer. */
const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM", "ENOTDIR", "ELOOP", "ENXIO", "ESTALE"]);

/**
 * A regular file that is held by its descriptor: neither a new name nor a deletion takes its bytes away. Opening and looking
 * are synchronous. They take microseconds, and between a file's appearance and its deletion there may be few of them; reading
 * waits for the disk, and is not.
 */
export class HeldFile {
  /** The name that it was seen under last. */
  path: string;
  readonly identity: FileIdentity;
  /** Equal for equal files. */
  readonly key: string;
  readonly #descriptor: number;

  private constructor(path: string, descriptor: number, stats: BigIntStats) {
    this.path = path;
    this.#descriptor = descriptor;
    this.identity = identityOf(stats);
    this.key = identityKey(this.identity);
  }

  /** @returns undefined when there is no regular file under the name, or we may not read it */
  static open(path: string, ignoreSymlinks: boolean): HeldFile | undefined {
    let descriptor: number;
    try {
      // Without O_NONBLOCK, opening a named pipe would wait for its writer.
      const flags = constants.O_RDONLY | constants.O_NONBLOCK | (ignoreSymlinks ? constants.O_NOFOLLOW : 0);
      descriptor = openSync(path, flags);
    } catch (error) {
      if (error instanceof Error && "code" in error && NOT_THERE.has(String(error.code))) return undefined;
      throw error;
    }
    try {
      const stats = fstatSync(descriptor, { bigint: true });
      if (stats.isFile()) return new HeldFile(path, descriptor, stats);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    closeSync(descriptor);
    return undefined;
  }

  stats(): BigIntStats {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  get size(): number {
    return Number(this.stats().size);
  }

  /** The first bytes, as they are now. */
  beginning(length: number = HEAD_BYTES): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, this.readBeginning(buffer));
  }

  /** Reads the first bytes into a buffer. @returns how many there are */
  readBeginning(buffer: Buffer): number {
    let at = 0;
    while (at < buffer.length) {
      const bytes = readSync(this.#descriptor, buffer, at, buffer.length - at, at);
      if (bytes === 0) break;
      at += bytes;
    }
    return at;
  }

  /** Whether the content begins as the head says and goes at least up to the offset. */
  continues({ head, offset }: { readonly head: Head; readonly offset: number }): boolean {
    return this.size >= offset && startsWith(this.beginning(head.length), head);
  }

  /** @returns how many bytes were read; 0 at the end */
  async read(buffer: Buffer, offset: number): Promise<number> {
    const { bytesRead } = await readLater(this.#descriptor, buffer, 0, buffer.length, offset);
    return bytesRead;
  }

  /** No read may be running. */
  close(): void {
    closeSync(this.#descriptor);
  }
}
