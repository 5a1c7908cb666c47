import { formatExpression } from "./format.ts";
import { evaluate, type Lookup, type NaiveValue, numberOf, textOf, truthOf } from "./naive-value.ts";
import type { CallNode, Command, Expression, InsightsQuery, SortKey } from "./node.ts";
import { formatNumber, formatTimestamp } from "./render.ts";
import { SCRIPT_EPOCH_MS, type ScriptEvent } from "./test-script.ts";
import { callsOf, fieldsOf } from "./walk.ts";

/** A row of the naive engine: what is defined on it, and the event or group it came from. */
interface Row {
  readonly values: Map<string, NaiveValue>;
  readonly event: { readonly at: number; readonly seq: number } | undefined;
  readonly keys: readonly NaiveValue[];
}

const DEFAULT_LIMIT = 10_000;
const AGGREGATES = new Set(["count", "sum", "avg", "min", "max", "count_distinct", "pct"]);

/** Runs a query over events the obvious way: one pass per command over arrays. Rows are rendered as `name=value`. */
export function runNaively(query: InsightsQuery, events: readonly ScriptEvent[]): string[] {
  let rows: Row[] = events.map((event, index) => eventRow(event, index));
  let order: readonly SortKey[] = [];
  let limit: number | undefined;
  let columns: string[] | undefined;
  let captured: string[] = [];
  const expressions = new Map<string, Expression>();
  const flush = () => {
    if (limit === undefined) return;
    rows = sorted(rows, order).slice(0, limit);
    limit = undefined;
  };
  for (const command of reordered(query.commands)) {
    switch (command.kind) {
      case "fields":
      case "display":
        if (columns === undefined || command.kind === "display") columns = [];
        for (const item of command.items) {
          if (item.aliased) for (const row of rows) row.values.set(item.name, evaluate(item.expression, lookupIn(row)));
          else expressions.set(item.name, item.expression);
          if (!columns.includes(item.name)) columns.push(item.name);
        }
        break;
      case "filter":
        flush();
        rows = rows.filter((row) => truthOf(evaluate(command.predicate, lookupIn(row))));
        break;
      case "parse-glob":
        for (const row of rows) capture(row, command);
        captured.push(...command.names.map(({ name }) => name));
        break;
      case "accum":
      case "autoregress":
      case "filldown":
        flush();
        rows = sorted(rows, order);
        captured.push(...lookBack(rows, command));
        break;
      case "sort":
        order = command.keys;
        break;
      case "limit":
        limit = Math.min(command.count, limit ?? command.count);
        break;
      case "dedup":
        flush();
        rows = deduplicated(
          sorted(rows, order),
          command.fields.map(({ name }) => name),
        );
        break;
      case "stats":
        flush();
        order = [];
        rows = aggregated(rows, command);
        captured = [];
        columns = [...command.keys, ...command.outputs].map((item) => item.name);
        break;
      default:
        throw new Error(`the oracle does not know ${command.kind}`);
    }
  }
  const first = columns ?? ["@timestamp", "@message"];
  const shown = [...first, ...captured.filter((name) => !first.includes(name))];
  return sorted(rows, order)
    .slice(0, limit ?? DEFAULT_LIMIT)
    .map((row) => shown.flatMap((name) => rendered(name, cellOf(row, name, expressions))).join(" | "));
}

function cellOf(row: Row, name: string, expressions: ReadonlyMap<string, Expression>): NaiveValue {
  const expression = expressions.get(name);
  return row.values.has(name) || expression === undefined ? lookupIn(row)(name) : evaluate(expression, lookupIn(row));
}

function rendered(name: string, value: NaiveValue): string[] {
  const text =
    typeof value === "number"
      ? formatNumber(value)
      : typeof value === "object"
        ? formatTimestamp(value.time)
        : textOf(value);
  return text === undefined ? [] : [`${name}=${text}`];
}

function eventRow(event: ScriptEvent, seq: number): Row {
  const at = SCRIPT_EPOCH_MS + event.offsetMs;
  const values = new Map<string, NaiveValue>([
    ["@message", event.message],
    ["@timestamp", { time: at }],
    ["@logStream", event.stream],
  ]);
  if (event.message.startsWith("{")) {
    const parsed: unknown = JSON.parse(event.message);
    flatten("", parsed, values);
  }
  return { values, event: { at, seq }, keys: [] };
}

