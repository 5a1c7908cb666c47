import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { checkKey, type ObjectStore } from "./object-store.ts";

/** Objects as files of a directory. */
export function directoryObjects(root: string): ObjectStore {
  const pathOf = (key: string) => {
    checkKey(key);
    return join(root, key);
  };

  return {
    async put(key, body) {
      const path = pathOf(key);
      const folder = dirname(path);
      await mkdir(folder, { recursive: true });
      // Written aside, synced, then renamed: a crash leaves the old object or the new one (POSIX rename is atomic).
      const aside = join(folder, `.tmp-${randomUUID()}`);
      try {
        if (Buffer.isBuffer(body)) await writeSynced(aside, body);
        else await pipeline(body, createWriteStream(aside, { flags: "wx", flush: true }));
        await rename(aside, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    async get(key) {
      try {
        return await readFile(pathOf(key));
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
    remove: async (key) => rm(pathOf(key), { force: true }),
    removeFolder: async (key) => rm(pathOf(key), { force: true, recursive: true }),
  };
}

async function writeSynced(path: string, body: Buffer) {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string) {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
