import { aggregateNamed } from "./aggregate.ts";
import type { AnalyticNode } from "./analytic-node.ts";
import { formatExpression } from "./format.ts";
import { DEFAULT_ROWS, MAX_MULTIPLYING, MAX_PATTERNS, MAX_ROWS, MAX_STATS_COMMANDS } from "./limits.ts";
import { fieldNamed } from "./make-node.ts";
import type {
  Command,
  Expression,
  FieldNode,
  InsightsQuery,
  JoinNode,
  NamedExpression,
  NameNode,
  SortKey,
} from "./node.ts";
import { DIFF_COLUMNS, PATTERN_COLUMNS } from "./pattern-columns.ts";
import type { ComparedPeriod } from "./period-before.ts";
import { countOf, fillStep, namesLike, topValues, totalOf } from "./plan-analytic.ts";
import { checkAggregation, checkRowExpression, requireColumns } from "./plan-check.ts";
import type { OutputColumn, Plan, Step, WindowStep } from "./plan-step.ts";
import { InsightsSyntaxError, type Span } from "./syntax-error.ts";
import { conjuncts, fieldsOf, substitute, visit } from "./walk.ts";

/**
 * Checks a query and puts its commands into the order of execution:
 * each works on the rows the one before gives, except that
 * - `sort` precedes a `limit` written before it, and is dropped before `stats`;
 * - with exactly one `stats`, a later `filter` that names anything `stats` does not output runs before it,
 *   and conditions on group keys alone move there too, which gives the same rows sooner;
 * - `display` only chooses the columns at the end.
 * Throws InsightsSyntaxError. `limit` is the caller's bound (StartQuery's `limit`).
 */
export function planInsights(query: InsightsQuery, options: { readonly limit?: number } = {}): Plan {
  const limit = options.limit ?? DEFAULT_ROWS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ROWS) throw new RangeError(`limit must be 1 to ${MAX_ROWS}`);
  const stats = query.commands.filter(({ kind }) => kind === "stats" || kind === "countfrequent");
  const excess = stats[MAX_STATS_COMMANDS];
  if (excess !== undefined) {
    throw new InsightsSyntaxError(
      `A query has at most ${MAX_STATS_COMMANDS} stats commands. Remove this one.`,
      excess.span,
    );
  }
  const planner = new Planner(stats.length, limit);
  for (const command of query.commands) planner.add(command);
  return planner.finish(query);
}

export type { OutputColumn, Plan, Step, WindowStep } from "./plan-step.ts";

function planSubquery(query: InsightsQuery): Plan {
  const diff = query.commands.find(({ kind }) => kind === "diff");
  if (diff !== undefined)
    throw new InsightsSyntaxError("diff does not stand in a query inside another. Take it out.", diff.span);
  return planInsights(query, { limit: MAX_ROWS });
}

/** The columns after a `stats`, by name and by canonical text. */
interface Outputs {
  readonly names: Set<string>;
  readonly texts: Set<string>;
  /** Group keys by column name, for moving filters below the aggregation. */
  readonly keys: Map<string, Expression>;
}

class Planner {
  readonly #statsTotal: number;
  readonly #rowLimit: number;
  readonly #steps: Step[] = [];
  #statsSeen = 0;
  #outputs: Outputs | undefined;
  #aggregateAt = -1;
  /** Nothing since the last `stats` depends on how many rows it gave. */
  #movable = false;
  #order: readonly SortKey[] | undefined;
  #count: number | undefined;
  #any = true;
  readonly #indexFields: string[] = [];
  #dedup = false;
  #columns = new Map<string, OutputColumn>();
  #captured = new Map<string, OutputColumn>();
  #patterns = 0;
  #multiplying = 0;
  #joined = false;
  #compared: ComparedPeriod | undefined;
  #display: readonly OutputColumn[] | undefined;
  #fieldsSeen = false;

  constructor(statsTotal: number, rowLimit: number) {
    this.#statsTotal = statsTotal;
    this.#rowLimit = rowLimit;
  }

