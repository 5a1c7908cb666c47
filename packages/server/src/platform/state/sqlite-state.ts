import { DatabaseSync } from "node:sqlite";
import { claimFormat } from "../sqlite/newer-format.ts";
import { outboxTable } from "./sqlite-outbox.ts";
import {
  type Change,
  type Commit,
  type CommitRequest,
  type CommittedChange,
  type Expectation,
  type ListQuery,
  type Resource,
  type ResourceRef,
  type State,
  VersionConflict,
} from "./state.ts";

/** Raised by one whenever the tables change shape; an older server refuses a newer file instead of guessing. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS resources (
    kind TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, key TEXT NOT NULL,
    version INTEGER NOT NULL, document TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
    PRIMARY KEY (kind, account, region, key)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, queue TEXT NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL, failed_at INTEGER, last_error TEXT
  );
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox (queue, due_at) WHERE failed_at IS NULL;
  CREATE INDEX IF NOT EXISTS outbox_failed ON outbox (queue, failed_at) WHERE failed_at IS NOT NULL;
`;

/**
 * Greater than the rest of every key, so that `prefix + END` closes the range of a prefix. Keys of users can be long runs
 * of the last character themselves (a stream's name has 512 at most).
 */
const END = "\u{10FFFF}".repeat(1_025);

interface Row {
  kind: string;
  account: string;
  region: string;
  key: string;
  version: number;
  document: string;
  created_at: number;
  updated_at: number;
}

interface Waiting {
  readonly request: CommitRequest;
  readonly resolve: (commit: Commit) => void;
  readonly reject: (error: unknown) => void;
}

