import { Mark } from "../delivery/mark.ts";
import { type AssemblerSettings, EventAssembler, type LogEvent } from "../lines/event-assembler.ts";
import { LineSplitter } from "../lines/line-splitter.ts";
import type { HeldFile } from "./held-file.ts";
import { EMPTY_HEAD, type FileIdentity, HEAD_BYTES, type Head, headOf, MIN_HEAD } from "./identity.ts";
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

/** How long a replaced file waits for its next read at most. */
const LONGEST_REST_MS = 1_000;

/** What a read came upon: more bytes, the end, or another content under the same file. */
export type ReadAnswer = "more" | "end" | "replaced";

/**
 * One content that is read from its beginning to its end: mostly the bytes of one file, but rotation may move the rest of them
 * to a copy. What is known of it is kept when its file is closed, so that it is neither taken for another one nor read twice.
 */
export class Follower {
  /** Name and identity of the file that it is in, or was in last. */
  path: string;
  identity: FileIdentity;
  /** Of the file that it is in; empty when the content was removed from its file. */
  key: string;
  readonly mark: Mark;
  /** The file's last change that was seen, in nanoseconds since 1970. */
  modifiedAt: bigint;
  /** When it stopped being the file that is written to; undefined while it is. */
  retiringSince: number | undefined;
  /** When it is to be read next, at the earliest. */
  dueAt = Number.NEGATIVE_INFINITY;
  /** When bytes came last. */
  grewAt: number;
  /** Where the next read begins. */
  offset: number;
  #file: HeldFile | undefined;
  /** The file's time of change before the last read; undefined before the first. */
  #readAt: bigint | undefined;
  readonly #options: FollowerOptions;
  readonly #splitter: LineSplitter;
  readonly #assembler: EventAssembler;
  /** The beginning of the content, as far as it is known; that may be more than was read. */
  #head: Buffer;
  #digested: Head = EMPTY_HEAD;
  #scratch: Buffer = Buffer.alloc(0);

  /** @param offset where to begin; what is before it was stored by an earlier run */
  constructor(file: HeldFile, options: FollowerOptions, offset = 0) {
    this.path = file.path;
    this.identity = file.identity;
    this.key = file.key;
    this.offset = offset;
    this.grewAt = options.now();
    this.modifiedAt = file.stats().mtimeNs;
    this.mark = new Mark(offset, options.onMove);
    this.#file = file;
    this.#options = options;
    this.#head = file.beginning(Math.min(offset, HEAD_BYTES));
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

  get head(): Head {
    if (this.#digested.length !== this.#head.length) this.#digested = headOf(this.#head);
    return this.#digested;
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

  /** Reads once. @param buffer is free again afterwards */
  async read(buffer: Buffer): Promise<ReadAnswer> {
    const file = this.#file;
    if (file === undefined) return "end";
    const before = file.stats();
    if (Number(before.size) === this.offset && before.mtimeNs === this.#readAt) {
      this.#flushGathered();
      return "end";
    }
    const bytesRead = await file.read(buffer, this.offset);
    // Looked at after the read: had the file been written anew before it, these bytes would not be what follows.
    if (!this.#unchanged(file)) return "replaced";
    // A change during the read may have left its time behind; so the time of before it is remembered.
    this.#readAt = before.mtimeNs;
    this.modifiedAt = before.mtimeNs;
    if (bytesRead === 0) {
      this.#flushGathered();
      return "end";
    }
    this.grewAt = this.#options.now();
    const chunk = buffer.subarray(0, bytesRead);
    const missing = this.#head.length - this.offset;
    if (missing >= 0 && missing < bytesRead && this.#head.length < HEAD_BYTES)
      this.#head = Buffer.concat([this.#head, chunk.subarray(missing)]).subarray(0, HEAD_BYTES);
    this.#splitter.push(chunk, this.offset, (text, end, truncated) => this.#assembler.line(text, end, truncated));
    this.offset += bytesRead;
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

  /** A file that was replaced is read less often the longer nothing comes: there may be many of them. */
  slowDown(): void {
    if (this.retiringSince === undefined) return;
    const now = this.#options.now();
    const quiet = now - Math.max(this.retiringSince, this.grewAt);
    this.dueAt = now + Math.min(Math.max(quiet, 0) / 2, LONGEST_REST_MS);
  }

  /** Takes the last line though it has no end: the content will hardly grow any more. */
  finish(): void {
    this.#splitter.end(this.offset, (text, end, truncated) => this.#assembler.line(text, end, truncated));
    this.#assembler.flush();
    this.mark.consumed(this.offset);
  }

  /** Whether the content stands in another file, too, at least up to where it was read. */
  isIn(file: HeldFile): boolean {
    return file.continues({ head: this.head, offset: this.offset });
  }

  /** How a file whose first bytes are these relates to this content: a copy, one that is being made perhaps, or another one. */
  compare(bytes: Buffer): "same" | "perhaps" | "other" {
    this.#learnHead();
    if (bytes.length < this.#head.length)
      return bytes.equals(this.#head.subarray(0, bytes.length)) ? "perhaps" : "other";
    const same = this.#head.length >= MIN_HEAD && bytes.subarray(0, this.#head.length).equals(this.#head);
    return same ? "same" : "other";
  }

  /** Goes on in another file that the content stands in. */
  moveTo(file: HeldFile): void {
    this.#file?.close();
    this.#file = file;
    this.path = file.path;
    this.identity = file.identity;
    this.key = file.key;
    this.#readAt = undefined;
    this.dueAt = Number.NEGATIVE_INFINITY;
    this.grewAt = this.#options.now();
  }

  /** Gives its file away: it holds another content now. */
  leave(): HeldFile | undefined {
    const file = this.#file;
    this.#file = undefined;
    this.key = "";
    return file;
  }

  /** Bytes that were not read yet, and whether the file still has a name. */
  rest(): { readonly bytes: number; readonly named: boolean } {
    const stats = this.#file?.stats();
    if (stats === undefined) return { bytes: 0, named: false };
    return { bytes: Math.max(0, Number(stats.size) - this.offset), named: stats.nlink > 0n };
  }

  /** No read may be running. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Learns more of the beginning than was read, as long as the file still holds this content. */
  #learnHead(): void {
    if (this.#file === undefined || this.#head.length === HEAD_BYTES) return;
    const bytes = this.#file.beginning();
    if (bytes.length > this.#head.length && bytes.subarray(0, this.#head.length).equals(this.#head))
      this.#head = Buffer.from(bytes);
  }

  #unchanged(file: HeldFile): boolean {
    if (file.size < Math.max(this.offset, this.#head.length)) return false;
    if (this.#head.length === 0) return true;
    // Looked at with every read, so its memory is kept.
    if (this.#scratch.length !== this.#head.length) this.#scratch = Buffer.allocUnsafeSlow(this.#head.length);
    return file.readBeginning(this.#scratch) === this.#head.length && this.#scratch.equals(this.#head);
  }
}