  add(command: Command): void {
    if (this.#dedup && command.kind !== "limit") {
      throw new InsightsSyntaxError("Only limit may follow dedup. Move this command before dedup.", command.span);
    }
    switch (command.kind) {
      case "fields":
      case "display":
        this.#project(command.kind, command.items);
        return;
      case "filter":
        this.#filter(command.predicate);
        return;
      case "filter-index":
        if (this.#outputs !== undefined) {
          throw new InsightsSyntaxError(
            "filterIndex reads events, which are gone after stats. Move it to the front.",
            command.span,
          );
        }
        this.#indexFields.push(command.field.name);
        this.#filter(command.predicate);
        return;
      case "extract":
        for (const { expression, name, span } of command.items) {
          this.#check(expression);
          this.#steps.push({ kind: "compute", name, expression, span });
          this.#capture({ name, span });
        }
        return;
      case "parse-glob":
      case "parse-regex":
        this.#check(command.source);
        if (command.multi) this.#multiply(command.span);
        this.#steps.push(command);
        for (const name of command.names) this.#capture(name);
        return;
      case "unnest":
        this.#check(command.source);
        this.#multiply(command.span);
        this.#steps.push(command);
        this.#capture(command.alias);
        return;
      case "stats":
        this.#stats(command);
        return;
      case "sort":
        this.#afterLastStats("sort", command.span);
        for (const key of command.keys) this.#checkSortKey(key);
        this.#order = command.keys;
        return;
      case "limit":
        this.#afterLastStats("limit", command.span);
        this.#count = Math.min(command.count, this.#count ?? command.count);
        this.#any &&= command.any;
        return;
      case "accum":
      case "autoregress":
      case "filldown":
      case "sessionize":
      case "outlier":
        this.#window(command);
        return;
      case "fillmissing":
        this.#fill(command);
        return;
      case "addtotals":
        this.#project("fields", [totalOf(command, this.#shown(false))]);
        return;
      case "countfrequent":
        this.#stats(countOf(command));
        this.#order = [{ expression: fieldNamed("_approxcount", command.span), descending: true }];
        return;
      case "join":
        this.#join(command);
        return;
      case "lookup":
        for (const { field } of command.keys) this.#check(field);
        this.#steps.push(command);
        for (const { name } of command.outputs) this.#capture(name);
        return;
      case "pattern":
        this.#pattern(command.source, undefined, command.span);
        return;
      case "diff":
        this.#diff(command);
        return;
      case "dedup":
        this.#materialize();
        for (const field of command.fields) this.#check(field);
        this.#steps.push({ kind: "dedup", fields: command.fields, order: this.#order ?? [] });
        this.#dedup = true;
        return;
    }
  }

  finish({ source, commands, subqueries }: InsightsQuery): Plan {
    const inner = new Map(subqueries.map((each) => [each, planSubquery(each)]));
    const tables = commands.flatMap((command) => (command.kind === "lookup" ? [command.table.name] : []));
    const limit = Math.min(this.#count ?? this.#rowLimit, this.#rowLimit);
    const any = this.#count !== undefined && this.#any && this.#order === undefined;
    this.#steps.push({ kind: "take", order: this.#order ?? [], count: limit, any });
    const columns = this.#display ?? [...this.#columns.values(), ...this.#captured.values()];
    const rawEvents = this.#statsTotal === 0 && this.#patterns === 0;
    const shown =
      rawEvents && this.#display === undefined && !this.#fieldsSeen ? [...DEFAULT_COLUMNS, ...columns] : columns;
    return Object.freeze({
      steps: Object.freeze(this.#steps.map((step) => Object.freeze(step))),
      columns: Object.freeze([...shown]),
      rawEvents,
      compared: this.#compared,
      subqueries: inner,
      lookupTables: Object.freeze([
        ...new Set([...tables, ...[...inner.values()].flatMap((plan) => plan.lookupTables)]),
      ]),
      source,
      indexFields: Object.freeze(this.#indexFields),
      standardOnly: commands.flatMap((command) => {
        const name = STANDARD_ONLY[command.kind];
        return name === undefined ? [] : [{ command: name, span: command.span }];
      })[0],
      limit,
    });
  }

  /** Turns a pending `sort | limit` into a step, because what follows depends on which rows are left. */
  #materialize(): void {
    if (this.#count === undefined) return;
    const any = this.#any && this.#order === undefined;
    this.#steps.push({ kind: "take", order: this.#order ?? [], count: this.#count, any });
    this.#count = undefined;
    this.#any = true;
    this.#movable = false;
  }

  #multiply(span: Span): void {
    this.#materialize();
    if (++this.#multiplying > MAX_MULTIPLYING) {
      throw new InsightsSyntaxError(
        `At most ${MAX_MULTIPLYING} commands of a query may make several rows of one (unnest, expand, parse ... multi). Remove this one.`,
        span,
      );
    }
  }

  #project(kind: "fields" | "display", items: readonly NamedExpression[]): void {
    if (kind === "fields") this.#fieldsSeen = true;
    const display: OutputColumn[] = [];
    for (const item of items) {
      this.#check(item.expression);
      let expression = item.expression;
      if (item.aliased) {
        this.#steps.push({ kind: "compute", name: item.name, expression: item.expression, span: item.span });
        this.#define(item.name);
        expression = fieldNamed(item.name, item.span);
      }
      const column = { name: item.name, expression };
      if (kind === "display") {
        if (!display.some((other) => other.name === column.name)) display.push(column);
      } else {
        this.#captured.delete(item.name);
        this.#columns.set(item.name, column);
      }
    }
    if (kind === "display") this.#display = Object.freeze(display);
  }

  #window(command: Extract<AnalyticNode, { kind: "filldown" | WindowStep["kind"] }>): void {
    const order = this.#order ?? [];
    if (command.kind === "sessionize" && this.#outputs !== undefined) {
      throw new InsightsSyntaxError(
        "sessionize reads @timestamp, which is gone after stats. Move it to the front.",
        command.span,
      );
    }
    this.#materialize();
    this.#movable = false;
    if (command.kind === "filldown") {
      const fields = namesLike(command.names, this.#shown(true)).map((name) => fieldNamed(name, command.span));
      this.#steps.push({ kind: "filldown", fields, order });
      return;
    }
    const read = "fields" in command ? command.fields : [command.field];
    for (const field of read) this.#check(field);
    this.#steps.push({ ...command, order });
    if (command.kind === "accum" || command.kind === "sessionize") this.#capture(command.name);
    if (command.kind === "autoregress") {
      for (let distance = command.from; distance <= command.to; distance++)
        this.#capture({ name: `${command.name.name}_p${distance}`, span: command.name.span });
    }
  }

  #fill(command: Extract<AnalyticNode, { kind: "fillmissing" }>): void {
    const last = this.#count === undefined ? this.#steps.at(-1) : undefined;
    this.#steps.push(fillStep(command, last, [...(this.#outputs?.names ?? [])]));
    this.#movable = false;
  }

