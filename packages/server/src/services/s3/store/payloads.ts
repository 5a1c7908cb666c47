import { createHash, randomBytes } from "node:crypto";
import { StreamedBody } from "@nephoscope/wire";
import { refusal } from "../failures.ts";
import type { Blobs } from "./blobs.ts";
import type { ObjectIndex } from "./object-index.ts";
import type { Piece } from "./stored-object.ts";

/**
 * A payload up to this size stands in the index's file, where its write and its index entry share one fsync with those of
 * all puts that arrive together. SQLite reads blobs of this size faster than files (sqlite.org, "35% Faster Than The
 * Filesystem").
 */
export const INLINE_BYTES = 64 * 1024;

export interface Received {
  readonly size: number;
  readonly md5: Buffer;
  /** By algorithm, in base64: those that came with the request, found right. */
  readonly checksums: ReadonlyMap<string, string>;
  /** To be given to the index, or to `discard`. */
  readonly payload: Buffer | readonly Piece[];
}

export interface Payloads {
  /** Takes a payload in; a large one is durable when this resolves. */
  receive(source: AsyncIterable<Uint8Array>, size: number): Promise<Received>;
  /** Removes a payload that no index entry will have. */
  discard(received: Pick<Received, "payload">): Promise<void>;
  /** The bytes from `start` to `end`, both inclusive, of an object's pieces. Blobs of it are kept until the reader is done. */
  read(pieces: readonly Piece[], start: number, end: number): AsyncIterable<Uint8Array>;
  /** Removes blobs that no object has any more and nobody reads. */
  collect(): Promise<void>;
  /** Removes blobs, written before `before`, that the index never heard of: remains of puts that a crash cut off. */
  sweep(before: number, signal: AbortSignal): Promise<void>;
}

/** Blobs removed in one go. */
const COLLECTED = 500;

export function openPayloads(index: ObjectIndex, blobs: Blobs): Payloads {
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

  return {
    async receive(source, size) {
      const md5 = createHash("md5");
      let received = 0;
      const counted = async function* () {
        for await (const piece of source) {
          md5.update(piece);
          received += piece.length;
          yield piece;
        }
        if (received !== size) {
          throw refusal("IncompleteBody", `The payload has ${received} bytes, and ${size} were announced.`);
        }
      };
      const checksums = () => (source instanceof StreamedBody ? source.checksums : new Map<string, string>());
      if (size <= INLINE_BYTES) {
        const chunks: Uint8Array[] = [];
        for await (const piece of counted()) chunks.push(piece);
        return { size, md5: md5.digest(), checksums: checksums(), payload: Buffer.concat(chunks) };
      }
      const blob = randomBytes(16).toString("hex");
      writing.add(blob);
      try {
        await blobs.put(blob, counted(), size);
      } finally {
        writing.delete(blob);
      }
      return { size, md5: md5.digest(), checksums: checksums(), payload: [{ blob, size }] };
    },
    async discard({ payload }) {
      if (Buffer.isBuffer(payload)) return;
      for (const piece of payload) if ("blob" in piece) await blobs.remove(piece.blob);
    },
    read(pieces, start, end) {
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
          const content = contents[i];
          if ("blob" in piece) yield* blobs.get(piece.blob, from, to);
          else if (content) yield content.subarray(from, to + 1);
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
      collecting ??= collectNow().finally(() => {
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
  };
}