function flatten(prefix: string, value: unknown, into: Map<string, NaiveValue>): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) flatten(prefix === "" ? key : `${prefix}.${key}`, child, into);
  } else if (value !== null) {
    into.set(prefix, String(value));
  }
}

function lookupIn(row: Row): Lookup {
  return (name) => row.values.get(name);
}

/** A filter behind the only `stats` that names what `stats` does not give belongs before it. */
function reordered(commands: readonly Command[]): readonly Command[] {
  const at = commands.findIndex((command) => command.kind === "stats");
  const stats = commands[at];
  if (stats?.kind !== "stats" || commands.filter((command) => command.kind === "stats").length > 1) return commands;
  const given = new Set([...stats.keys, ...stats.outputs].map((item) => item.name));
  const before = commands.slice(0, at);
  const behind: Command[] = [];
  for (const command of commands.slice(at + 1)) {
    const foreign = command.kind === "filter" && fieldsOf(command.predicate).some((field) => !given.has(field.name));
    (foreign ? before : behind).push(command);
  }
  return [...before, stats, ...behind];
}

function capture(row: Row, command: Extract<Command, { kind: "parse-glob" }>): void {
  const pieces = command.glob.split("*").map((piece) => piece.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&"));
  const last = pieces.length - 1;
  const pattern = pieces.map((piece, index) =>
    index === 0 ? piece || "^" : `${index === last && piece === "" ? "(.*)" : "(.*?)"}${piece}`,
  );
  const match = new RegExp(pattern.join(""), "s").exec(textOf(evaluate(command.source, lookupIn(row))) ?? "\0");
  command.names.forEach(({ name }, index) => {
    row.values.set(name, match?.[index + 1]);
  });
}

/** Values of rows before, in the order of the rows; gives the names that are new. */
function lookBack(
  rows: readonly Row[],
  command: Extract<Command, { kind: "accum" | "autoregress" | "filldown" }>,
): string[] {
  if (command.kind === "filldown") {
    for (const { name } of command.names) {
      let last: NaiveValue;
      for (const row of rows) {
        last = row.values.get(name) ?? last;
        row.values.set(name, last);
      }
    }
    return [];
  }
  const values = rows.map((row) => row.values.get(command.field.name));
  if (command.kind === "autoregress") {
    const names: string[] = [];
    for (let distance = command.from; distance <= command.to; distance++) {
      const name = `${command.name.name}_p${distance}`;
      rows.forEach((row, index) => {
        row.values.set(name, values[index - distance]);
      });
      names.push(name);
    }
    return names;
  }
  let sum: number | undefined;
  rows.forEach((row, index) => {
    const number = numberOf(values[index]);
    if (number !== undefined) sum = (sum ?? 0) + number;
    row.values.set(command.name.name, sum);
  });
  return [command.name.name];
}

function deduplicated(rows: readonly Row[], names: readonly string[]): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const values = names.map((name) => textOf(row.values.get(name)));
    if (values.includes(undefined)) return true;
    const key = JSON.stringify(values);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function aggregated(rows: readonly Row[], command: Extract<Command, { kind: "stats" }>): Row[] {
  const groups = new Map<string, { keys: NaiveValue[]; rows: Row[] }>();
  for (const row of rows) {
    const keys = command.keys.map((key) => evaluate(key.expression, lookupIn(row)));
    const id = JSON.stringify(keys.map((key) => textOf(key) ?? null));
    const group = groups.get(id) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(id, group);
  }
  return [...groups.values()].map((group) => {
    const values = new Map(command.keys.map((key, index) => [key.name, group.keys[index]] as const));
    for (const output of command.outputs) {
      const aggregates = new Map<string, NaiveValue>();
      for (const call of callsOf(output.expression)) {
        if (AGGREGATES.has(call.name)) aggregates.set(formatExpression(call), aggregate(call, group.rows));
      }
      values.set(output.name, evaluateOver(output.expression, aggregates, values));
    }
    return { values, event: undefined, keys: group.keys };
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

function percentile(numbers: readonly number[], level: number): number | undefined {
  const ascending = [...numbers].sort((a, b) => a - b);
  const rank = ((ascending.length - 1) * level) / 100;
  const low = ascending[Math.floor(rank)];
  const high = ascending[Math.ceil(rank)];
  return low === undefined || high === undefined ? undefined : low + (high - low) * (rank - Math.floor(rank));
}

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
function sorted(rows: readonly Row[], order: readonly SortKey[]): Row[] {
  return [...rows].sort((a, b) => {
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
