import type { AnalyticNode } from "./analytic-node.ts";
import { MAX_MULTIPLYING, MAX_PATTERNS } from "./limits.ts";
import { fieldNamed } from "./make-node.ts";
import type { Command, Expression, InsightsQuery, JoinNode, NamedExpression, SortKey } from "./node.ts";
import {
  ANOMALY_COLUMNS,
  DIFF_COLUMNS,
  ESTIMATE_COLUMN,
  PATTERN_COLUMNS,
  RELEVANCE_COLUMNS,
} from "./pattern-columns.ts";
import { PendingRows } from "./pending-rows.ts";
import type { ComparedPeriod } from "./period-before.ts";
import { countOf, fillStep, namesLike, summedFields, topValues, totalOf } from "./plan-analytic.ts";
import { checkAggregation, checkRowExpression, requireColumns } from "./plan-check.ts";
import { Columns, outputsOf } from "./plan-columns.ts";
import { appendStep, keyCondition, relevanceStep, totalRowStep } from "./plan-parts.ts";
import type { OutputColumn, Plan, Step, WindowStep } from "./plan-step.ts";
import { firstStandardOnly } from "./standard-only.ts";
import { InsightsSyntaxError, type Span } from "./syntax-error.ts";
import { conjuncts } from "./walk.ts";

type AnalyticOf<K extends AnalyticNode["kind"]> = Extract<AnalyticNode, { kind: K }>;

/** Takes the commands of a query one by one, in written order, and gives its plan. plan.ts tells what the order of execution is. */
export class Planner {
  readonly #statsTotal: number;
  readonly #rowLimit: number;
  readonly #inner: ReadonlyMap<InsightsQuery, Plan>;
  readonly #steps: Step[] = [];
  readonly #columns = new Columns();
  #statsSeen = 0;
  #aggregateAt = -1;
  /** Nothing since the last `stats` depends on how many rows it gave. */
  #movable = false;
  readonly #pending = new PendingRows();
  readonly #indexFields: string[] = [];
  #dedup = false;
  #patterns = 0;
  #multiplying = 0;
  #joined = false;
  #events = true;
  #estimate: Span | undefined;
  #compared: ComparedPeriod | undefined;

  /** `inner` are the plans of the queries inside this one. */
  constructor(statsTotal: number, rowLimit: number, inner: ReadonlyMap<InsightsQuery, Plan>) {
    this.#statsTotal = statsTotal;
    this.#rowLimit = rowLimit;
    this.#inner = inner;
  }