  /** Names of the columns made so far, group keys left out on demand. */
  #shown(withKeys: boolean): readonly string[] {
    const names = [...this.#columns.values(), ...this.#captured.values()].map(({ name }) => name);
    return [...new Set(names)].filter((name) => withKeys || !this.#outputs?.keys.has(name));
  }

  #join(command: JoinNode): void {
    if (this.#joined) throw new InsightsSyntaxError("A query has one join. Remove this one.", command.span);
    if (this.#outputs !== undefined)
      throw new InsightsSyntaxError("join stands before stats and pattern. Move it to the front.", command.span);
    for (const { left } of command.keys) this.#check(left);
    this.#materialize();
    this.#steps.push(command);
    this.#joined = true;
  }

  /** Rows become patterns; what follows sees the columns of `pattern` alone. */
  #pattern(source: Expression, compare: ComparedPeriod | undefined, span: Span): void {
    if (this.#order !== undefined) {
      throw new InsightsSyntaxError("pattern does not follow sort. Sort the patterns after it.", span);
    }
    this.#check(source);
    this.#materialize();
    this.#steps.push({ kind: "pattern", source, compare });
    if (++this.#patterns > MAX_PATTERNS)
      throw new InsightsSyntaxError(`A query has at most ${MAX_PATTERNS} pattern commands. Remove this one.`, span);
    const names = compare === undefined ? PATTERN_COLUMNS : DIFF_COLUMNS;
    this.#outputs = { names: new Set(names), texts: new Set(), keys: new Map() };
    this.#movable = false;
    this.#captured.clear();
    this.#display = undefined;
    this.#columns = new Map(names.map((name) => [name, { name, expression: fieldNamed(name, span) }]));
  }

  /** Right behind `pattern` it compares these patterns, else those of the messages. */
  #diff({ period, span }: Extract<Command, { kind: "diff" }>): void {
    if (this.#compared !== undefined)
      throw new InsightsSyntaxError("diff stands once in a query. Remove this one.", span);
    if (this.#statsSeen > 0)
      throw new InsightsSyntaxError("diff reads events, which are gone after stats. Move it to the front.", span);
    const last = this.#steps.at(-1);
    let source: Expression = fieldNamed("@message", span);
    if (last?.kind === "pattern") {
      this.#steps.pop();
      this.#patterns--;
      source = last.source;
      this.#outputs = undefined;
    } else if (this.#patterns > 0) {
      throw new InsightsSyntaxError("diff stands right behind pattern. Move it there.", span);
    }
    this.#compared = period;
    this.#pattern(source, period, span);
  }

  #capture(name: NameNode): void {
    this.#define(name.name);
    if (!this.#columns.has(name.name))
      this.#captured.set(name.name, { name: name.name, expression: fieldNamed(name.name, name.span) });
  }

  /** After `stats`, a computed name is a column like the outputs, and no longer a group key. */
  #define(name: string): void {
    this.#outputs?.names.add(name);
    this.#outputs?.keys.delete(name);
  }

  #filter(predicate: Expression): void {
    const outputs = this.#outputs;
    if (outputs === undefined) {
      this.#check(predicate);
      this.#materialize();
      this.#steps.push({ kind: "filter", predicate, moved: false });
      return;
    }
    const foreign = this.#foreignNames(predicate, outputs);
    if (foreign.length > 0 && this.#statsTotal === 1) {
      checkRowExpression(predicate, undefined);
      this.#insertBeforeAggregate(predicate);
      return;
    }
    this.#check(predicate);
    this.#materialize();
    for (const term of conjuncts(predicate)) {
      const below = this.#movable ? this.#asKeyCondition(term, outputs) : undefined;
      if (below !== undefined) this.#insertBeforeAggregate(below);
      else this.#steps.push({ kind: "filter", predicate: term, moved: false });
    }
  }

  #insertBeforeAggregate(predicate: Expression): void {
    this.#steps.splice(this.#aggregateAt, 0, { kind: "filter", predicate, moved: true });
    this.#aggregateAt++;
  }

