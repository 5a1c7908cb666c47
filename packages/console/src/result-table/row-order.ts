import type { Result, ResultRow } from "./result-model.ts";

export interface ColumnOrder {
  readonly column: number;
  readonly descending: boolean;
}

/**
 * The places of the rows in the order of a column: numbers by value, other text by its characters, numbers behind text, missing values
 * last in both directions. Equal rows keep the order of the result.
 */
export function rowOrder(result: Result, order: ColumnOrder): Uint32Array {
  const places = Uint32Array.from(result.rows, (_row, index) => index);
  const keys = result.rows.map((row) => keyOf(row, order.column));
  const sign = order.descending ? -1 : 1;
  return places.sort((a, b) => {
    const [left, right] = [keys[a], keys[b]];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined) || a - b;
    return sign * compare(left, right) || a - b;
  });
}

type Key = string | number;

function keyOf({ values }: ResultRow, column: number): Key | undefined {
  const text = values[column];
  if (text === undefined) return undefined;
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text;
}

function compare(left: Key, right: Key): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return left < right ? -1 : left > right ? 1 : 0;
  return typeof left === "string" ? -1 : 1;
}
