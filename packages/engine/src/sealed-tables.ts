import { createHash, randomUUID } from "node:crypto";
import type { EngineClient } from "./client.ts";
import { EngineError } from "./errors.ts";
import { identifier, literal } from "./sql/tokens.ts";

/**
 * Tables whose files are encrypted, each with a key of its own (ClickHouse's encrypted disk, AES-256 in counter mode; what is encrypted
 * are compressed blocks). They live in a database that ClickHouse keeps in memory: it writes neither their definitions nor their keys
 * anywhere, and forgets them when it ends. Their data stay in a folder of their own and are there again when the table is opened.
 *
 * An engine that somebody else runs needs a disk of this name for them, and `custom_local_disks_base_directory` over it (docs/start-here.md).
 */
export const SEALED_DISK = "nephoscope_sealed";
export const SEALED_DATABASE = "nephoscope_sealed";

/** Bytes of a key. */
export const SEALED_KEY_BYTES = 32;

/** The engine has no place for encrypted tables; the message says what its administrator has to do. */
export class NoSealedDisk extends Error {
  override name = "NoSealedDisk";
}

/** The name by which statements know a sealed table. */
export const sealedTableName = (name: string): string => `${SEALED_DATABASE}.${name}`;

/**
 * Makes a table known, with the columns, indexes and settings that `like` of the client's own database has now. Its data are those that it
 * had when it was known last; at first there are none. Does nothing where the table is known already.
 *
 * @throws EngineError (592 for another key than that of the data), NoSealedDisk; no error's text holds the key
 */
export async function openSealedTable(
  client: Pick<EngineClient, "command" | "rows">,
  { name, like, key }: { readonly name: string; readonly like: string; readonly key: Uint8Array },
): Promise<void> {
  if (key.length !== SEALED_KEY_BYTES) throw new RangeError(`A key has ${SEALED_KEY_BYTES} bytes, not ${key.length}`);
  const [row] = await client.rows<[definition: string, databases: number]>({
    sql: `SELECT create_table_query, (SELECT toUInt8(count()) FROM system.databases WHERE name = {database:String})
      FROM system.tables WHERE database = currentDatabase() AND name = {like:String}`,
    params: { like, database: SEALED_DATABASE },
  });
  // Seldom needed, and a change of schema may have to wait for another.
  if (row?.[1] === 0) await client.command({ sql: `CREATE DATABASE IF NOT EXISTS ${SEALED_DATABASE} ENGINE = Memory` });
  const definition = row?.[0].slice(row[0].indexOf("("));
  // The disk is added to the settings, which come last.
  if (definition === undefined || !definition.includes(" SETTINGS "))
    throw new Error(`There is no table ${like} with settings that a sealed table could be made like`);
  const hex = Buffer.from(key).toString("hex");
  // The engine keeps disks by their names until it ends, so one that was tried with a wrong key must not stand in the way of the right one.
  const diskName = `${name}_${createHash("sha256").update(key).digest("hex").slice(0, 8)}`;
  // Without a path of its own: with one, 26.7 looks for folders to sync at a wrong place. Each table has its own folder anyway.
  const disk = `disk(name = ${literal(diskName)}, type = encrypted, disk = ${literal(SEALED_DISK)}, key_hex = ${literal(hex)}, algorithm = 'AES_256_CTR')`;
  try {
    await client.command({
      // The id has no meaning in this database, but an ATTACH with a definition must have one.
      sql: `ATTACH TABLE IF NOT EXISTS ${SEALED_DATABASE}.${identifier(name)} UUID '${randomUUID()}' ${definition}, disk = ${disk}`,
    });
  } catch (error) {
    throw withoutKey(error, hex);
  }
}

/** Lets the engine forget a table; its data stay. */
export async function closeSealedTable(client: EngineClient, name: string): Promise<void> {
  await client.command({ sql: `DETACH TABLE IF EXISTS ${SEALED_DATABASE}.${identifier(name)}` });
}

/** Removes a table that is known, with its data. */
export async function dropSealedTable(client: EngineClient, name: string): Promise<void> {
  await client.command({ sql: `DROP TABLE IF EXISTS ${SEALED_DATABASE}.${identifier(name)}` });
}

/** ClickHouse's errors about a disk show its whole definition. */
function withoutKey(error: unknown, hex: string): unknown {
  if (!(error instanceof EngineError)) return error;
  const text = error.message.replaceAll(hex, "…");
  if (/custom_local_disks_base_directory|No disk with name|unknown disk type/i.test(text))
    return new NoSealedDisk(
      `The engine can't keep encrypted tables: it needs a disk "${SEALED_DISK}" in storage_configuration, and custom_local_disks_base_directory over its path. (${text})`,
    );
  return new EngineError(error.code, error.codeName, text);
}
