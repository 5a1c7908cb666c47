import { formatExpression } from "./format.ts";
import { lookupIn, type Row } from "./naive-row.ts";
import { evaluate, type NaiveValue, numberOf, textOf } from "./naive-value.ts";
import type { Expression, SortKey } from "./node.ts";

/** AWS's order: texts that are no numbers first, by characters and runs of digits; then numbers by value. */
export function compareValues(a: NaiveValue, b: NaiveValue): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if ((x === undefined) !== (y === undefined)) return x === undefined ? -1 : 1;
  const [left, right] = [[...(textOf(a) ?? "")], [...(textOf(b) ?? "")]];
  let at = 0;
  while (at < left.length && at < right.length) {
    const [p, q] = [left, right].map((text) => text.slice(at).join(""));
    const [digits, others] = [p, q].map((rest) => /^[0-9]+/.exec(rest ?? "")?.[0]);
    if (digits !== undefined && others !== undefined) {
      const order = digits.length - others.length || Buffer.compare(Buffer.from(digits), Buffer.from(others));
      if (order !== 0) return order;
      at += digits.length;
    } else {
      const order = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
      if (order !== 0) return order;
      at++;
    }
  }
  return left.length - right.length;
}

/** By the keys, missing last; then newest first, or by group keys. */
export function sorted(rows: readonly Row[], order: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
    if (a.total !== b.total) return a.total - b.total;
    for (const { expression, descending } of order) {
      const [x, y] = [a, b].map((row) => sortValue(row, expression));
      if (x === undefined || y === undefined) {
        if (x !== y) return x === undefined ? 1 : -1;
        continue;
      }
      const compared = compareValues(x, y);
      if (compared !== 0) return descending ? -compared : compared;
      if (
        expression.kind === "field" &&
        expression.name === "@timestamp" &&
        a.event !== undefined &&
        b.event !== undefined
      ) {
        return descending ? b.event.seq - a.event.seq : a.event.seq - b.event.seq;
      }
    }
    if (a.event !== undefined && b.event !== undefined) return b.event.at - a.event.at || b.event.seq - a.event.seq;
    return compareKeys(a.keys, b.keys);
  });
}

function sortValue(row: Row, expression: Expression): NaiveValue {
  const column = formatExpression(expression);
  return row.values.has(column) ? row.values.get(column) : evaluate(expression, lookupIn(row));
}

/** Missing keys last, others by their bytes or value. */
function compareKeys(a: readonly NaiveValue[], b: readonly NaiveValue[]): number {
  for (const [index, x] of a.entries()) {
    const y = b[index];
    if (x === undefined || y === undefined) {
      if (x !== y) return x === undefined ? 1 : -1;
    } else if (typeof x === "string" && typeof y === "string") {
      const order = Buffer.compare(Buffer.from(x), Buffer.from(y));
      if (order !== 0) return order;
    } else {
      const order = (numberOf(x) ?? 0) - (numberOf(y) ?? 0);
      if (order !== 0) return order;
    }
  }
  return 0;
}
