import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces a file as a whole: after a crash it is the old one or the new one. Everything waits for the disk; what is written
 * while logs are read is written with `saveFileDurably`.
 * @throws when the disk does not take it
 */
export function writeFileDurably(path: string, ...parts: readonly (Uint8Array | string)[]): void {
  const temporary = `${path}.partial`;
  try {
    const file = openSync(temporary, "w", 0o600);
    try {
      for (const part of parts) writeWhole(file, typeof part === "string" ? Buffer.from(part) : part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** As `writeFileDurably`, and nothing else waits meanwhile. Not for calls with the same path at the same time. */
export async function saveFileDurably(path: string, ...parts: readonly (Uint8Array | string)[]): Promise<void> {
  const temporary = `${path}.partial`;
  try {
    const file = await open(temporary, "w", 0o600);
    try {
      for (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const directory = await open(dirname(path), "r");
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
