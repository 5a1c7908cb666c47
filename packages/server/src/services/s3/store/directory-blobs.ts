import { createReadStream, mkdirSync } from "node:fs";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Blobs } from "./blobs.ts";
import { diskRoom } from "./disk-room.ts";
import { SEALED_SEGMENT_BYTES } from "./sealing.ts";

/** The names that are made here; anything else is a bug, and is refused before it reaches a path. */
const ID = /^[0-9a-f]{32}$/;
/** Two digits of the name: a million blobs are 4,000 files to a folder. */
const FOLDERS = 256;
/** Long enough for a disk, little enough for many readers at once, and whole sealed segments. */
const READ_BYTES = 2 * SEALED_SEGMENT_BYTES;

/** A disk works while more comes in: else it would have all of a large payload to write at its end. */
const SYNC_BYTES = 16 * 1024 * 1024;

/** Blobs as files of a directory. */
export function directoryBlobs(root: string): Blobs {
  const folders = Array.from({ length: FOLDERS }, (_, i) => i.toString(16).padStart(2, "0"));
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true, mode: 0o700 });
  const syncs = new Map<string, Promise<void>>();

  const folderOf = (id: string) => {
    if (!ID.test(id)) throw new Error(`not the name of a blob: ${JSON.stringify(id)}`);
    return join(root, id.slice(0, 2));
  };
  const pathOf = (id: string) => join(folderOf(id), id);

  /** One fsync of a folder serves all who asked before it began. */
  const syncFolder = (folder: string): Promise<void> => {
    const known = syncs.get(folder);
    if (known) return known;
    const sync = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      syncs.delete(folder);
      const handle = await open(folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
    syncs.set(folder, sync);
    return sync;
  };

  const room = diskRoom(root);

  return {
    async put(id, source, size) {
      const path = pathOf(id);
      const taken = await room.take(size);
      // The index names a blob only once it is whole and on disk, so it can be written in its place.
      try {
        const handle = await open(path, "wx", 0o600);
        try {
          let unsynced = 0;
          let syncing: Promise<void> | undefined;
          for await (const piece of source) {
            await handle.writeFile(piece);
            taken.wrote(piece.length);
            unsynced += piece.length;
            if (unsynced < SYNC_BYTES) continue;
            unsynced = 0;
            await syncing;
            syncing = handle.datasync();
            // Its failure is heard of at the next one.
            syncing.catch(() => {});
          }
          await syncing;
          await handle.datasync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        // What can't be removed now, as on a disk that can only be read, is found by the sweep.
        await rm(path, { force: true }).catch(() => {});
        throw error;
      } finally {
        taken.done();
      }
      await syncFolder(folderOf(id));
    },
    get: (id, start, end) =>
      end < start ? Readable.from([]) : createReadStream(pathOf(id), { start, end, highWaterMark: READ_BYTES }),
    remove: (id) => rm(pathOf(id), { force: true }),
    async *older(before) {
      for (const folder of folders) {
        const found: string[] = [];
        for (const name of await readdir(join(root, folder))) {
          if (!ID.test(name)) continue;
          const file = await stat(join(root, folder, name)).catch(() => undefined);
          if (file && file.mtimeMs < before) found.push(name);
        }
        yield found;
      }
    },
  };
}