  /** The condition in terms of the rows before `stats`, if it is about group keys alone. */
  #asKeyCondition(term: Expression, outputs: Outputs): Expression | undefined {
    const fields = fieldsOf(term);
    if (fields.length === 0 || !fields.every((field) => outputs.keys.has(field.name))) return undefined;
    let aggregate = false;
    visit(term, (node) => {
      if (node.kind === "call" && aggregateNamed(node.name) !== undefined) aggregate = true;
      return true;
    });
    return aggregate ? undefined : substitute(term, (field) => outputs.keys.get(field.name));
  }

  #stats(written: Extract<Command, { kind: "stats" }>): void {
    this.#materialize();
    this.#order = undefined;
    const top = topValues(written);
    const command = top?.command ?? written;
    checkAggregation(command, this.#outputs);
    this.#steps.push({ kind: "aggregate", outputs: command.outputs, keys: command.keys });
    this.#aggregateAt = this.#steps.length - 1;
    this.#statsSeen++;
    this.#movable = this.#statsSeen === 1 && this.#statsTotal === 1;
    const all = [...command.keys, ...command.outputs];
    this.#outputs = {
      names: new Set(all.map((item) => item.name)),
      texts: new Set(all.map((item) => formatExpression(item.expression))),
      keys: new Map(command.keys.map((key) => [key.name, key.expression])),
    };
    // An output that shadows a key's name is what later commands see.
    for (const output of command.outputs) this.#outputs.keys.delete(output.name);
    this.#captured.clear();
    this.#display = undefined;
    if (top !== undefined) {
      this.#order = top.order;
      this.#count = top.count;
      this.#any = false;
    }
    this.#columns = new Map(
      all.map((item, index) => [
        `${index}:${item.name}`,
        { name: item.name, expression: fieldNamed(item.name, item.span) },
      ]),
    );
  }

  /** Fields of the expression that are neither outputs of `stats` nor inside an expression that is one. */
  #foreignNames(expression: Expression, outputs: Outputs): readonly FieldNode[] {
    const foreign: FieldNode[] = [];
    visit(expression, (node) => {
      if (outputs.texts.has(formatExpression(node))) return false;
      if (node.kind === "field" && !outputs.names.has(node.name)) foreign.push(node);
      return true;
    });
    return foreign;
  }

  #check(expression: Expression): void {
    checkRowExpression(expression, this.#outputs);
    if (this.#statsTotal > 1) requireColumns(expression, this.#outputs);
  }

  /** Sorting by a column that `stats` removed is allowed, and does nothing. */
  #checkSortKey(key: SortKey): void {
    checkRowExpression(key.expression, this.#outputs);
  }

  #afterLastStats(word: string, span: Span): void {
    if (this.#statsTotal > 1 && this.#statsSeen < this.#statsTotal) {
      throw new InsightsSyntaxError(
        `With several stats commands, ${word} stands after the last one. Move it to the end.`,
        span,
      );
    }
  }
}

/** Commands that groups of the class INFREQUENT_ACCESS lack (user guide, "Log classes"). */
const STANDARD_ONLY: Readonly<Partial<Record<Command["kind"], string>>> = {
  "filter-index": "filterIndex",
  pattern: "pattern",
  diff: "diff",
};

const NOWHERE: Span = Object.freeze({ start: 0, end: 0 });
const DEFAULT_COLUMNS: readonly OutputColumn[] = Object.freeze(
  ["@timestamp", "@message"].map((name) => ({ name, expression: fieldNamed(name, NOWHERE) })),
);