  add(command: Command): void {
    if (this.#estimate !== undefined)
      throw new InsightsSyntaxError("estimate is the last command of a query. Move it to the end.", this.#estimate);
    if (this.#dedup && command.kind !== "limit" && command.kind !== "estimate") {
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
        this.#needEvents("filterIndex", command.span);
        this.#indexFields.push(command.field.name);
        this.#filter(command.predicate);
        return;
      case "extract":
        for (const { expression, name, span } of command.items) {
          this.#check(expression);
          this.#steps.push({ kind: "compute", name, expression, span });
          this.#columns.capture(name, span);
        }
        return;
      case "parse-glob":
      case "parse-regex":
        this.#check(command.source);
        if (command.multi) this.#multiply(command.span);
        this.#steps.push(command);
        for (const { name, span } of command.names) this.#columns.capture(name, span);
        return;
      case "unnest":
        this.#check(command.source);
        this.#multiply(command.span);
        this.#steps.push(command);
        this.#columns.capture(command.alias.name, command.alias.span);
        return;
      case "stats":
        this.#stats(command);
        return;
      case "sort":
        this.#afterLastStats("sort", command.span);
        for (const key of command.keys) this.#checkSortKey(key);
        this.#pending.sort(command.keys);
        return;
      case "limit":
        this.#afterLastStats("limit", command.span);
        this.#pending.limit(command.count, command.any);
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
        this.#totals(command);
        return;
      case "appendcols":
        this.#append(command);
        return;
      case "countfrequent":
        this.#stats(countOf(command));
        this.#pending.sort([{ expression: fieldNamed("_approxcount", command.span), descending: true }]);
        return;
      case "join":
        this.#join(command);
        return;
      case "lookup":
        for (const { field } of command.keys) this.#check(field);
        this.#steps.push(command);
        for (const { name } of command.outputs) this.#columns.capture(name.name, name.span);
        return;
      case "pattern":
        this.#pattern(command.source, undefined, command.span);
        return;
      case "diff":
        this.#diff(command);
        return;
      case "anomaly":
        this.#anomaly(command);
        return;
      case "relevantfields":
        this.#relevance(command);
        return;
      case "estimate":
        this.#estimate = command.span;
        return;
      case "dedup":
        this.#materialize();
        for (const field of command.fields) this.#check(field);
        this.#steps.push({ kind: "dedup", fields: command.fields, order: this.#pending.order ?? [] });
        this.#dedup = true;
        return;
    }
  }

  finish({ source, commands, span }: InsightsQuery): Plan {
    const tables = commands.flatMap((command) => (command.kind === "lookup" ? [command.table.name] : []));
    const last = this.#pending.last(this.#rowLimit);
    this.#steps.push(last);
    const estimated = this.#estimate === undefined ? undefined : fieldNamed(ESTIMATE_COLUMN, this.#estimate);
    return Object.freeze({
      span,
      steps: Object.freeze(this.#steps.map((step) => Object.freeze(step))),
      columns:
        estimated === undefined
          ? this.#columns.result(this.#events)
          : [{ name: estimated.name, expression: estimated }],
      rawEvents: this.#events && estimated === undefined,
      estimate: estimated !== undefined,
      compared: this.#compared,
      subqueries: this.#inner,
      lookupTables: Object.freeze([
        ...new Set([...tables, ...[...this.#inner.values()].flatMap((plan) => plan.lookupTables)]),
      ]),
      source,
      indexFields: Object.freeze(this.#indexFields),
      standardOnly: firstStandardOnly(commands),
      limit: last.count,
    });
  }

  /** Turns a pending `sort | limit` into a step, because what follows depends on which rows are left. */
  #materialize(): void {
    const step = this.#pending.settle();
    if (step === undefined) return;
    this.#steps.push(step);
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
    const columns = items.map((item): OutputColumn => {
      this.#check(item.expression);
      if (!item.aliased) return { name: item.name, expression: item.expression };
      this.#steps.push({ kind: "compute", name: item.name, expression: item.expression, span: item.span });
      this.#columns.define(item.name);
      return { name: item.name, expression: fieldNamed(item.name, item.span) };
    });
    this.#columns[kind === "fields" ? "show" : "display"](columns);
  }

  #window(command: AnalyticOf<"filldown" | WindowStep["kind"]>): void {
    const order = this.#pending.order ?? [];
    if (command.kind === "sessionize") this.#needEvents("sessionize", command.span);
    this.#materialize();
    this.#movable = false;
    if (command.kind === "filldown") {
      const fields = namesLike(command.names, this.#columns.names(true)).map((name) => fieldNamed(name, command.span));
      this.#steps.push({ kind: "filldown", fields, order });
      return;
    }
    const read = "fields" in command ? command.fields : [command.field];
    for (const field of read) this.#check(field);
    this.#steps.push({ ...command, order });
    if (command.kind === "accum" || command.kind === "sessionize")
      this.#columns.capture(command.name.name, command.name.span);
    if (command.kind === "autoregress") {
      for (let distance = command.from; distance <= command.to; distance++)
        this.#columns.capture(`${command.name.name}_p${distance}`, command.name.span);
    }
  }

  #fill(command: AnalyticOf<"fillmissing">): void {
    const last = this.#pending.isLimited ? undefined : this.#steps.at(-1);
    this.#steps.push(fillStep(command, last, [...(this.#columns.outputs?.names ?? [])]));
    this.#movable = false;
  }

  #totals(command: AnalyticOf<"addtotals">): void {
    const summed = summedFields(command, this.#columns.names(false));
    for (const field of summed) this.#check(field);
    if (command.column) {
      const { name, expression, span } = totalOf(command, summed);
      this.#steps.push({ kind: "compute", name, expression, span });
      this.#columns.capture(name, span);
    }
    if (!command.row) return;
    // The row sums what the result shows above it, so it counts as one of the rows the caller asked for.
    if (!this.#pending.isLimited) this.#pending.limit(Math.max(1, this.#rowLimit - 1), false);
    this.#materialize();
    this.#movable = false;
    this.#steps.push(totalRowStep(command, summed, this.#columns, this.#pending.order ?? []));
  }

  #append(command: AnalyticOf<"appendcols">): void {
    const plan = this.#inner.get(command.query);
    if (plan === undefined) throw new Error("every query inside this one has its plan");
    this.#materialize();
    this.#movable = false;
    const there = new Set([...this.#columns.known(), ...this.#columns.result(this.#events).map(({ name }) => name)]);
    const step = appendStep(command, plan, there, this.#pending.order ?? []);
    this.#steps.push(step);
    for (const { name } of step.columns) this.#columns.capture(name, command.span);
  }

  #join(command: JoinNode): void {
    if (this.#joined) throw new InsightsSyntaxError("A query has one join. Remove this one.", command.span);
    this.#needEvents("join", command.span);
    for (const { left } of command.keys) this.#check(left);
    this.#materialize();
    this.#steps.push(command);
    this.#joined = true;
  }

  /** Rows become something else than events; what follows sees these columns alone. */
  #becomes(names: readonly string[], span: Span): void {
    this.#events = false;
    this.#movable = false;
    this.#columns.replace(names, span, { names: new Set(names), texts: new Set(), keys: new Map() });
  }

  #pattern(source: Expression, compare: ComparedPeriod | undefined, span: Span): void {
    if (this.#pending.order !== undefined) {
      throw new InsightsSyntaxError("pattern does not follow sort. Sort the patterns after it.", span);
    }
    this.#check(source);
    this.#materialize();
    this.#steps.push({ kind: "pattern", source, compare, anomalies: false });
    if (++this.#patterns > MAX_PATTERNS)
      throw new InsightsSyntaxError(`A query has at most ${MAX_PATTERNS} pattern commands. Remove this one.`, span);
    this.#becomes(compare === undefined ? PATTERN_COLUMNS : DIFF_COLUMNS, span);
  }

  /** Right behind `pattern` it compares these patterns, else those of the messages. */
  #diff({ period, span }: Extract<Command, { kind: "diff" }>): void {
    const word = typeof period === "object" ? "logcompare" : "diff";
    if (this.#compared !== undefined)
      throw new InsightsSyntaxError("diff or logcompare stands once in a query. Remove this one.", span);
    const last = this.#steps.at(-1);
    let source: Expression = fieldNamed("@message", span);
    if (last?.kind === "pattern" && !last.anomalies && this.#statsSeen === 0) {
      this.#steps.pop();
      this.#patterns--;
      source = last.source;
      this.#columns.restore();
    } else if (this.#patterns > 0) {
      throw new InsightsSyntaxError(`${word} stands right behind pattern. Move it there.`, span);
    } else {
      this.#needEvents(word, span);
    }
    this.#compared = period;
    this.#pattern(source, period, span);
  }

  /** The step that finds the patterns also finds what is unusual about them, because it alone sees their events. */
  #anomaly({ span }: AnalyticOf<"anomaly">): void {
    const at = this.#steps.findLastIndex(
      ({ kind }) => kind === "pattern" || kind === "aggregate" || kind === "relevance",
    );
    const found = this.#steps[at];
    if (found?.kind !== "pattern" || found.compare !== undefined || this.#steps.slice(0, at).some(isGrouped)) {
      throw new InsightsSyntaxError(
        "anomaly looks at the patterns of events. Write pattern @message before it, with no stats, diff or logcompare between.",
        span,
      );
    }
    this.#steps[at] = { ...found, anomalies: true };
    this.#materialize();
    const missing = ANOMALY_COLUMNS.filter((name) => !this.#columns.outputs?.names.has(name));
    for (const name of missing) this.#columns.capture(name, span);
  }

  #relevance(command: AnalyticOf<"relevantfields">): void {
    this.#needEvents("relevantfields", command.span);
    this.#check(command.condition);
    for (const field of command.fields) this.#check(field);
    this.#materialize();
    this.#pending.sort(undefined);
    this.#steps.push(relevanceStep(command, this.#columns));
    this.#becomes(RELEVANCE_COLUMNS, command.span);
  }

  #filter(predicate: Expression): void {
    const { outputs } = this.#columns;
    if (outputs === undefined) {
      this.#check(predicate);
      this.#materialize();
      this.#steps.push({ kind: "filter", predicate, moved: false });
      return;
    }
    if (this.#statsTotal === 1 && this.#statsSeen === 1 && this.#columns.foreign(predicate).length > 0) {
      checkRowExpression(predicate, undefined);
      this.#insertBeforeAggregate(predicate);
      return;
    }
    this.#check(predicate);
    this.#materialize();
    for (const term of conjuncts(predicate)) {
      const below = this.#movable ? keyCondition(term, outputs.keys) : undefined;
      if (below !== undefined) this.#insertBeforeAggregate(below);
      else this.#steps.push({ kind: "filter", predicate: term, moved: false });
    }
  }

  #insertBeforeAggregate(predicate: Expression): void {
    this.#steps.splice(this.#aggregateAt, 0, { kind: "filter", predicate, moved: true });
    this.#aggregateAt++;
  }

  #stats(written: Extract<Command, { kind: "stats" }>): void {
    this.#materialize();
    this.#pending.sort(undefined);
    const top = topValues(written);
    const command = top?.command ?? written;
    checkAggregation(command, this.#columns.outputs);
    this.#steps.push({ kind: "aggregate", outputs: command.outputs, keys: command.keys });
    this.#aggregateAt = this.#steps.length - 1;
    this.#statsSeen++;
    const all = [...command.keys, ...command.outputs];
    const outputs = outputsOf(command.keys, command.outputs);
    this.#columns.replace(
      all.map(({ name }) => name),
      command.span,
      outputs,
    );
    this.#events = false;
    this.#movable = this.#statsSeen === 1 && this.#statsTotal === 1;
    if (top !== undefined) {
      this.#pending.sort(top.order);
      this.#pending.limit(top.count, false);
    }
  }

  #check(expression: Expression): void {
    checkRowExpression(expression, this.#columns.outputs);
    if (this.#statsTotal > 1) requireColumns(expression, this.#columns.outputs);
  }

  /** Sorting by a column that `stats` removed is allowed, and does nothing. */
  #checkSortKey(key: SortKey): void {
    checkRowExpression(key.expression, this.#columns.outputs);
  }

  #needEvents(word: string, span: Span): void {
    if (this.#events) return;
    throw new InsightsSyntaxError(
      `${word} reads events, which are gone after stats, pattern and relevantfields. Move it before them.`,
      span,
    );
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

function isGrouped({ kind }: Step): boolean {
  return kind === "aggregate" || kind === "pattern" || kind === "relevance";
}
