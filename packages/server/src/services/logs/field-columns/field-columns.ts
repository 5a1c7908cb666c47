import { createHash } from "node:crypto";
import type { Engine } from "@nephoscope/engine";
import { fieldColumnSql, mayHaveColumn } from "@nephoscope/languages";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Log } from "../../../platform/log/log.ts";
import { type EventTables, inSystemTables } from "../events/event-tables.ts";

/**
 * Discovered fields that queries read often get a column of the events table (docs/architecture.md, "Discovered fields"). The table
 * itself is the only record of which have one: each column's comment names its field.
 */
export interface FieldColumns {
  /** The columns that a query may read now, by field. They stay for at least as long as a query may run. */
  current(): ReadonlyMap<string, string>;
  /** Notes that a query looked for these fields in so many events; `indexed` says which of them an index policy names. */
  noteUse(fields: readonly string[], events: number, indexed: (field: string) => boolean): void;
  /** Reads from the table which columns there are. Before that there are none, which is slower and never wrong. */
  recover(): Promise<void>;
  /** Adds and drops columns as use asks for it, and has them computed for older events. To be called every so often. */
  tend(signal: AbortSignal): Promise<void>;
}

/**
 * What all columns together may cost. Each is computed at every insert, for events of all groups: those of the first level from one
 * reading of the JSON, about a millisecond of CPU for a megabyte of it each, and deeper ones by readings of their own.
 */
const MAX_COST = 6;
const DEEP_COST = 3;
const costOf = (field: string) => (field.includes(".") ? DEEP_COST : 1);
/** Events that queries must have looked through for a field before it gets a column: some seconds of a core. */
const WORTH_EVENTS = 10_000_000;
/** For a field of an index policy, somebody's word that it will be asked for: once through more than a glance. */
const WORTH_EVENTS_INDEXED = 250_000;
/** Uses count half after so long, in milliseconds, so that what was asked for last month makes room. */
const HALF_LIFE_MS = 7 * 86_400_000;
/** A column makes room for a field that is asked for so many times more. */
const BETTER = 4;
/** Fields whose use is counted; of more the least used are forgotten. */
const MAX_COUNTED = 1_000;
/** A column goes only after every query that may read it has ended: they run for an hour at most. */
const DROP_AFTER_MS = 2 * 3_600_000;

const PREFIX = "field_";
/** Changes whenever columns would be computed in another way; columns of another form are dropped. */
const FORM = digest([...fieldColumnSql(["a", "b.c", "srcAddr", "responseCode"]).values()].join("\n")).slice(0, 8);

type Use = { score: number; at: number; indexed: boolean };
type Column = { readonly field: string; readonly column: string };

