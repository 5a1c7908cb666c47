import type { Engine } from "@nephoscope/engine";
import type { State } from "../state/state.ts";
import { abandonBatch, closeBatch, type Horizon, type Horizons, horizonsOf, openBatch } from "./horizons.ts";
import { dayTier, minuteTier, rollStatements, type Tier } from "./roll-up-sql.ts";
import { SECONDS_KEPT } from "./stored-values.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Retention (user guide, "Metrics retention"): minutes for 15 days, five minutes for 63 days, hours for 455 days. */
const MINUTES_KEPT = 15 * DAY;
const FIVE_MINUTES_KEPT = 63 * DAY;
export const HOURS_KEPT = 455 * DAY;

/** An hour is rolled up when nothing received in it can still be on its way: the appender gives up after half a minute. */
const SETTLED = 120;
/** Values may be of up to two hours after they were received. */
const AHEAD = 2 * HOUR;
/** Rows that one statement rolls up at once, so that its memory is bounded. */
const ROWS_A_SLICE = 4_000_000;

export interface RollUpParts {
  readonly engine: Engine;
  readonly state: State;
  /** Seconds since 1970. */
  readonly now: number;
  /** The least `received` of values that are on their way. */
  readonly oldestUnsettled: number | undefined;
}

/**
 * Rolls up what is due, and drops what an earlier run rolled up or what has expired. Each roll-up writes its rows under the
 * number of a batch that readers leave out until the state says, in one commit, that it is done and up to where: a crash leaves
 * rows that nobody counts, and they are removed here before anything else. Only one run at a time.
 */
export async function rollUp(parts: RollUpParts, signal: AbortSignal): Promise<void> {
  const { engine, state, now, oldestUnsettled } = parts;
  await removeOpenBatch(engine, state);
  // What this run rolls up is dropped by the next one, when no read of before is under way any more.
  await dropOld(engine, horizonsOf(state), now);
  const settled = Math.min(now - SETTLED, oldestUnsettled ?? Number.POSITIVE_INFINITY);
  const due: readonly [Horizon, Tier, number][] = [
    ["rolledReceived", minuteTier, floor(settled, HOUR)],
    ["rolledMinutes", dayTier("metric_minutes", "metric_five_minutes", 300), floor(now - MINUTES_KEPT, DAY)],
    ["rolledFiveMinutes", dayTier("metric_five_minutes", "metric_hours", HOUR), floor(now - FIVE_MINUTES_KEPT, DAY)],
  ];
  for (const [horizon, tier, upTo] of due) {
    const from = horizonsOf(state)[horizon];
    if (upTo <= from) continue;
    const batch = await openBatch(state);
    const rows = `${tier.column} >= ${from} AND ${tier.column} < ${upTo}`;
    for (const slice of await slices(engine, tier.source, rows)) {
      for (const sql of rollStatements(tier, `${rows} AND ${slice}`, batch)) {
        signal.throwIfAborted();
        await engine.client.command({ sql, settings: { prefer_column_name_to_alias: 1 } });
      }
    }
    await closeBatch(state, horizon, upTo);
  }
  for (const table of ["metric_minutes", "metric_five_minutes", "metric_hours"]) {
    signal.throwIfAborted();
    await joinParts(engine, table, now);
  }
}

/** A partition of this many bytes is joined again with each hour that comes to it; a larger one only when its time is over. */
const JOINED_AT_ONCE = 256 * 1_048_576;
/** Parts that are so small beside the largest are left to the engine's own merges, which write less. */
const SMALL_SHARE = 0.1;
/** When the values of a time have come, apart from late ones. */
const CLOSED = 3 * HOUR;

/**
 * Joins the parts of partitions: a read of some metrics takes a piece of each of them from every part, so that ten parts cost eight
 * times what one costs.
 */
