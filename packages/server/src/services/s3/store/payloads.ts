import { hash, randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { StreamedBody } from "@nephoscope/wire";
import { refusal } from "../failures.ts";
import type { Blobs } from "./blobs.ts";
import type { DiskRoom } from "./disk-room.ts";
import type { ObjectIndex } from "./object-index.ts";
import { sealThreads } from "./seal-threads.ts";
import {
  newSalt,
  openSegment,
  openSegments,
  pieceKey,
  SEGMENT_BYTES,
  seal,
  sealedRange,
  sealedSize,
} from "./sealing.ts";
import type { Piece } from "./stored-object.ts";

/**
 * A payload up to this size stands in the index's file, where its write and its index entry share one fsync with those of
 * all puts that arrive together. SQLite reads blobs of this size faster than files (sqlite.org, "35% Faster Than The
 * Filesystem").
 */
export const INLINE_BYTES = 64 * 1024;

/** What does not fit into a page of SQLite has pages of its own. */
const PAGE_BYTES = 4_096;
/** An index entry, and its places in the orders by key. */
const ENTRY_BYTES = 2_048;
/** Room that a small payload and its entry take, rather too much than too little: between two looks at the disk only this is known. */
const inlineRoom = (size: number): number => Math.ceil(sealedSize(size) / PAGE_BYTES) * PAGE_BYTES + ENTRY_BYTES;

/** A small payload, which the index stores with its entry. */
export interface SmallPayload {
  /** Sealed. */
  readonly bytes: Buffer;
  /** Of what was sealed. */
  readonly size: number;
  readonly salt: string;
}

export type Payload = SmallPayload | readonly Piece[];

export interface Received {
  readonly size: number;
  readonly md5: Buffer;
  /** By algorithm, in base64: those that came with the request, found right. */
  readonly checksums: ReadonlyMap<string, string>;
  /** To be given to the index, or to `discard`. */
  readonly payload: Payload;
}

export interface Payloads {
  /** Takes a payload in, sealed with keys made from the object's; a large one is durable when this resolves. */
  receive(source: AsyncIterable<Uint8Array>, size: number, objectKey: Uint8Array): Promise<Received>;
  /** Removes a payload that no index entry will have. */
  discard(received: Pick<Received, "payload">): Promise<void>;
  /**
   * The bytes from `start` to `end`, both inclusive, of an object's pieces. Blobs of it are kept until the reader is done.
   * `objectKey`: undefined for an object from the time when none were sealed.
   */
  read(
    pieces: readonly Piece[],
    start: number,
    end: number,
    objectKey: Uint8Array | undefined,
  ): AsyncIterable<Uint8Array>;
  /** Removes blobs that no object has any more and nobody reads. */
  collect(): Promise<void>;
  /** Removes blobs, written before `before`, that the index never heard of: remains of puts that a crash cut off. */
  sweep(before: number, signal: AbortSignal): Promise<void>;
  /** Ends the threads. */
  close(): void;
}

/** Blobs removed in one go. */
const COLLECTED = 500;
const nextTurn = promisify(setImmediate);
/** More would only take the machine from the rest of the server. */
const MOST_THREADS = 4;

/** `room`: of the disk that holds the index. */
export function openPayloads(index: ObjectIndex, blobs: Blobs, room: DiskRoom): Payloads {
  const threads = sealThreads(Math.min(availableParallelism(), MOST_THREADS));
  const readers = new Map<string, number>();
  /** Being written, so that no sweep takes them for remains. */
  const writing = new Set<string>();
  let collecting: Promise<void> | undefined;

  const hold = (pieces: readonly Piece[], step: 1 | -1) => {
    for (const piece of pieces) {
      if (!("blob" in piece)) continue;
      const count = (readers.get(piece.blob) ?? 0) + step;
      if (count > 0) readers.set(piece.blob, count);
      else readers.delete(piece.blob);
    }
  };

  const collectNow = async () => {
    for (;;) {
      const found = index.garbage(COLLECTED).filter((blob) => !readers.has(blob));
      if (found.length === 0) return;
      for (const blob of found) await blobs.remove(blob);
      await index.forget(found);
    }
  };

  /** The bytes of one piece. `content`: of one that stands in the index. */
  const readPiece = async function* (
    piece: Piece,
    content: Uint8Array | undefined,
    from: number,
    to: number,
    objectKey: Uint8Array | undefined,
  ): AsyncGenerator<Uint8Array> {
    if (piece.salt === undefined) {
      if ("blob" in piece) yield* blobs.get(piece.blob, from, to);
      else if (content) yield content.subarray(from, to + 1);
      return;
    }
    if (objectKey === undefined) throw new Error("a sealed piece is read without a key");
    const key = pieceKey(objectKey, piece.salt);
    if (content) {
      yield openSegment(key, 0, content).subarray(from, to + 1);
      return;
    }
    if (!("blob" in piece)) return;
    const sealed = sealedRange(from, to, piece.size);
    // Of the first and last segment only a part may be asked for.
    let at = sealed.first * SEGMENT_BYTES;
    for await (const plain of openSegments(blobs.get(piece.blob, sealed.from, sealed.to), key, sealed.first)) {
      yield plain.subarray(Math.max(from - at, 0), to - at + 1);
      at += plain.length;
    }
    if (at <= to) throw new Error(`the blob ${piece.blob} is shorter than the index says`);
  };

  return {
    async receive(source, size, objectKey) {
      const checksums = () => (source instanceof StreamedBody ? source.checksums : new Map<string, string>());
      const salt = newSalt();
      const key = pieceKey(objectKey, salt);
      if (size <= INLINE_BYTES) {
        (await room.take(inlineRoom(size))).done();
        const plain = await whole(source, size);
        const payload = plain.length === 0 ? [] : { bytes: seal(key, plain), size, salt };
        return { size, md5: hash("md5", plain, "buffer"), checksums: checksums(), payload };
      }
      const blob = randomBytes(16).toString("hex");
      const run = threads.run(key);
      writing.add(blob);
      try {
        await blobs.put(blob, run.seal(exactly(source, size)), sealedSize(size));
        return { size, md5: await run.digest(), checksums: checksums(), payload: [{ blob, size, salt }] };
      } finally {
        run.release();
        writing.delete(blob);
      }
    },
    async discard({ payload }) {
      if ("bytes" in payload) return;
      for (const piece of payload) if ("blob" in piece) await blobs.remove(piece.blob);
    },
    read(pieces, start, end, objectKey) {
      // Taken now, since an overwrite may remove it before the reader comes to it.
      const contents = pieces.map((piece) => {
        if ("blob" in piece) return undefined;
        const content = index.content(piece.inline);
        if (content === undefined) throw new Error(`the index has lost the content ${piece.inline}`);
        return content;
      });
      hold(pieces, 1);
      let held = true;
      const letGo = () => {
        if (held) hold(pieces, -1);
        held = false;
      };
      const bytes = (async function* () {
        let at = 0;
        for (const [i, piece] of pieces.entries()) {
          const from = Math.max(start - at, 0);
          const to = Math.min(end - at, piece.size - 1);
          at += piece.size;
          if (from > to) continue;
          yield* readPiece(piece, contents[i], from, to, objectKey);
        }
      })();
      // A generator that was never started would not run its `finally`.
      return {
        [Symbol.asyncIterator]: () => ({
          next: async () => {
            try {
              const step = await bytes.next();
              if (step.done) letGo();
              return step;
            } catch (error) {
              letGo();
              throw error;
            }
          },
          return: async () => {
            letGo();
            return bytes.return(undefined);
          },
        }),
      };
    },
    collect() {
      // All who ask in a turn of the event loop share a look.
      collecting ??= nextTurn()
        .then(collectNow)
        .finally(() => {
          collecting = undefined;
        });
      return collecting;
    },
    async sweep(before, signal) {
      for await (const ids of blobs.older(before)) {
        if (signal.aborted) return;
        for (const id of ids) if (!writing.has(id) && !index.isUsed(id)) await blobs.remove(id);
      }
    },
    close: () => threads.close(),
  };
}

const incomplete = (received: number, size: number) =>
  refusal("IncompleteBody", `The payload has ${received} bytes, and ${size} were announced.`);

/** Throws when more or less comes than `size` bytes. */
async function* exactly(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of source) {
    received += chunk.length;
    if (received > size) throw incomplete(received, size);
    yield chunk;
  }
  if (received !== size) throw incomplete(received, size);
}

/** As `exactly`, for what is held whole; without a generator of its own, since small payloads are many. */
async function whole(source: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let received = 0;
  for await (const chunk of source) {
    received += chunk.length;
    if (received > size) throw incomplete(received, size);
    chunks.push(chunk);
  }
  if (received !== size) throw incomplete(received, size);
  const [only] = chunks;
  return chunks.length === 1 && only ? only : Buffer.concat(chunks, size);
}
