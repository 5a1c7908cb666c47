import type { Engine } from "@nephoscope/engine";
import { type EventTables, inSystemTables } from "../events/event-tables.ts";

/**
 * Frees the room of events that were deleted from among others. The engine only marks such events; they leave the disk
 * when a merge or this job writes their part anew. Partitions without marks are not touched.
 */
export async function freeDeleted(
  engine: Engine,
  tables: Pick<EventTables, "reachable">,
  signal: AbortSignal,
): Promise<void> {
  for (const table of (await tables.reachable()).tables) await freeDeletedOf(engine, table, signal);
}

async function freeDeletedOf(engine: Engine, table: string, signal: AbortSignal): Promise<void> {
  const partitions = await engine.client.rows<[string]>({
    sql: `SELECT DISTINCT partition_id FROM system.parts
      WHERE ${inSystemTables(table)} AND active AND has_lightweight_delete ORDER BY partition_id`,
  });
  for (const [id] of partitions) {
    if (signal.aborted) return;
    // The id is written into a statement, so its form is checked although it comes from the engine itself.
    if (!/^[0-9A-Za-z_-]+$/.test(id)) throw new Error(`unexpected partition of events: ${JSON.stringify(id)}`);
    await engine.client.command({ sql: `ALTER TABLE ${table} APPLY DELETED MASK IN PARTITION ID '${id}'` });
  }
}
