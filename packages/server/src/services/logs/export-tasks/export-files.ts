import type { EventPosition } from "../events/event-position.ts";
import type { StoredEvent } from "../events/event-store.ts";
import { GzipPieces } from "./gzip-pieces.ts";

/** A finished object with lines of one stream. */
export interface ExportPart {
  readonly logStreamName: string;
  /** A gzip file. */
  readonly body: Buffer;
  readonly events: number;
  /** The last event in it. */
  readonly last: EventPosition;
}

export interface ExportLimits {
  /** Text that is compressed together. Smaller pieces compress worse. */
  readonly pieceBytes: number;
  /** Text of one object. A stream with more gets several. */
  readonly partBytes: number;
  /** What all open files hold in memory. Past it the largest becomes an object, however small it is. */
  readonly heldBytes: number;
}

export const EXPORT_LIMITS: ExportLimits = {
  pieceBytes: 262_144,
  partBytes: 128 * 1_048_576,
  heldBytes: 64 * 1_048_576,
};

/** Pieces that are compressed at the same time: Node's pool has four threads. */
const AT_ONCE = 4;
/** A stream that has but one line holds about this much besides. */
const FILE_BYTES = 1_024;

interface OpenFile {
  readonly logStreamName: string;
  readonly gzip: GzipPieces;
  /** Lines that are not compressed yet. */
  lines: string;
  /** Bytes that it holds, about. */
  held: number;
  /** Characters of all lines so far. */
  size: number;
  events: number;
  last: EventPosition;
}

/** Makes objects of events that come in the order of their times, of many streams mixed. One call at a time. */
export interface ExportFiles {
  /** A promise where the caller must wait before it goes on; it rejects with what `put` rejects with. */
  add(event: StoredEvent): Promise<void> | undefined;
  /** Writes what is left. */
  end(): Promise<void>;
}

/** `put` gets a stream's objects one after another. */
export function exportFiles(put: (part: ExportPart) => Promise<void>, limits = EXPORT_LIMITS): ExportFiles {
  const open = new Map<string, OpenFile>();
  const compressing = new Set<Promise<void>>();
  let held = 0;
  let failure: { readonly error: unknown } | undefined;

  const hold = (file: OpenFile, bytes: number) => {
    file.held += bytes;
    held += bytes;
  };

  const compress = (file: OpenFile) => {
    const { lines } = file;
    file.lines = "";
    const piece = file.gzip.add(Buffer.from(lines)).then(
      (bytes) => hold(file, bytes - heldBy(lines)),
      (error: unknown) => {
        failure = { error };
      },
    );
    const done = piece.finally(() => compressing.delete(done));
    compressing.add(done);
  };

  const settle = async (most: number) => {
    while (compressing.size > most) await Promise.race(compressing);
    if (failure !== undefined) throw failure.error;
  };

  const finish = async (file: OpenFile) => {
    if (file.lines !== "") compress(file);
    await settle(0);
    open.delete(file.logStreamName);
    held -= file.held;
    const { logStreamName, events, last } = file;
    await put({ logStreamName, body: await file.gzip.end(), events, last });
  };

  const makeRoom = async () => {
    await settle(AT_ONCE);
    while (held > limits.heldBytes) {
      let largest: OpenFile | undefined;
      for (const file of open.values()) if (largest === undefined || file.held > largest.held) largest = file;
      if (largest === undefined) return;
      // What waits to be compressed becomes small by itself.
      if (compressing.size > 0) await settle(0);
      else await finish(largest);
    }
  };

  return {
    add(event) {
      const { logStreamName, timestamp, message } = event;
      let file = open.get(logStreamName);
      if (file === undefined) {
        file = { logStreamName, gzip: new GzipPieces(), lines: "", held: 0, size: 0, events: 0, last: event };
        open.set(logStreamName, file);
        hold(file, FILE_BYTES);
      }
      const line = `${new Date(timestamp).toISOString()} ${message}\n`;
      file.lines += line;
      file.size += line.length;
      file.events += 1;
      file.last = event;
      hold(file, heldBy(line));
      if (file.size >= limits.partBytes) return finish(file);
      if (file.lines.length >= limits.pieceBytes) compress(file);
      return held > limits.heldBytes || compressing.size > AT_ONCE ? makeRoom() : undefined;
    },
    async end() {
      for (const file of open.values()) await finish(file);
    },
  };
}

/** A text as it is in memory: one byte for a character of Latin letters, two for others. */
const heldBy = (text: string) => 2 * text.length;