/** State in one SQLite file: write-ahead log, `synchronous=full`, so that a commit is on disk when it is answered. */
export function openSqliteState(file: string, now: () => number): State {
  const db = new DatabaseSync(file);
  db.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000;",
  );
  claimFormat(db, file, SCHEMA_VERSION);
  db.exec(SCHEMA);

  const columns = "kind, account, region, key, version, document, created_at, updated_at";
  const selectOne = db.prepare(
    `SELECT ${columns} FROM resources WHERE kind = ? AND account = ? AND region = ? AND key = ?`,
  );
  const selectRange = db.prepare(
    `SELECT ${columns} FROM resources WHERE kind = ? AND account = ? AND region = ? AND key >= ? AND key > ? AND key < ? ORDER BY key LIMIT ?`,
  );
  const selectRangeBackwards = db.prepare(
    `SELECT ${columns} FROM resources WHERE kind = ? AND account = ? AND region = ? AND key >= ? AND key < ? AND key < ? ORDER BY key DESC LIMIT ?`,
  );
  const selectScan = db.prepare(
    `SELECT ${columns} FROM resources WHERE kind = ? AND (account, region, key) > (?, ?, ?) ORDER BY account, region, key LIMIT ?`,
  );
  const upsert = db.prepare(
    `INSERT INTO resources (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET version = excluded.version, document = excluded.document, updated_at = excluded.updated_at`,
  );
  const remove = db.prepare("DELETE FROM resources WHERE kind = ? AND account = ? AND region = ? AND key = ?");
  const selectCursor = db.prepare("SELECT position FROM cursors WHERE name = ?");
  const upsertCursor = db.prepare(
    "INSERT INTO cursors VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position",
  );
  const addToCounter = db.prepare(
    "INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value RETURNING value",
  );
  const raiseCounter = db.prepare(
    "INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)",
  );
  const selectCounter = db.prepare("SELECT value FROM counters WHERE name = ?");
  selectCounter.setReadBigInts(true);
  const outbox = outboxTable(db, now);

  const listeners: ((commit: Commit) => void)[] = [];
  let waiting: Waiting[] = [];

  const read = (ref: ResourceRef) => toResource(selectOne.get(ref.kind, ref.account, ref.region, ref.key));

  const apply = (change: Change, at: number): CommittedChange => {
    const ref = "put" in change ? change.put : change.remove;
    const before = read(ref);
    if (!meets(change.expect, before)) throw new VersionConflict(ref, change.expect, before?.version);
    if (!("put" in change)) {
      remove.run(ref.kind, ref.account, ref.region, ref.key);
      return { ref, before, after: undefined };
    }
    const after: Resource<unknown> = {
      ref,
      version: (before?.version ?? 0) + 1,
      document: change.document,
      createdAt: before?.createdAt ?? at,
      updatedAt: at,
    };
    upsert.run(
      ref.kind,
      ref.account,
      ref.region,
      ref.key,
      after.version,
      JSON.stringify(change.document),
      after.createdAt,
      at,
    );
    return { ref, before, after };
  };

  const write = (request: CommitRequest): Commit => {
    const at = now();
    const changes = (request.changes ?? []).map((change) => apply(change, at));
    for (const [name, position] of Object.entries(request.cursors ?? {})) upsertCursor.run(name, position);
    for (const message of request.outbox ?? []) outbox.add(message.queue, message.payload, message.dueAt ?? at);
    return { cause: request.cause, at, changes };
  };

  /** One transaction for everything that gathered; a savepoint each, so that a conflict undoes only its own request. */
  const flush = () => {
    const batch = waiting;
    waiting = [];
    const settled: (() => void)[] = [];
    try {
      db.exec("BEGIN IMMEDIATE");
      for (const { request, resolve, reject } of batch) {
        db.exec("SAVEPOINT request");
        try {
          const commit = write(request);
          db.exec("RELEASE request");
          settled.push(() => {
            for (const listener of listeners) listener(commit);
            resolve(commit);
          });
        } catch (error) {
          db.exec("ROLLBACK TO request; RELEASE request");
          settled.push(() => reject(error));
        }
      }
      db.exec("COMMIT");
    } catch (error) {
      // The transaction as a whole failed (disk full, I/O error): nothing of it is stored, and every caller hears so.
      if (db.isTransaction) db.exec("ROLLBACK");
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const settle of settled) settle();
  };

  return {
    get: <T>(ref: ResourceRef) => read(ref) as Resource<T> | undefined,
    list: <T>(query: ListQuery) => {
      const prefix = query.prefix ?? "";
      const end = prefix + END;
      const { kind, account, region, limit = -1 } = query;
      const rows =
        query.descending === true
          ? selectRangeBackwards.all(kind, account, region, prefix, query.after ?? end, end, limit)
          : selectRange.all(kind, account, region, prefix, query.after ?? "", end, limit);
      return rows.map((row) => toResource(row) as Resource<T>);
    },
    scan: <T>(kind: string, after: ResourceRef | undefined, limit: number) =>
      selectScan
        .all(kind, after?.account ?? "", after?.region ?? "", after?.key ?? "", limit)
        .map((row) => toResource(row) as Resource<T>),
    commit: (request) =>
      new Promise<Commit>((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
    onCommit: (listener) => {
      listeners.push(listener);
    },
    cursor: (name) => textColumn(selectCursor.get(name), "position"),
    allocate(counter, count = 1) {
      const row = addToCounter.get(counter, count);
      const last = row?.value;
      if (typeof last !== "number") throw new Error(`counter ${counter} gave no number`);
      return last - count + 1;
    },
    allocated: (counter) => Number(counterValue(selectCounter.get(counter))),
    reserve: (counter, value) => {
      raiseCounter.run(counter, value);
    },
    reserved: (counter) => counterValue(selectCounter.get(counter)),
    due: outbox.due,
    settle: outbox.settle,
    postpone: outbox.postpone,
    undelivered: outbox.undelivered,
    close() {
      if (!db.isOpen) return;
      if (waiting.length > 0) flush();
      db.close();
    },
  };
}

function meets(expect: Expectation, before: Resource<unknown> | undefined): boolean {
  if (expect === "any") return true;
  if (expect === "absent") return before === undefined;
  if (expect === "present") return before !== undefined;
  return before?.version === expect;
}

function toResource(row: unknown): Resource<unknown> | undefined {
  if (row === undefined) return undefined;
  const r = row as Row;
  return {
    ref: { kind: r.kind, account: r.account, region: r.region, key: r.key },
    version: r.version,
    document: JSON.parse(r.document) as object,
    createdAt: r.created_at,
    updatedAt: r.updated_at,
  };
}

function textColumn(row: Record<string, unknown> | undefined, column: string): string | undefined {
  const value = row?.[column];
  return typeof value === "string" ? value : undefined;
}

function counterValue(row: Record<string, unknown> | undefined): bigint {
  return typeof row?.value === "bigint" ? row.value : 0n;
}
