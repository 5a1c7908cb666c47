import type { CompiledQuery, ResultColumn } from "./compile.ts";

/** One cell of a result as AWS returns it: every value is a string. */
export interface ResultField {
  readonly field: string;
  readonly value: string;
}

/** What identifies the event of a raw row; the server makes `@ptr` of it. */
export interface EventPointer {
  readonly groupId: number;
  readonly stream: string;
  readonly timestampMs: number;
  /** An unsigned 64-bit number, as text. */
  readonly seq: string;
}

/**
 * One row of the compiled SQL (an array, from JSONCompactEachRow) as AWS shows
 * it. Absent values are left out. `@ptr` is not added here.
 */
export function renderRow(compiled: CompiledQuery, row: readonly unknown[]): ResultField[] {
  const fields: ResultField[] = [];
  for (const column of compiled.columns) {
    const value = renderValue(column, column.index === undefined ? null : row[column.index]);
    if (value !== undefined) fields.push({ field: column.name, value });
  }
  return fields;
}

/** The event a raw row stands for; undefined for rows of `stats` and of totals. */
export function rowPointer(compiled: CompiledQuery, row: readonly unknown[]): EventPointer | undefined {
  const { pointer } = compiled;
  // A row of totals stands among events without being one.
  if (pointer === undefined || row[pointer.groupId] === null) return undefined;
  return {
    groupId: Number(row[pointer.groupId]),
    stream: String(row[pointer.stream]),
    timestampMs: Number(row[pointer.timestamp]),
    seq: String(row[pointer.seq]),
  };
}

function renderValue(column: ResultColumn, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (column.kind) {
    case "number":
      return formatNumber(Number(value));
    case "boolean":
      return Number(value) === 0 ? "0" : "1";
    case "timestamp":
      return formatTimestamp(Number(value));
    case "json":
      return renderJson(String(value));
    default:
      return String(value);
  }
}

/** A string inside JSON shows as its text; maps, lists and numbers as they are written. */
function renderJson(raw: string): string {
  if (!raw.startsWith('"')) return raw;
  const parsed: unknown = JSON.parse(raw);
  return typeof parsed === "string" ? parsed : raw;
}

/** `2026-02-06 14:49:07.123`, in UTC. */
export function formatTimestamp(epochMs: number): string | undefined {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace("T", " ").slice(0, -1);
}

/**
 * Whole numbers in full; others with at most four decimals, and small ones with
 * four significant digits, without trailing zeros. Infinite values are absent.
 */
export function formatNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return undefined;
  if (Number.isInteger(value)) return value === 0 ? "0" : wholeNumber(value);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(Math.max(4, 3 - magnitude), 20);
  const text = value.toFixed(decimals).replace(/\.?0+$/, "");
  return text === "-0" || text === "0" ? "0" : text;
}

function wholeNumber(value: number): string {
  return Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value);
}
