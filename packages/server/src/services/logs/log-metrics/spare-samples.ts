import type { Engine } from "@nephoscope/engine";
import type { EventBatch } from "../events/event-encoding.ts";
import { type EventTables, tablesAsSource } from "../events/event-tables.ts";

/** An event's number says when it came; clocks and reserved numbers let it differ from its values' time by seconds. */
const SLACK_SECONDS = 60;
/** Places of a number for each millisecond (see platform/state/sequence). */
const NUMBERS_PER_SECOND = 1_000n << 20n;

/**
 * Removes values that were made from log events which are not there: their call ended between the two inserts. Looks at those
 * received from `from` to `to`, both included, in seconds since 1970; no call of that time may be under way.
 */
export async function removeSpareSamples(
  engine: Engine,
  tables: Pick<EventTables, "reachable">,
  from: number,
  to: number,
): Promise<number> {
  const received = `log_group != 0 AND received >= ${from} AND received <= ${to}`;
  const { tables: found, unreachable } = await tables.reachable();
  // Of groups whose events can't be read now it can't be told: their values stay.
  const rows = unreachable.size === 0 ? received : `${received} AND log_group NOT IN (${[...unreachable].join(", ")})`;
  const seq = BigInt(Math.max(0, from - SLACK_SECONDS)) * NUMBERS_PER_SECOND;
  const spare = await engine.client.rows<[string, string]>({
    sql: `SELECT toString(log_group), toString(put) FROM metric_samples WHERE ${rows}
      AND (log_group, put) NOT IN (
        SELECT group_id, put FROM ${tablesAsSource(found)}
        WHERE seq >= ${seq} AND group_id IN (SELECT log_group FROM metric_samples WHERE ${rows}))
      GROUP BY log_group, put`,
    maxRows: 10_000_000,
  });
  // Numbers of the engine's own; they are written into the statement because a mutation keeps no parameters.
  for (let i = 0; i < spare.length; i += PUTS_A_STATEMENT) {
    const some = spare.slice(i, i + PUTS_A_STATEMENT).map(([group, put]) => `(${group}, ${put})`);
    await engine.client.command({
      sql: `ALTER TABLE metric_samples DELETE WHERE ${rows} AND (log_group, put) IN (${some.join(", ")})`,
      settings: { mutations_sync: 1 },
    });
  }
  return spare.length;
}

/** Calls are sent again within minutes; older values need not be looked at. */
const AGAIN_SECONDS = 3_600;

/** Numbers of those events of a call whose values are stored. */
export async function storedPuts(engine: Engine, batch: EventBatch, now: number): Promise<ReadonlySet<bigint>> {
  const rows = await engine.client.rows<[string]>({
    sql: `SELECT DISTINCT toString(put) FROM metric_samples
      WHERE log_group = {group:UInt32} AND put BETWEEN {first:UInt64} AND {last:UInt64} AND received >= {from:UInt32}`,
    params: {
      group: batch.groupId,
      first: batch.firstPut.toString(),
      last: (batch.firstPut + BigInt(batch.events.length) - 1n).toString(),
      from: now - AGAIN_SECONDS,
    },
  });
  return new Set(rows.map(([put]) => BigInt(put)));
}

const PUTS_A_STATEMENT = 4_000;
