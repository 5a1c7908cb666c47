import type { Engine } from "@nephoscope/engine";

/** The event history of CloudTrail reaches 90 days back (user guide, "Working with CloudTrail event history"). */
const KEPT_MS = 90 * 86_400_000;

/** Removes the months of call records of which every day is older than the event history reaches. */
export async function dropOldCalls(engine: Engine, nowMs: number): Promise<void> {
  const months = await engine.client.rows<[partition: string]>({
    // A month is dropped when the first day of the next one is too old.
    sql: `SELECT DISTINCT partition_id FROM system.parts
      WHERE database = currentDatabase() AND table = 'calls' AND active
        AND addMonths(toDate(partition), 1) <= toDate(fromUnixTimestamp64Milli({oldest:Int64}, 'UTC'))`,
    params: { oldest: nowMs - KEPT_MS },
  });
  for (const [id] of months) {
    // It comes from the engine, and is checked because it is written into a statement.
    if (!/^[0-9A-Za-z_-]+$/.test(id)) throw new Error(`unexpected partition id ${JSON.stringify(id)}`);
    await engine.client.command({ sql: `ALTER TABLE calls DROP PARTITION ID '${id}'` });
  }
}
