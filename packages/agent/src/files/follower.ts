import { type FileHandle, open } from "node:fs/promises";
import { Mark } from "../delivery/mark.ts";
import { type AssemblerSettings, EventAssembler, type LogEvent } from "../lines/event-assembler.ts";
import { LineSplitter } from "../lines/line-splitter.ts";
import {
  beginsWith,
  EMPTY_HEAD,
  type FileIdentity,
  HEAD_BYTES,
  type Head,
  headOf,
  identityOf,
  readHead,
} from "./identity.ts";
import type { FilePosition } from "./position-store.ts";

export interface FollowerOptions {
  readonly settings: AssemblerSettings & { readonly encoding: string | undefined };
  readonly now: () => number;
  readonly emit: (event: LogEvent, mark: Mark, end: number) => void;
  readonly onTruncated: () => void;
  /** The position moved; it should be saved. */
  readonly onMove: () => void;
}

/** An event of several lines is sent when its next line has not come for this long, as in the original. */
const GATHER_MS = 1_000;

/** What a read came upon: more bytes, the end, or another content under the same file. */
export type ReadAnswer = "more" | "end" | "replaced";

/** One content of one file, read through its descriptor: neither a new name nor a deletion disturbs that. */
export class Follower {
  path: string;
  readonly identity: FileIdentity;
  readonly mark: Mark;
  /** The file's last change that was seen, in nanoseconds since 1970. */
  modifiedAt = 0n;
  /** When it stopped being the file that is written to; undefined while it is. */
  retiringSince: number | undefined;
  /** When it is to be read next, at the earliest. */
  dueAt = Number.NEGATIVE_INFINITY;
  /** When bytes came last. */
  grewAt: number;
  readonly #file: FileHandle;
  readonly #options: FollowerOptions;
  readonly #splitter: LineSplitter;
  readonly #assembler: EventAssembler;
  /** The beginning of the content, as far as it was read. */
  #head: Buffer;
  #digested: Head = EMPTY_HEAD;
  #scratch: Buffer = Buffer.alloc(0);
  #offset: number;

  private constructor(
    path: string,
    identity: FileIdentity,
    file: FileHandle,
    head: Buffer,
    offset: number,
    options: FollowerOptions,
  ) {
    this.path = path;
    this.identity = identity;
    this.#file = file;
    this.#head = head;
    this.#offset = offset;
    this.#options = options;
    this.grewAt = options.now();
    this.mark = new Mark(offset, options.onMove);
    this.#splitter = new LineSplitter(options.settings.encoding);
    this.#assembler = new EventAssembler(
      {
        settings: options.settings,
        now: options.now,
        emit: (event, end) => options.emit(event, this.mark, end),
        onTruncated: options.onTruncated,
      },
      offset,
    );
  }

  /**
   * @param from where to begin; undefined for the file's beginning
   * @returns undefined when the file is gone, or its content is not the one that the position belongs to
   */
  static async open(
    path: string,
    from: Pick<FilePosition, "head" | "offset"> | undefined,
    options: FollowerOptions,
  ): Promise<Follower | undefined> {
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (error) {
      if (
        error instanceof Error &&
        "code" in error &&
        ["ENOENT", "EACCES", "EPERM", "ENOTDIR"].includes(String(error.code))
      )
        return undefined;
      throw error;
    }
    try {
      const stats = await file.stat({ bigint: true });
      const fits = from === undefined || (Number(stats.size) >= from.offset && (await beginsWith(file, from.head)));
      if (stats.isFile() && fits) {
        const head = from === undefined ? Buffer.alloc(0) : await readHead(file, Math.min(from.offset, HEAD_BYTES));
        const follower = new Follower(path, identityOf(stats), file, head, from?.offset ?? 0, options);
        follower.modifiedAt = stats.mtimeNs;
        return follower;
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
    return undefined;
  }

  get head(): Head {
    if (this.#digested.length !== this.#head.length) this.#digested = headOf(this.#head);
    return this.#digested;
  }

  /** Where lines that have not become events begin. */
  get consumed(): number {
    return this.#assembler.consumed;
  }

  get position(): FilePosition {
    return {
      path: this.path,
      identity: this.identity,
      head: this.head,
      offset: this.mark.position,
      modified: Number(this.modifiedAt / 1_000_000n),
    };
  }

  /** Where the next read begins. */
  get offset(): number {
    return this.#offset;
  }

  /** Reads once. @param buffer is free again afterwards */
  async read(buffer: Buffer): Promise<ReadAnswer> {
    const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#offset);
    // Looked at after the read: had the file been written anew before it, these bytes would not be what follows.
    if (!(await this.#unchanged())) return "replaced";
    if (bytesRead === 0) {
      this.#flushGathered();
      return "end";
    }
    this.grewAt = this.#options.now();
    const chunk = buffer.subarray(0, bytesRead);
    if (this.#head.length < HEAD_BYTES && this.#offset === this.#head.length) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, HEAD_BYTES - this.#head.length)]);
    }
    this.#splitter.push(chunk, this.#offset, (text, end, truncated) => this.#assembler.line(text, end, truncated));
    this.#offset += bytesRead;
    this.mark.consumed(this.#assembler.consumed);
    return bytesRead === buffer.length ? "more" : "end";
  }

  /** Ends an event whose next line does not come. Called while nothing is read. */
  #flushGathered(): void {
    if (!this.#assembler.gathering) return;
    const waited = this.#options.now() - this.#assembler.gatheredAt;
    // A clock that was set back must not hold the event for ever.
    if (waited >= 0 && waited < GATHER_MS) return;
    this.#assembler.flush();
    this.mark.consumed(this.#assembler.consumed);
  }

  get gathering(): boolean {
    return this.#assembler.gathering;
  }

  /** Takes the last line though it has no end: the content will not grow any more. */
  finish(): void {
    this.#splitter.end(this.#offset, (text, end, truncated) => this.#assembler.line(text, end, truncated));
    this.#assembler.flush();
    this.mark.consumed(this.#offset);
  }

  /** Bytes that were not read yet, and whether the file still has a name. */
  async rest(): Promise<{ readonly bytes: number; readonly named: boolean }> {
    const stats = await this.#file.stat({ bigint: true });
    return { bytes: Math.max(0, Number(stats.size) - this.#offset), named: stats.nlink > 0n };
  }

  /** Whether the bytes of a short file are the beginning of this content, such as a copy that is being made. */
  mayBecome(bytes: Buffer): boolean {
    return bytes.length < this.#head.length && bytes.equals(this.#head.subarray(0, bytes.length));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #unchanged(): Promise<boolean> {
    const stats = await this.#file.stat({ bigint: true });
    this.modifiedAt = stats.mtimeNs;
    if (Number(stats.size) < this.#offset) return false;
    if (this.#head.length === 0) return true;
    // Looked at with every read, so its memory is kept.
    if (this.#scratch.length !== this.#head.length) this.#scratch = Buffer.allocUnsafeSlow(this.#head.length);
    const { bytesRead } = await this.#file.read(this.#scratch, 0, this.#scratch.length, 0);
    return bytesRead === this.#head.length && this.#scratch.equals(this.#head);
  }
}

/** @returns undefined when the file is gone, or not ours to read */
export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && NOT_THERE.has(String(error.code))) return undefined;
    throw error;
  }
}

const NOT_THERE: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "EPERM", "ENOTDIR", "ELOOP"]);
