import type { Compilation } from "./compilation.ts";
import type { CompiledQuery } from "./compile.ts";
import { EVENT_COLUMNS } from "./field.ts";
import type { Plan } from "./plan.ts";

/** Messages whose length is looked at; the others are taken to be as long on average. */
const SAMPLE = 1_000;

/**
 * `estimate`: about how many bytes of messages the query would scan, which are those of all events in its groups and range, as
 * far as `filterIndex` leaves them in, and those that the queries inside it scan. Events are counted from the engine's index;
 * nothing else of the query is run.
 */
export function compileEstimate(plan: Plan, compilation: Compilation): CompiledQuery {
  const parts = compilation.sources().map(({ table, where }) => {
    const sample = `SELECT ${EVENT_COLUMNS.message} FROM ${table} WHERE ${where.sql} LIMIT ${SAMPLE}`;
    return `SELECT count() * (SELECT ifNull(avg(length(${EVENT_COLUMNS.message})), 0) FROM (${sample})) AS bytes FROM ${table} WHERE ${where.sql}`;
  });
  return Object.freeze({
    sql: `SELECT round(toFloat64(sum(bytes))) FROM (${parts.join(" UNION ALL ")})`,
    params: compilation.params,
    columns: plan.columns.map(({ name }) => ({ name, kind: "number" as const, index: 0 })),
    rawEvents: false,
    pointer: undefined,
    discovered: compilation.discovered,
    matched: {
      // No event is looked at, so none matches.
      sql: "SELECT 0",
      everything: false,
      rowsBelow: undefined,
      column: undefined,
      noneWithoutRows: false,
    },
  });
}
