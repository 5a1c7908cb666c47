// The engine's own bulk load, without server or network: the prepared rows from a file into the same table. A process of its own, as
// the engine keeps the memory it took. Prints seconds and bytes as JSON.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Session } from "chdb";
import { ROW_STRUCTURE } from "../data-sets/row-binary.ts";

const SCHEMA = fileURLToPath(new URL("../../packages/engine/schema/", import.meta.url));
const [directory, file] = process.argv.slice(2);
if (directory === undefined || file === undefined) throw new Error("usage: bulk-load.ts DIRECTORY FILE");

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const session = new Session(directory);
session.query("CREATE DATABASE bench");
session.query("USE bench");
for (const name of readdirSync(SCHEMA).sort()) session.query(readFileSync(join(SCHEMA, name), "utf8"));
const began = performance.now();
session.query(
  `INSERT INTO events (group_id, stream, timestamp, seq, put, retention, message)
   SELECT * FROM file(${quoted(file)}, 'RowBinary', ${quoted(ROW_STRUCTURE)})
   SETTINGS exclude_materialize_skip_indexes_on_insert = 'message_grams'`,
);
const seconds = (performance.now() - began) / 1000;
const [rows, bytes] = session.query("SELECT count(), sum(length(message)) FROM events", "TSV").trim().split("\t");
console.log(JSON.stringify({ seconds, events: Number(rows), messageBytes: Number(bytes) }));
session.close();
