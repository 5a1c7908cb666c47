import { aggregated } from "./naive-aggregate.ts";
import { sorted } from "./naive-order.ts";
import { eventRow, lookupIn, type Row } from "./naive-row.ts";
import { joined, unnested } from "./naive-rows-of-one.ts";
import { evaluate, type NaiveValue, numberOf, shownNumber, textOf, truthOf } from "./naive-value.ts";
import { lookBack, withoutOutliers } from "./naive-window.ts";
import type { Command, Expression, InsightsQuery, SortKey } from "./node.ts";
import { formatNumber, formatTimestamp } from "./render.ts";
import type { ScriptEvent } from "./test-script.ts";
import { fieldsOf } from "./walk.ts";

const DEFAULT_LIMIT = 10_000;

/** Runs a query over events the obvious way: one pass per command over arrays. Rows are rendered as `name=value`. */
export function runNaively(query: InsightsQuery, events: readonly ScriptEvent[]): string[] {
  if (query.commands.at(-1)?.kind === "estimate") return [estimated(query, events)];
  const run = new NaiveRun(query, events);
  const { rows, columns } = run.result();
  return rows.map((row) => columns.flatMap((name) => rendered(name, run.cell(row, name))).join(" | "));
}

/** All messages are looked at as long as they are few; those of queries inside count too. */
function estimated({ subqueries }: InsightsQuery, events: readonly ScriptEvent[]): string {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
  return `@estimatedBytesScanned=${bytes * (1 + subqueries.length)}`;
}

class NaiveRun {
  readonly #query: InsightsQuery;
  readonly #events: readonly ScriptEvent[];
  readonly #expressions = new Map<string, Expression>();
  #rows: Row[];
  #order: readonly SortKey[] = [];
  #limit: number | undefined;
  #columns: string[] | undefined;
  #captured: string[] = [];
  #defined = new Set<string>();

  constructor(query: InsightsQuery, events: readonly ScriptEvent[]) {
    this.#query = query;
    this.#events = events;
    const known = new Map<InsightsQuery, ReadonlySet<string>>();
    const members = (inner: InsightsQuery) => {
      const found = known.get(inner) ?? this.#members(inner);
      known.set(inner, found);
      return found;
    };
    this.#rows = events.map((event, index) => eventRow(event, index, members));
  }

