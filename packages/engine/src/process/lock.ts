import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { DataDirectoryBusy } from "../errors.ts";

/** A held lock. It is given back by the operating system when the process ends, however it ends. */
export type DirectoryLock = { release(): void };

/** SQLite's handles give their locks back when they are collected as garbage, so what holds one is kept here and not by its caller. */
const held = new Set<DatabaseSync>();

/**
 * Takes a directory for this process alone. Two servers on one would deliver everything twice; chdb itself opens one from two processes
 * without a word, and the two then destroy each other's parts. The lock is SQLite's file lock, because Node.js has no other that dies with
 * its process.
 *
 * While another process holds it, waits at most `waitMs`.
 * @throws DataDirectoryBusy naming the holder
 */
export async function lockDirectory(directory: string, waitMs: number): Promise<DirectoryLock> {
  const holderFile = join(directory, "lock.holder");
  const database = new DatabaseSync(join(directory, "lock"));
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      database.exec("BEGIN EXCLUSIVE");
      break;
    } catch (error) {
      if (!/locked/.test(String(error))) throw error;
      if (performance.now() >= deadline) {
        database.close();
        throw new DataDirectoryBusy(
          `The data directory ${directory} is in use by another server (${holder(holderFile)}). Stop that one, or choose another directory.`,
        );
      }
      await delay(20);
    }
  }
  writeFileSync(holderFile, `process ${process.pid}, since ${new Date().toISOString()}\n`);
  held.add(database);
  return {
    release() {
      held.delete(database);
      database.close();
    },
  };
}

function holder(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "an unknown process";
  }
}
