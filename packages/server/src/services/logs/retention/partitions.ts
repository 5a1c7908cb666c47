import type { Engine } from "@nephoscope/engine";
import { inSystemTables } from "../events/event-tables.ts";
import { DAY_MS } from "../groups/log-group.ts";

/** A partition of a table of events: the retention its events were written under, and the time it covers. */
export interface Partition {
  readonly table: string;
  readonly id: string;
  /** Days; 0 for never. */
  readonly retention: number;
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
}

export async function listPartitions(engine: Engine, table: string): Promise<Partition[]> {
  const rows = await engine.client.rows<[string, string]>({
    sql: `SELECT DISTINCT partition_id, partition FROM system.parts WHERE ${inSystemTables(table)} AND active ORDER BY partition_id`,
  });
  return rows.map(([id, value]) => ({ table, ...readPartition(id, value) }));
}

/**
 * The partition key is `(retention, first day)`, and how long a partition is follows from the retention: a month for
 * over 180 days and for never, a week for over 30, else a day. Must agree with the schema of `events`.
 */
export function readPartition(id: string, value: string): Omit<Partition, "table"> {
  const match = /^\((\d+),'(\d{4})-(\d\d)-(\d\d)'\)$/.exec(value);
  // The id is written into a statement, so its form is checked although it comes from the engine itself.
  if (match === null || !/^[0-9A-Za-z_-]+$/.test(id)) {
    throw new Error(`unexpected partition of events: ${JSON.stringify(id)} = ${JSON.stringify(value)}`);
  }
  const [retention, year, month, day] = match.slice(1).map(Number) as [number, number, number, number];
  const startMs = Date.UTC(year, month - 1, day);
  if (retention === 0 || retention > 180) return { id, retention, startMs, endMs: Date.UTC(year, month, day) };
  return { id, retention, startMs, endMs: startMs + (retention > 30 ? 7 : 1) * DAY_MS };
}
