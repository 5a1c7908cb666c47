import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineClient } from "./client.ts";
import type { EngineLog } from "./engine.ts";
import { identifier, tokens } from "./sql/tokens.ts";

export type MigrationOptions = {
  readonly client: EngineClient;
  /** Made when it does not exist. Statements name tables without a database; they land in this one. */
  readonly database?: string;
  /** Folder of `0001_name.sql`, `0002_name.sql`, …; by default the schema that belongs to this package. */
  readonly directory?: string;
  readonly log?: EngineLog;
};

/** The schema files and what was applied before do not go together; the message says what to do. */
export class MigrationRefused extends Error {
  override name = "MigrationRefused";
}

export const DEFAULT_DATABASE = "nephoscope";
export const SCHEMA_DIRECTORY = fileURLToPath(new URL("../schema/", import.meta.url));

type Statement = { readonly sql: string; readonly checksum: string };
type Migration = { readonly version: number; readonly file: string; readonly statements: readonly Statement[] };

const FILE = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Brings a database to the newest schema, and returns the versions that it applied now.
 *
 * Each statement is recorded when it is done, so that a crash is followed up where it happened. As a statement and its record are
 * two writes, a statement may run twice: each must be idempotent (`IF NOT EXISTS`, `IF EXISTS`, `OR REPLACE`). One process at a time may migrate a database.
 *
 * @throws MigrationRefused when an applied statement was changed, removed or followed up in its file, or the database is newer
 */
export async function migrate(options: MigrationOptions): Promise<number[]> {
  const { client, database = DEFAULT_DATABASE } = options;
  const migrations = await readMigrations(options.directory ?? SCHEMA_DIRECTORY);
  // The database cannot be the current one while it does not exist.
  await client.command({ sql: `CREATE DATABASE IF NOT EXISTS ${identifier(database)}`, database: "default" });
  await client.command({
    database,
    sql: `CREATE TABLE IF NOT EXISTS schema_migrations
      (version UInt32, file String, statement UInt32, statements UInt32, checksum String, applied_at DateTime64(3, 'UTC'))
      ENGINE = MergeTree ORDER BY (version, statement) SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`,
  });
  const applied = await readApplied(client, database);
  check(migrations, applied, database);

  const versions: number[] = [];
  for (const { version, file, statements } of migrations) {
    const done = applied.get(version)?.statements ?? new Map<number, string>();
    if (done.size === statements.length) continue;
    for (const [i, { sql, checksum }] of statements.entries()) {
      if (done.has(i)) continue;
      await client.command({ sql, database });
      const record = [
        version,
        file,
        i,
        statements.length,
        checksum,
        new Date().toISOString().slice(0, -1).replace("T", " "),
      ];
      await client.insert({
        table: "schema_migrations",
        columns: ["version", "file", "statement", "statements", "checksum", "applied_at"],
        format: "JSONCompactEachRow",
        body: Buffer.from(`${JSON.stringify(record)}\n`),
        database,
      });
    }
    versions.push(version);
    options.log?.("info", "Schema migration applied", { file, statements: statements.length, database });
  }
  return versions;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith(".sql")).sort();
  const migrations: Migration[] = [];
  for (const file of files) {
    const version = Number(FILE.exec(file)?.[1]);
    if (version !== migrations.length + 1)
      throw new MigrationRefused(
        `The schema file ${file} does not fit: the next name must be ${String(migrations.length + 1).padStart(4, "0")}_<name>.sql`,
      );
    const statements = split(await readFile(join(directory, file), "utf8"));
    if (statements.length === 0) throw new MigrationRefused(`The schema file ${file} has no statement`);
    migrations.push({ version, file, statements });
  }
  return migrations;
}

/** Cuts a file at its semicolons. Comments and white space do not count for the checksum. */
function split(text: string): Statement[] {
  const statements: Statement[] = [];
  let hash = createHash("sha256");
  let start: number | undefined;
  let end = 0;
  const finish = () => {
    if (start !== undefined) statements.push({ sql: text.slice(start, end), checksum: hash.digest("hex") });
    start = undefined;
    hash = createHash("sha256");
  };
  for (const token of tokens(text)) {
    if (token.kind === "symbol" && token.text === ";") {
      finish();
      continue;
    }
    start ??= token.at;
    end = token.end;
    hash.update(`${token.kind}\0${token.text}\0`);
  }
  finish();
  return statements;
}

type Applied = { readonly file: string; readonly total: number; readonly statements: Map<number, string> };

async function readApplied(client: EngineClient, database: string): Promise<Map<number, Applied>> {
  const rows = await client.rows<[number, string, number, number, string]>({
    sql: "SELECT version, file, statement, statements, checksum FROM schema_migrations ORDER BY version, statement, applied_at",
    database,
  });
  const applied = new Map<number, Applied>();
  for (const [version, file, statement, total, checksum] of rows) {
    const entry = applied.get(version) ?? { file, total, statements: new Map<number, string>() };
    entry.statements.set(statement, checksum);
    applied.set(version, entry);
  }
  return applied;
}

function check(migrations: readonly Migration[], applied: ReadonlyMap<number, Applied>, database: string): void {
  for (const [version, entry] of applied) {
    const migration = migrations[version - 1];
    if (migration === undefined)
      throw new MigrationRefused(
        `The database "${database}" has the schema version ${version} (${entry.file}), which this release does not know. Use the release that made it, or a newer one.`,
      );
    const complete = entry.statements.size === entry.total;
    const changed = [...entry.statements].some(([i, checksum]) => migration.statements[i]?.checksum !== checksum);
    if (changed || (complete && migration.statements.length !== entry.total))
      throw new MigrationRefused(
        `The schema file ${migration.file} was changed after it had been applied to the database "${database}". Restore it, and put the change into a new file.`,
      );
  }
}
