import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { claimFormat } from "./newer-format.ts";

/**
 * Tables for what is many and changes: queue messages, deliveries. One SQLite file with the state store's discipline:
 * write-ahead log, `synchronous=full`, so that a write is on disk when its promise resolves.
 */
export interface DurableTables {
  /** For reads, and to prepare the statements that `write` runs. Write through `write` only. */
  readonly db: DatabaseSync;
  /**
   * Runs `change`, which uses statements of `db` and nothing asynchronous, and resolves with its result when that is
   * fsynced. Writes of the same turn of the event loop share one transaction; one that throws is undone alone and
   * rejects with what it threw. Rejects with `StorageFull` when the file may not grow.
   */
  write<T>(change: () => T): Promise<T>;
  /**
   * Bytes of the file that nothing uses and the next writes will, less those by which the file and its log will yet grow for what was
   * written before: below 0 where these are more. Together with the room on the disk they say how much can be written.
   */
  freeBytes(): number;
  /** Gives room that is free inside the file back to the disk, a bounded part of it. */
  shrink(): Promise<void>;
  /** Writes what waits and closes the file. Closing twice is harmless. */
  close(): void;
}

/** The file has reached its bound, or the disk is full. */
export class StorageFull extends Error {
  override readonly name = "StorageFull";
}

export interface DurableTablesOptions {
  readonly file: string;
  /** `CREATE … IF NOT EXISTS` statements. */
  readonly schema: string;
  /** Raised by one whenever the schema changes shape; an older server refuses a newer file instead of guessing. */
  readonly version: number;
  /** Most bytes that the file may have. */
  readonly maxBytes: number;
}

/** SQLite's own, and what the bound is counted in. */
const PAGE_BYTES = 4_096;
/** SQLite's own: the log is written into the file when it has so many pages, and then used again from its start. */
const LOG_PAGES = 1_000;
/** 16 MiB at a time: other writes wait meanwhile. */
const SHRINK_PAGES = 4_096;
/** SQLite's result code for a file that may not grow. */
const SQLITE_FULL = 13;

interface Waiting {
  /** Makes the change and gives what tells its caller so. */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

export function openDurableTables({ file, schema, version, maxBytes }: DurableTablesOptions): DurableTables {
  const db = new DatabaseSync(file);
  db.exec(
    `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
     PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)};`,
  );
  try {
    claimFormat(db, file, version);
  } catch (error) {
    db.close();
    throw error;
  }
  db.exec(schema);

  let waiting: Waiting[] = [];
  // Prepared once: SQLite would parse their text anew for each change.
  const mark = db.prepare("SAVEPOINT change");
  const keep = db.prepare("RELEASE change");

  const flush = () => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const settled: (() => void)[] = [];
    try {
      db.exec("BEGIN IMMEDIATE");
      for (const { run, reject } of batch) {
        mark.run();
        try {
          const resolve = run();
          keep.run();
          settled.push(resolve);
        } catch (error) {
          // SQLite itself ends the transaction on some faults; then nothing of it is left to go on with.
          if (!db.isTransaction) throw error;
          db.exec("ROLLBACK TO change; RELEASE change");
          settled.push(() => reject(asStorageFull(error, file)));
        }
      }
      db.exec("COMMIT");
    } catch (error) {
      // The transaction as a whole failed (disk full, I/O error): nothing of it is stored, and every caller hears so.
      if (db.isTransaction) db.exec("ROLLBACK");
      for (const { reject } of batch) reject(asStorageFull(error, file));
      return;
    }
    for (const settle of settled) settle();
  };

  const write = <T>(change: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (!db.isOpen) throw new Error(`${file} is closed`);
      waiting.push({
        run: () => {
          const result = change();
          return () => resolve(result);
        },
        reject,
      });
      if (waiting.length === 1) setImmediate(flush);
    });

  const allPages = db.prepare("PRAGMA page_count");
  const freePages = db.prepare("PRAGMA freelist_count");

  return {
    db,
    write,
    freeBytes() {
      const free = Number(freePages.get()?.freelist_count ?? 0) * PAGE_BYTES;
      const whole = Number(allPages.get()?.page_count ?? 0) * PAGE_BYTES;
      // Pages stand in the log alone until it is written into the file.
      const grows = (path: string, to: number) =>
        Math.max(0, to - (statSync(path, { throwIfNoEntry: false })?.size ?? 0));
      return free - grows(file, whole) - grows(`${file}-wal`, LOG_PAGES * PAGE_BYTES);
    },
    shrink: () => write(() => db.exec(`PRAGMA incremental_vacuum(${SHRINK_PAGES})`)),
    close() {
      if (!db.isOpen) return;
      flush();
      db.close();
    },
  };
}

function asStorageFull(error: unknown, file: string): unknown {
  const full = error instanceof Error && "errcode" in error && error.errcode === SQLITE_FULL;
  return full
    ? new StorageFull(`${file} may not grow: it has reached its bound, or the disk is full`, { cause: error })
    : error;
}
