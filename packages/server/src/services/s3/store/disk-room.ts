import { statfs } from "node:fs/promises";
import { StorageFull } from "../../../platform/sqlite/durable-tables.ts";

/**
 * Keeps some of a disk free: on one that is full to its last block not even a deletion could be written down, and nobody could
 * make room. It is a look ahead, not a promise: others write to the same disk.
 */
export interface DiskRoom {
  /** Resolves when there is room for so many bytes beside what is being written. Rejects with `StorageFull`. */
  take(size: number): Promise<Taken>;
}

/** Room that was found, until `done`. */
export interface Taken {
  /** So many of the bytes are on the disk by now. */
  wrote(bytes: number): void;
  done(): void;
}

/** Other stores share the disk. */
const RESERVE_BYTES = 64 * 1024 * 1024;
/** Of a small disk. */
const RESERVE_SHARE = 0.1;
/** How long a look at the disk counts. */
const FRESH_MS = 1_000;

/** `inside`: bytes that a file on the disk has free within itself, or will yet take (below 0). */
export function diskRoom(folder: string, inside: () => number = () => 0): DiskRoom {
  let pending = 0;
  let known: { free: number; readonly reserve: number; readonly until: number } | undefined;

  return {
    async take(size) {
      if (!known || performance.now() > known.until) {
        const { bavail, blocks, bsize } = await statfs(folder);
        known = {
          free: bavail * bsize + inside() - pending,
          reserve: Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE),
          until: performance.now() + FRESH_MS,
        };
      }
      if (known.free - size < known.reserve)
        throw new StorageFull(`${folder}: the disk is full, but for what is kept free for deletions`);
      known.free -= size;
      pending += size;
      let left = size;
      const wrote = (bytes: number) => {
        const counted = Math.min(bytes, left);
        left -= counted;
        pending -= counted;
      };
      return { wrote, done: () => wrote(left) };
    },
  };
}
