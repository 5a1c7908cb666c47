import { compileExpression } from "./compile-expression.ts";
import { isSubnet } from "./function-ip.ts";
import { MAX_CIDR_ROWS, MAX_LOOKUP_BYTES } from "./limits.ts";
import type { LookupNode, NameNode } from "./node.ts";
import type { Pipeline } from "./pipeline.ts";
import type { LookupTable } from "./scope.ts";
import { sqlString } from "./sql-quote.ts";
import { asText, number, text } from "./sql-value.ts";
import { InsightsSyntaxError, quoteForMessage } from "./syntax-error.ts";

/** Adds columns of a table by the row that matches; the first of several rows with the same key counts. */
export function compileLookup(step: LookupNode, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const table = pipeline.lookupTable(step.table);
  const keyColumns = step.keys.map(({ column }) => columnOf(table, column, step));
  const rows = step.cidr ? rangeRows(table, keyColumns[0] ?? 0, step) : distinctRows(table, keyColumns);
  const fields = step.keys.map(({ field }) => {
    const value = compileExpression(field, scope, run);
    return value.type === "missing" ? NOTHING : asText(value);
  });
  const keys = rows.map(({ key }) => sqlString(key));
  const outputs = step.outputs.map(({ column }) => columnOf(table, column, step));
  const literals = outputs.map((column) => `[${rows.map(({ cells }) => sqlString(cells[column] ?? "")).join(", ")}]`);
  pipeline.literals.bytes += [...keys, ...literals].reduce((sum, each) => sum + Buffer.byteLength(each) + 2, 0);
  if (pipeline.literals.bytes > MAX_LOOKUP_BYTES) {
    throw new InsightsSyntaxError(
      `The columns used of lookup tables hold more than ${MAX_LOOKUP_BYTES} bytes. Use smaller tables, or fewer columns.`,
      step.table.span,
    );
  }
  const place = scope.settle(number(rows.length === 0 ? "toFloat64(0)" : positionOf(fields, keys, step.cidr), false));
  step.outputs.forEach(({ name }, index) => {
    const cell =
      rows.length === 0 ? NOTHING : `if(${place.sql} > 0, ${literals[index] ?? "[]"}[toUInt32(${place.sql})], NULL)`;
    const field = { kind: "field" as const, name: name.name, segments: [name.name], span: name.span };
    const before = step.keeps ? compileExpression(field, scope, run) : undefined;
    const kept = before === undefined || before.type === "missing" ? cell : `coalesce(${asText(before)}, ${cell})`;
    scope.define(name.name, scope.settle(text(kept)));
  });
}

const NOTHING = "CAST(NULL AS Nullable(String))";

function columnOf(table: LookupTable, { name, span }: NameNode, step: LookupNode): number {
  const index = table.columns.indexOf(name);
  if (index === -1) {
    throw new InsightsSyntaxError(
      `The lookup table ${quoteForMessage(step.table.name)} has no column ${quoteForMessage(name)}. Its columns are ${quoteForMessage(table.columns.join(", "))}.`,
      span,
    );
  }
  return index;
}

interface KeyedRow {
  readonly key: string;
  readonly cells: readonly string[];
}

/** Several keys stand side by side in one text, each with its length in front so that no two lists look the same. */
function distinctRows(table: LookupTable, columns: readonly number[]): readonly KeyedRow[] {
  const rows = new Map<string, KeyedRow>();
  for (const cells of table.rows) {
    const parts = columns.map((column) => cells[column] ?? "");
    const [only = ""] = parts;
    const key = parts.length === 1 ? only : parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join("");
    if (!rows.has(key)) rows.set(key, { key, cells });
  }
  return [...rows.values()];
}

/** Rows with a valid range, the narrowest first: it is the one that counts. */
function rangeRows(table: LookupTable, column: number, step: LookupNode): readonly KeyedRow[] {
  if (table.rows.length > MAX_CIDR_ROWS) {
    throw new InsightsSyntaxError(
      `cidrlookup takes tables of at most ${MAX_CIDR_ROWS} rows; ${quoteForMessage(step.table.name)} has ${table.rows.length}. Use a smaller table.`,
      step.table.span,
    );
  }
  return table.rows
    .map((cells) => ({ key: cells[column] ?? "", cells }))
    .filter(({ key }) => isSubnet(key))
    .sort((a, b) => prefixOf(b.key) - prefixOf(a.key));
}

const prefixOf = (range: string) => Number(range.split("/")[1]);

/** The number of the matching row, from 1, or 0. */
function positionOf(fields: readonly string[], keys: readonly string[], cidr: boolean): string {
  const [only = NOTHING] = fields;
  const list = `[${keys.join(", ")}]`;
  if (cidr) {
    const valid = `ifNull(isIPv4String(${only}) OR isIPv6String(${only}), 0)`;
    return `toFloat64(if(${valid}, arrayFirstIndex(r -> isIPAddressInRange(if(${valid}, assumeNotNull(${only}), '0.0.0.0'), r), ${list}), 0))`;
  }
  const parts = fields.map((field) => `toString(length(${field})), ':', ${field}`);
  const key = fields.length === 1 ? only : `concat(${parts.join(", ")})`;
  return `toFloat64(ifNull(transform(${key}, ${list}, range(1, ${keys.length + 1}), toUInt64(0)), 0))`;
}
