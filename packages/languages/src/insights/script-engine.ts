import { Session } from "chdb";
import { fieldColumnSql } from "./field-column.ts";
import type { Scope } from "./scope.ts";
import { rangeOfSource } from "./source-range.ts";
import { SCRIPT_EPOCH_MS, type ScriptEvent } from "./test-script.ts";

/** Runs compiled SQL on a real ClickHouse, in process. For tests only. */
export interface ScriptEngine {
  /** Stores the events apart from all others and returns the scope that sees exactly them. */
  load(events: readonly ScriptEvent[]): Scope;
  /** Gives fields a column. Events stored before keep to their message until parts are merged. */
  addColumns(names: readonly string[]): void;
  /** Rows as arrays of JSON values. */
  rows(sql: string): readonly (readonly unknown[])[];
  close(): void;
}

const TABLE = "nephoscope.events";
/** Scripts run over the first day, right after its end. */
const RANGE = {
  startTimeMs: SCRIPT_EPOCH_MS,
  endTimeMs: SCRIPT_EPOCH_MS + 86_400_000 - 1,
  nowMs: SCRIPT_EPOCH_MS + 86_400_000,
};
/** Ids a load takes; more groups in one load would collide with the next. */
const GROUPS_PER_LOAD = 100;

export function scriptEngine(): ScriptEngine {
  const session = new Session();
  session.query("CREATE DATABASE IF NOT EXISTS nephoscope");
  session.query(
    `CREATE TABLE ${TABLE} (group_id UInt32, stream LowCardinality(String), timestamp DateTime64(3, 'UTC'), seq UInt64, message String, ` +
      "ingestion_time DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(toInt64(bitShiftRight(seq, 20)), 'UTC')) " +
      "ENGINE = MergeTree ORDER BY (group_id, stream, timestamp)",
  );
  let loads = 0;
  const fieldColumns = new Map<string, string>();
  let seq = 0n;
  return {
    load(events) {
      loads++;
      const names = [...new Set(events.map((event) => event.group))];
      const first = loads * GROUPS_PER_LOAD;
      const values = events.map((event) => {
        const at = SCRIPT_EPOCH_MS + event.offsetMs;
        const id = (BigInt(at + 1000) << 20n) + seq++;
        return [first + names.indexOf(event.group), event.stream, at, id.toString(), event.message];
      });
      if (values.length > 0) {
        const data = values.map((value) => JSON.stringify(value)).join("\n");
        session.query(
          `INSERT INTO ${TABLE} (group_id, stream, timestamp, seq, message) SELECT g, s, fromUnixTimestamp64Milli(t), q, m ` +
            `FROM format(JSONCompactEachRow, 'g UInt32, s String, t Int64, q UInt64, m String', $events$${data}$events$)`,
        );
      }
      return { ...scopeOf(first, names), fieldColumns };
    },
    addColumns(names) {
      for (const [name, expression] of fieldColumnSql(names)) {
        const column = `field_${fieldColumns.size}`;
        session.query(`ALTER TABLE ${TABLE} ADD COLUMN ${column} Nullable(String) MATERIALIZED ${expression}`);
        fieldColumns.set(name, column);
      }
    },
    rows(sql) {
      const text = String(session.query(sql, "JSONCompactEachRow"));
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => {
          const row: unknown = JSON.parse(line);
          if (!Array.isArray(row)) throw new Error("JSONCompactEachRow gives arrays");
          return row;
        });
    },
    close() {
      session.cleanup();
    },
  };
}

function scopeOf(first: number, names: readonly string[]): Scope {
  const ids = names.map((_name, index) => first + index);
  const logs = names.map((name) => `'123456789012:${name}'`);
  return {
    table: TABLE,
    where: { sql: `group_id IN (${[first, ...ids].join(", ")})`, params: {} },
    logExpression: {
      sql: ids.length === 0 ? "''" : `transform(group_id, [${ids.join(", ")}], [${logs.join(", ")}], '')`,
      params: {},
    },
    region: "eu-central-1",
    indexedBy: (field) => ({ sql: field === "indexed" ? `group_id = ${first}` : "0", params: {} }),
    sourceOf: ({ names: chosen, range }) => {
      const { table, where, logExpression } = scopeOf(first, names);
      const own = names.flatMap((name, index) =>
        chosen === undefined || chosen.some((each) => each.name === name) ? [first + index] : [],
      );
      const { startTimeMs, endTimeMs } = rangeOfSource(range, RANGE, RANGE.nowMs);
      const sql = `${where.sql} AND group_id IN [${own.join(", ")}] AND toUnixTimestamp64Milli(timestamp) BETWEEN ${startTimeMs} AND ${endTimeMs}`;
      return { table, logExpression, where: { sql, params: {} } };
    },
    ...RANGE,
  };
}
