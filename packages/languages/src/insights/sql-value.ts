import { sqlNumber, sqlString } from "./sql-quote.ts";

/**
 * `text` covers everything whose type is only known row by row (discovered
 * fields, captures): numeric text takes part in arithmetic. `timestamp` is
 * Int64 milliseconds since the epoch; `json` is the JSON text of a list, map or
 * element of one; `boolean` is UInt8; `number` is Float64; `missing` is always null.
 */
export type ValueType = "text" | "number" | "boolean" | "timestamp" | "json" | "missing";

/** A SQL expression with what the compiler knows about it. */
export interface Value {
  readonly sql: string;
  readonly type: ValueType;
  readonly nullable: boolean;
  /** The value when it is a literal of the query. */
  readonly constant?: string | number | boolean;
  /**
   * The value, where present, is a piece of the event's message: `exact` as it
   * stands there, `json` possibly with JSON escapes, `column` like `json` while
   * the value itself has a column. Filters narrow by it.
   */
  readonly within?: "exact" | "json" | "column";
  /** The value, where present, stands in JSON in the event's message, behind a key that holds this text. Filters narrow by it. */
  readonly behindKey?: string;
  /** The value is cheap SQL over these columns of the events table, which pass through every layer under their own names. */
  readonly columns?: readonly string[];
}

export const MISSING: Value = Object.freeze({ sql: "NULL", type: "missing", nullable: true });

export function number(sql: string, nullable = true): Value {
  return { sql, type: "number", nullable };
}

export function boolean(sql: string): Value {
  return { sql, type: "boolean", nullable: false };
}

export function text(sql: string, nullable = true): Value {
  return { sql, type: "text", nullable };
}

export function timestamp(sql: string, nullable = true): Value {
  return { sql, type: "timestamp", nullable };
}

export function json(sql: string): Value {
  return { sql, type: "json", nullable: true };
}

/** The value so that equal ones are equal SQL: in JSON `"10"` and `10` are the same value, and `null` is none. */
export function asKey(value: Value): Value {
  if (value.type !== "json") return value;
  const raw = value.sql;
  const bare = `JSONExtractString(assumeNotNull(${raw}))`;
  return {
    ...value,
    sql: `multiIf(${raw} = 'null', NULL, startsWith(${raw}, '"') AND match(${bare}, '^(-?[0-9][0-9.eE+-]*|true|false)$'), ${bare}, ${raw})`,
  };
}

export function constant(value: string | number | boolean): Value {
  if (typeof value === "string") return { sql: sqlString(value), type: "text", nullable: false, constant: value };
  if (typeof value === "number") return { sql: sqlNumber(value), type: "number", nullable: false, constant: value };
  return { sql: value ? "1" : "0", type: "boolean", nullable: false, constant: value };
}

/** The number syntax of text values: digits with an optional sign, fraction and exponent. */
export function numberFromText(value: string): number | undefined {
  if (!/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(value)) return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** Null for infinities and not-a-number, which no log value means and no row shows. */
export function finite(sql: string): string {
  return `if(isFinite(${sql}), ${sql}, NULL)`;
}

/** The value as Nullable(Float64) SQL; text that is no number is null. Timestamps count milliseconds. */
export function asNumber(value: Value): string {
  switch (value.type) {
    case "number":
      return value.sql;
    case "boolean":
    case "timestamp":
      return `toFloat64(${value.sql})`;
    case "text": {
      if (typeof value.constant === "string") {
        const parsed = numberFromText(value.constant);
        return parsed === undefined ? "CAST(NULL AS Nullable(Float64))" : sqlNumber(parsed);
      }
      return finite(`toFloat64OrNull(${value.sql})`);
    }
    case "json":
      return asNumber(text(asText(value)));
    case "missing":
      return "CAST(NULL AS Nullable(Float64))";
  }
}

/** Whether the value is a number in no row, so that arithmetic with it is missing; the engine refuses some constant nulls. */
export function isNeverNumber(value: Value): boolean {
  return (
    value.type === "missing" || (typeof value.constant === "string" && numberFromText(value.constant) === undefined)
  );
}

/** The value as Nullable(String) SQL, as a row would show it; maps and lists are null. */
export function asText(value: Value): string {
  switch (value.type) {
    case "text":
      return value.sql;
    case "number":
    case "boolean":
      return `toString(${value.sql})`;
    case "timestamp":
      return `toString(fromUnixTimestamp64Milli(${value.sql}, 'UTC'))`;
    case "json": {
      const raw = value.sql;
      return `multiIf(startsWith(${raw}, '"'), JSONExtractString(assumeNotNull(${raw})), startsWith(${raw}, '{') OR startsWith(${raw}, '[') OR ${raw} = 'null', NULL, ${raw})`;
    }
    case "missing":
      return "CAST(NULL AS Nullable(String))";
  }
}

/** The value as a condition, 0 or 1 and never null: empty text, `0`, `false` and missing are false. */
export function asCondition(value: Value): string {
  switch (value.type) {
    case "boolean":
      return value.nullable ? `ifNull(${value.sql}, 0)` : value.sql;
    case "number":
      return `ifNull(${value.sql} != 0, 0)`;
    case "timestamp":
      return isPresent(value);
    case "text":
      return `ifNull(${value.sql} NOT IN ('', '0', 'false'), 0)`;
    case "json":
      return `ifNull(${value.sql} NOT IN ('""', '0', 'false', 'null'), 0)`;
    case "missing":
      return "0";
  }
}

export function isPresent(value: Value): string {
  if (value.type === "missing") return "0";
  return value.nullable ? `isNotNull(${value.sql})` : "1";
}

/** Wraps a possibly null 0/1 expression so that null counts as false. */
export function falseIfNull(sql: string, ...operands: readonly Value[]): string {
  return operands.some((operand) => operand.nullable) ? `ifNull(${sql}, 0)` : sql;
}
