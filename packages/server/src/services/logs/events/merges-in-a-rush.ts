import { availableParallelism } from "node:os";
import type { Engine } from "@nephoscope/engine";
import { type EventTables, inSystemTables } from "./event-tables.ts";

/**
 * Building the n-gram filter takes about 30 ms of a core for each megabyte, once in each merge: at full load more than inserting
 * does. Above this rate of messages, in bytes a second, merges therefore leave it out, and it is built when the rush is over; until
 * then a search reads the parts without it from end to end.
 */
const RUSH_BYTES_PER_SECOND = 2_500_000 * availableParallelism();
/** How often to look, in milliseconds: a rush should be noticed before it has cost much. */
export const RUSH_MS = 2_000;
/** What is stored within one interval of a rush: whoever sees so much at once need not wait for the next look. */
export const RUSH_BYTES = (RUSH_BYTES_PER_SECOND * RUSH_MS) / 1_000;

/** The largest merge in a rush, in bytes on disk: enough to join what single inserts wrote, once. */
const RUSH_MERGE_BYTES = 33_554_432;
/** With so many parts, larger merges can't wait longer: each part costs every query a little. */
const MANY_PARTS = 200;
/** The schema's own bound. */
const MERGE_BYTES = 8_589_934_592;

/** Smaller parts are about to be merged anyway, which builds their filter. */
const WORTH_BUILDING_ROWS = 100_000;

/** The filter takes 32 KiB for each granule (see the schema); a part with less than half of that has none. */
const FILTERED_BYTES_PER_GRANULE = 16_384;

/**
 * The job that sees to it, to be called every few seconds: `stored` is the number of message bytes stored so far. At its first
 * call it only takes the measure, and puts right what a crash may have left.
 */
export function mergesInARush(
  engine: Engine,
  tables: Pick<EventTables, "open" | "alter">,
  now: () => number,
): (stored: number) => Promise<void> {
  let last: { readonly at: number; readonly stored: number } | undefined;
  let settings: string | undefined;

  return async (stored) => {
    const at = now();
    const rate = last === undefined || at <= last.at ? 0 : ((stored - last.stored) * 1_000) / (at - last.at);
    last = { at, stored };
    const rush = rate > RUSH_BYTES_PER_SECOND;
    const bytes = rush && (await mostParts(engine, tables.open())) < MANY_PARTS ? RUSH_MERGE_BYTES : MERGE_BYTES;
    const wanted = `exclude_materialize_skip_indexes_on_merge = '${rush ? "message_grams" : ""}', max_bytes_to_merge_at_max_space_in_pool = ${bytes}`;
    if (wanted !== settings) {
      // A table that is opened later is made like the common one.
      await tables.alter(`MODIFY SETTING ${wanted}`);
      settings = wanted;
    }
    if (!rush) for (const table of tables.open()) await buildMissing(engine, table);
  };
}

async function mostParts(engine: Engine, tables: readonly string[]): Promise<number> {
  const ours = tables.map((table) => `(${inSystemTables(table)})`).join(" OR ");
  const [row] = await engine.client.rows<[string]>({
    sql: `SELECT max(parts) FROM (SELECT count() AS parts FROM system.parts WHERE active AND (${ours}) GROUP BY database, table)`,
  });
  return Number(row?.[0] ?? 0);
}

/** Asks for the filters of one partition's parts that have none. The engine builds them behind everything else it does. */
async function buildMissing(engine: Engine, table: string): Promise<void> {
  const ours = inSystemTables(table);
  const [partition] = await engine.client.rows<[string]>({
    sql: `SELECT partition_id FROM system.parts
      WHERE ${ours} AND active AND rows >= {rows:UInt64}
        AND secondary_indices_uncompressed_bytes < marks * {filtered:UInt64}
        AND NOT (SELECT count() > 0 FROM system.mutations WHERE ${ours} AND NOT is_done)
      ORDER BY partition_id LIMIT 1`,
    params: { rows: WORTH_BUILDING_ROWS, filtered: FILTERED_BYTES_PER_GRANULE },
  });
  if (partition === undefined) return;
  const [id] = partition;
  // It comes from the engine, and is checked because it is written into a statement.
  if (!/^[0-9A-Za-z_-]+$/.test(id)) throw new Error(`unexpected partition id ${JSON.stringify(id)}`);
  await engine.client.command({ sql: `ALTER TABLE ${table} MATERIALIZE INDEX message_grams IN PARTITION ID '${id}'` });
}
