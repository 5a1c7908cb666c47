import { formatExpression } from "./format.ts";
import { compareValues } from "./naive-order.ts";
import { lookupIn, type Row } from "./naive-row.ts";
import { evaluate, type NaiveValue, numberOf, textOf } from "./naive-value.ts";
import type { CallNode, Command, Expression } from "./node.ts";
import { callsOf } from "./walk.ts";

const AGGREGATES = new Set(["count", "sum", "avg", "min", "max", "count_distinct", "pct"]);

/** The rows of `stats`. */
export function aggregated(rows: readonly Row[], command: Extract<Command, { kind: "stats" }>): Row[] {
  const groups = new Map<string, { keys: NaiveValue[]; rows: Row[] }>();
  for (const row of rows) {
    const keys = command.keys.map((key) => evaluate(key.expression, lookupIn(row)));
    const id = JSON.stringify(keys.map((key) => textOf(key) ?? null));
    const group = groups.get(id) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  const [first] = rows;
  if (first === undefined) return [];
  return [...groups.values()].map((group) => {
    const values = new Map(command.keys.map((key, index) => [key.name, group.keys[index]] as const));
    for (const output of command.outputs) {
      const aggregates = new Map<string, NaiveValue>();
      for (const call of callsOf(output.expression)) {
        if (AGGREGATES.has(call.name)) aggregates.set(formatExpression(call), aggregate(call, group.rows));
      }
      values.set(output.name, evaluateOver(output.expression, aggregates, values));
    }
    return { values, event: undefined, keys: group.keys, total: 0, members: first.members };
  });
}

/** Evaluates an output whose aggregates are already known. */
function evaluateOver(
  node: Expression,
  aggregates: ReadonlyMap<string, NaiveValue>,
  values: ReadonlyMap<string, NaiveValue>,
): NaiveValue {
  if (node.kind === "call" && AGGREGATES.has(node.name)) return aggregates.get(formatExpression(node));
  if (node.kind === "binary") {
    const [left, right] = [node.left, node.right].map((side) => evaluateOver(side, aggregates, values));
    const standIn = (name: string): Expression => ({ kind: "field", name, segments: [name], span: node.span });
    return evaluate({ ...node, left: standIn("l"), right: standIn("r") }, (name) => (name === "l" ? left : right));
  }
  return evaluate(node, (name) => values.get(name));
}

function aggregate(call: CallNode, rows: readonly Row[]): NaiveValue {
  const [arg, level] = call.args;
  if (arg === undefined) return rows.length;
  const values = rows.map((row) => evaluate(arg, lookupIn(row))).filter((value) => value !== undefined);
  const numbers = values.map(numberOf).filter((value) => value !== undefined);
  const sum = numbers.reduce((total, value) => total + value, 0);
  switch (call.name) {
    case "count":
      return values.length;
    case "count_distinct":
      return new Set(values.map(textOf)).size;
    case "sum":
      return numbers.length === 0 ? undefined : sum;
    case "avg":
      return numbers.length === 0 ? undefined : sum / numbers.length;
    case "min":
      return [...values].sort(compareValues)[0];
    case "max":
      return [...values].sort(compareValues).at(-1);
    case "pct":
      return percentile(numbers, level?.kind === "number" ? level.value : 0);
    default:
      throw new Error(`the oracle does not know ${call.name}`);
  }
}

export function percentile(numbers: readonly number[], level: number): number | undefined {
  const ascending = [...numbers].sort((a, b) => a - b);
  const rank = ((ascending.length - 1) * level) / 100;
  const low = ascending[Math.floor(rank)];
  const high = ascending[Math.ceil(rank)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (rank - Math.floor(rank));
}