export function createFieldColumns(options: {
  readonly engine: Engine;
  readonly tables: Pick<EventTables, "open" | "alter">;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
}): FieldColumns {
  const { engine, tables, clock, log } = options;
  const uses = new Map<string, Use>();
  const retired = new Map<string, Column & { readonly at: number }>();
  let columns: ReadonlyMap<string, string> = new Map();
  let recovered = false;

  const recover = async () => {
    const found = await engine.client.rows<[column: string, comment: string]>({
      sql: "SELECT name, comment FROM system.columns WHERE database = currentDatabase() AND table = 'events' AND startsWith(name, {prefix:String})",
      params: { prefix: PREFIX },
    });
    const usable = new Map<string, string>();
    for (const [column, comment] of found) {
      const field = fieldOf(comment);
      // No query of this process reads it yet.
      if (field === undefined) await tables.alter(`DROP COLUMN IF EXISTS ${column}`);
      else usable.set(field, column);
    }
    columns = usable;
    recovered = true;
  };

  const scoreOf = (field: string): number => {
    const use = uses.get(field);
    return use === undefined ? 0 : use.score * 0.5 ** ((clock.now() - use.at) / HALF_LIFE_MS);
  };

  const wanted = (): string | undefined =>
    [...uses]
      .filter(([field, { indexed }]) => {
        if (columns.has(field) || retired.has(field)) return false;
        return scoreOf(field) >= (indexed ? WORTH_EVENTS_INDEXED : WORTH_EVENTS);
      })
      .map(([field]) => field)
      .sort((a, b) => scoreOf(b) - scoreOf(a))[0];

  const retireFor = (field: string): void => {
    const least = [...columns.keys()].sort((a, b) => scoreOf(a) - scoreOf(b))[0];
    const column = least === undefined ? undefined : columns.get(least);
    if (least === undefined || column === undefined || scoreOf(field) < BETTER * scoreOf(least)) return;
    columns = new Map([...columns].filter(([name]) => name !== least));
    retired.set(least, { field: least, column, at: clock.now() });
  };

  const add = async (field: string) => {
    const column = `${PREFIX}${digest(field).slice(0, 16)}`;
    const all: Column[] = [
      ...[...columns].map(([name, known]) => ({ field: name, column: known })),
      ...retired.values(),
    ];
    const sql = fieldColumnSql([field, ...all.map((each) => each.field)]);
    const computed = (name: string) => `Nullable(String) MATERIALIZED ${sql.get(name)}`;
    // One statement, so that all of them are computed from one reading of the JSON.
    await tables.alter(
      [
        `ADD COLUMN IF NOT EXISTS ${column} ${computed(field)} COMMENT '${commentOf(field)}' CODEC(ZSTD(1))`,
        ...all.map((each) => `MODIFY COLUMN ${each.column} ${computed(each.field)}`),
      ].join(", "),
    );
    columns = new Map([...columns, [field, column]]);
    log("info", "field has a column now", { field, column });
  };

  const dropRetired = async () => {
    for (const { field, column, at } of retired.values()) {
      if (clock.now() - at < DROP_AFTER_MS) continue;
      await tables.alter(`DROP COLUMN IF EXISTS ${column}`);
      retired.delete(field);
      log("info", "field has no column any more", { field, column });
    }
  };

  /** Has columns computed where a table's parts lack them. Parts that are never reached keep giving right answers, from the message. */
  const computeMissing = async (table: string) => {
    const ours = inSystemTables(table);
    const rows = await engine.client.rows<[column: string, busy: boolean]>({
      sql: `SELECT column, (SELECT count() > 0 FROM system.mutations WHERE ${ours} AND NOT is_done)
        FROM (SELECT arrayJoin({columns:Array(String)}) AS column) AS wanted
        LEFT JOIN (
          SELECT column, count() AS having_it FROM system.parts_columns
          WHERE ${ours} AND active AND rows > 0 GROUP BY column
        ) AS found USING (column)
        WHERE having_it < (SELECT count() FROM system.parts WHERE ${ours} AND active AND rows > 0)`,
      params: { columns: [...columns.values()] },
    });
    const missing = rows.map(([column]) => column);
    if (missing.length === 0 || rows.some(([_column, busy]) => busy)) return;
    // In one statement, so that each message is read once for all of them.
    const compute = missing.map((column) => `MATERIALIZE COLUMN ${column}`).join(", ");
    await engine.client.command({ sql: `ALTER TABLE ${table} ${compute}` });
  };

  return {
    current: () => columns,
    noteUse(fields, events, indexed) {
      for (const field of fields) {
        if (!mayHaveColumn(field)) continue;
        uses.set(field, { score: scoreOf(field) + events, at: clock.now(), indexed: indexed(field) });
      }
      if (uses.size <= MAX_COUNTED) return;
      const least = [...uses.keys()].filter((field) => !columns.has(field)).sort((a, b) => scoreOf(a) - scoreOf(b));
      for (const field of least.slice(0, uses.size - MAX_COUNTED)) uses.delete(field);
    },
    recover,
    async tend(signal) {
      if (!recovered) await recover();
      await dropRetired();
      for (let field = wanted(); field !== undefined && !signal.aborted; field = wanted()) {
        // Retired columns are still computed.
        const cost = [field, ...columns.keys(), ...retired.keys()].reduce((sum, each) => sum + costOf(each), 0);
        if (cost > MAX_COST) {
          if (retired.size === 0) retireFor(field);
          break;
        }
        await add(field);
      }
      for (const table of tables.open()) if (!signal.aborted) await computeMissing(table);
    },
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Without quotes of its own, so that it can stand in SQL. */
function commentOf(field: string): string {
  return `${FORM}:${Buffer.from(field).toString("base64url")}`;
}

function fieldOf(comment: string): string | undefined {
  const [form, name] = comment.split(":");
  return form === FORM && name !== undefined ? Buffer.from(name, "base64url").toString() : undefined;
}