  /** The rows in their order, and the names of the columns that are shown. */
  result(): { readonly rows: readonly Row[]; readonly columns: readonly string[] } {
    for (const command of reordered(this.#query.commands)) this.#apply(command);
    const rows = sorted(this.#rows, this.#order).slice(0, this.#limit ?? DEFAULT_LIMIT);
    return { rows, columns: this.#shown() };
  }

  cell(row: Row, name: string): NaiveValue {
    const expression = this.#expressions.get(name);
    return row.values.has(name) || expression === undefined ? lookupIn(row)(name) : evaluate(expression, lookupIn(row));
  }

  #shown(): readonly string[] {
    const first = this.#columns ?? ["@timestamp", "@message"];
    return [...first, ...this.#captured.filter((name, at, all) => !first.includes(name) && all.indexOf(name) === at)];
  }

  #members(inner: InsightsQuery): ReadonlySet<string> {
    const run = new NaiveRun(inner, this.#events);
    const { rows, columns } = run.result();
    return new Set(rows.map((row) => textOf(run.cell(row, columns[0] ?? ""))).filter((text) => text !== undefined));
  }

  #flush(): void {
    if (this.#limit === undefined) return;
    this.#rows = sorted(this.#rows, this.#order).slice(0, this.#limit);
    this.#limit = undefined;
  }

  #capture(names: readonly string[]): void {
    this.#captured.push(...names);
    for (const name of names) this.#defined.add(name);
  }

  #apply(command: Command): void {
    switch (command.kind) {
      case "fields":
      case "display":
        if (this.#columns === undefined || command.kind === "display") this.#columns = [];
        for (const item of command.items) {
          if (item.aliased) {
            for (const row of this.#rows) row.values.set(item.name, evaluate(item.expression, lookupIn(row)));
            this.#defined.add(item.name);
          } else this.#expressions.set(item.name, item.expression);
          if (!this.#columns.includes(item.name)) this.#columns.push(item.name);
        }
        return;
      case "filter":
        this.#flush();
        this.#rows = this.#rows.filter((row) => truthOf(evaluate(command.predicate, lookupIn(row))));
        return;
      case "parse-glob":
        for (const row of this.#rows) capture(row, command);
        this.#capture(command.names.map(({ name }) => name));
        return;
      case "unnest":
        this.#flush();
        this.#rows = unnested(this.#rows, command);
        this.#capture([command.alias.name]);
        return;
      case "join": {
        this.#flush();
        this.#rows = joined(this.#rows, new NaiveRun(command.query, this.#events).result().rows, command);
        return;
      }
      case "accum":
      case "autoregress":
      case "filldown":
      case "sessionize":
        this.#flush();
        this.#rows = sorted(this.#rows, this.#order);
        this.#capture(lookBack(this.#rows, command));
        return;
      case "outlier":
        this.#flush();
        this.#rows = withoutOutliers(this.#rows, command);
        return;
      case "addtotals":
        this.#addTotals(command);
        return;
      case "appendcols":
        this.#append(command);
        return;
      case "sort":
        this.#order = command.keys;
        return;
      case "limit":
        this.#limit = Math.min(command.count, this.#limit ?? command.count);
        return;
      case "dedup":
        this.#flush();
        this.#rows = deduplicated(
          sorted(this.#rows, this.#order),
          command.fields.map(({ name }) => name),
        );
        return;
      case "stats":
        this.#flush();
        this.#order = [];
        this.#rows = aggregated(this.#rows, command);
        this.#captured = [];
        this.#columns = [...command.keys, ...command.outputs].map((item) => item.name);
        this.#defined = new Set(this.#columns);
        return;
      default:
        throw new Error(`the oracle does not know ${command.kind}`);
    }
  }

  #addTotals({ name, fields, column, row: below }: Extract<Command, { kind: "addtotals" }>): void {
    const names = fields.map((field) => field.name);
    if (column) {
      for (const row of this.#rows) {
        const sum = names.reduce((total, each) => total + (numberOf(row.values.get(each)) ?? 0), 0);
        row.values.set(name.name, sum);
      }
      this.#capture([name.name]);
    }
    if (!below) return;
    this.#flush();
    const [first] = this.#rows;
    if (first === undefined) return;
    const values = new Map<string, NaiveValue>();
    for (const each of [...names, ...(column ? [name.name] : [])]) {
      const cells = this.#rows.map((row) => row.values.get(each));
      const numbers = cells.map(numberOf).filter((number) => number !== undefined);
      if (numbers.length === 0 || cells.some((cell) => typeof cell === "boolean")) continue;
      const sum = numbers.reduce((total, number) => total + number, 0);
      // The sum of texts is a text.
      values.set(each, cells.some((cell) => typeof cell === "string") ? shownNumber(sum) : sum);
    }
    this.#rows.push({
      ...first,
      values,
      event: undefined,
      keys: [],
      total: 1 + Math.max(...this.#rows.map(({ total }) => total)),
    });
  }

  #append({ query, override, most }: Extract<Command, { kind: "appendcols" }>): void {
    const there = new Set([...this.#defined, ...this.#shown()]);
    this.#flush();
    this.#rows = sorted(this.#rows, this.#order);
    const run = new NaiveRun(query, this.#events);
    const { rows, columns } = run.result();
    const names = columns.filter((name) => override || !there.has(name));
    const events = this.#rows.some(({ event }) => event !== undefined);
    for (const name of names) {
      const cells = this.#rows.map((row, at) => {
        const beside = at < most ? rows[at] : undefined;
        const theirs = beside === undefined ? undefined : run.cell(beside, name);
        const ours = row.values.get(name);
        return (override ? beside === undefined : ours !== undefined) ? ours : theirs;
      });
      // Fields of events are texts, and a column that is one for some rows is one for all.
      const texts = (events && !this.#defined.has(name)) || cells.some((cell) => typeof cell === "string");
      this.#rows.forEach((row, at) => {
        row.values.set(name, texts ? textOf(cells[at]) : cells[at]);
      });
    }
    this.#capture(names);
  }
}

/** `countFrequent` is a count by its fields, the largest first. */
function counted({ fields, span }: Extract<Command, { kind: "countfrequent" }>): Command[] {
  const count = { kind: "call" as const, name: "count", args: [], star: true, span };
  const name = "_approxcount";
  const key = { kind: "field" as const, name, segments: [name], span };
  return [
    {
      kind: "stats",
      outputs: [{ expression: count, name, aliased: true, span }],
      keys: fields.map((field) => ({ expression: field, name: field.name, aliased: false, span })),
      span,
    },
    { kind: "sort", keys: [{ expression: key, descending: true }], span },
  ];
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

/** A filter behind the only `stats` that names what `stats` does not give belongs before it. */
function reordered(written: readonly Command[]): readonly Command[] {
  const commands = written.flatMap((command) => (command.kind === "countfrequent" ? counted(command) : [command]));
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