export async function joinParts(engine: Engine, table: string, now: number): Promise<void> {
  const rows = await engine.client.rows<[string]>({
    sql: `SELECT partition_id FROM system.parts WHERE database = currentDatabase() AND table = {table:String} AND active
      GROUP BY partition_id
      HAVING sum(bytes_on_disk) - max(bytes_on_disk) > max(bytes_on_disk) * ${SMALL_SHARE}
        AND (sum(bytes_on_disk) < ${JOINED_AT_ONCE} OR toUInt32(max(max_time)) < ${Math.max(0, now - CLOSED)})`,
    params: { table },
  });
  for (const [id] of rows)
    await engine.client.command({ sql: `OPTIMIZE TABLE ${table} PARTITION ID '${checkedId(id)}' FINAL` });
}

/** Conditions that cut rows into parts of bounded size, by their metrics' numbers, which are spread evenly. */
async function slices(engine: Engine, table: string, rows: string): Promise<string[]> {
  const [counted] = await engine.client.rows<[string]>({
    sql: `SELECT toString(count()) FROM ${table} WHERE ${rows}`,
  });
  const count = Number(counted?.[0] ?? 0);
  if (count === 0) return [];
  const parts = BigInt(Math.ceil(count / ROWS_A_SLICE));
  const width = (2n ** 64n - 1n) / parts + 1n;
  return Array.from({ length: Number(parts) }, (_, i) => {
    const first = BigInt(i) * width;
    const end = first + width - 1n;
    return `metric BETWEEN ${first} AND ${end < 2n ** 64n ? end : 2n ** 64n - 1n}`;
  });
}

/** What an unfinished roll-up wrote. */
async function removeOpenBatch(engine: Engine, state: State): Promise<void> {
  const { openBatch: batch } = horizonsOf(state);
  if (batch === undefined) return;
  for (const table of ["metric_minutes", "metric_five_minutes", "metric_hours"])
    await engine.client.command({
      sql: `ALTER TABLE ${table} DELETE WHERE batch = ${batch}`,
      settings: { mutations_sync: 1 },
    });
  await abandonBatch(state);
}

async function dropOld(engine: Engine, horizons: Horizons, now: number): Promise<void> {
  const { rolledReceived, rolledMinutes, rolledFiveMinutes } = horizons;
  await dropPartitions(engine, "metric_samples", Math.min(rolledReceived, now - SECONDS_KEPT - AHEAD));
  await dropPartitions(engine, "metric_minutes", Math.min(rolledMinutes, now - MINUTES_KEPT));
  await dropPartitions(engine, "metric_five_minutes", Math.min(rolledFiveMinutes, now - FIVE_MINUTES_KEPT));
  await dropPartitions(engine, "metric_hours", now - HOURS_KEPT);
}

/** Drops the partitions that end before a time. */
async function dropPartitions(engine: Engine, table: string, before: number): Promise<void> {
  const rows = await engine.client.rows<[string, number]>({
    sql: `SELECT partition_id, toUInt32(max(max_time)) FROM system.parts
      WHERE database = currentDatabase() AND table = {table:String} AND active GROUP BY partition_id`,
    params: { table },
  });
  for (const [id, newest] of rows) {
    if (newest >= before) continue;
    await engine.client.command({ sql: `ALTER TABLE ${table} DROP PARTITION ID '${checkedId(id)}'` });
  }
}

/** A partition's id comes from the engine, and is checked because it is written into a statement. */
function checkedId(id: string): string {
  if (!/^[0-9A-Za-z_-]+$/.test(id)) throw new Error(`unexpected partition id ${JSON.stringify(id)}`);
  return id;
}

/** Removes metrics of which nothing is stored any more from the index. */
export async function forgetOldSeries(engine: Engine, now: number): Promise<void> {
  const before = Math.max(0, now - HOURS_KEPT - DAY);
  const [old] = await engine.client.rows<[number]>({
    sql: `SELECT toUInt8(count() > 0) FROM metric_series WHERE last_seen < ${before}`,
  });
  if (old?.[0] === 1)
    await engine.client.command({ sql: `ALTER TABLE metric_series DELETE WHERE last_seen < ${before}` });
}

const floor = (seconds: number, unit: number) => seconds - (seconds % unit);
