import { aggregateNamed } from "./aggregate.ts";
import { compileWindow } from "./compile-analytic.ts";
import { compileAppend } from "./compile-append.ts";
import { compileExpression, implied } from "./compile-expression.ts";
import { compileFill } from "./compile-fill.ts";
import { compileJoin } from "./compile-join.ts";
import { compileLookup } from "./compile-lookup.ts";
import { compilePattern } from "./compile-pattern.ts";
import { compileRelevance } from "./compile-relevance.ts";
import { compileTotalRow } from "./compile-total-row.ts";
import { dataSourceField } from "./data-source.ts";
import {
  behindKey,
  discoveredField,
  EVENT_COLUMNS,
  LINE_WORDS,
  type LineFormat,
  type Origin,
  systemField,
} from "./field.ts";
import { columnOf } from "./field-column.ts";
import { formatExpression } from "./format.ts";
import type { RunContext } from "./function.ts";
import { type Captures, compileGlob, compileGroups, globRegex } from "./glob.ts";
import { MAX_LAYERS } from "./limits.ts";
import type { Expression, InsightsQuery, NameNode, SortKey } from "./node.ts";
import { internalCall } from "./parse-expression.ts";
import { periodMilliseconds, spanMilliseconds } from "./period.ts";
import type { Step } from "./plan.ts";
import { engineRegex } from "./regex-engine.ts";
import { RowScope, tooDeep } from "./row-scope.ts";
import type { FieldColumns, LookupTable } from "./scope.ts";
import { orderBy } from "./sort-key.ts";
import { type ColumnCounter, Layer } from "./sql-layer.ts";
import { sqlString } from "./sql-quote.ts";
import { asCondition, asKey, asText, constant, isPresent, json, MISSING, text, type Value } from "./sql-value.ts";
import { children } from "./walk.ts";

/** Names no query can write, for what every event has beside its fields. */
export const HIDDEN = {
  time: "\0time",
  seq: "\0seq",
  group: "\0group",
  stream: "\0stream",
  /** After `stats`: how many events passed the filters before it. */
  matched: "\0matched",
} as const;

/** An ordering term over the columns of the scope. */
export interface GroupKey {
  readonly sql: string;
  readonly direction: string;
}

/** State of compiling one pipeline: the scope after the last step. */
export interface Pipeline {
  readonly counter: ColumnCounter;
  readonly run: RunContext;
  /** Compiles the steps of a query inside this one. */
  readonly inner: (query: InsightsQuery) => Pipeline;
  readonly lookupTable: (name: NameNode) => LookupTable;
  /** Size of the lookup tables in the SQL, of all pipelines of the statement together. */
  readonly literals: { bytes: number };
  scope: RowScope;
  /** Group keys of the last aggregation, as columns of the scope. */
  groupKeys: readonly GroupKey[] | undefined;
  /** A column of the scope that is 0 but in rows of totals, which stand below all others. */
  bottom: string | undefined;
  /** The next aggregation counts the events it gets, of all groups together, into {@link HIDDEN}.matched. */
  countsEvents: boolean;
}

/** The scope of the events themselves: system fields, and above them the discovered ones. */
export function eventScope(
  table: string,
  condition: string,
  origin: Origin,
  counter: ColumnCounter,
  discovered: { readonly columns: FieldColumns | undefined; readonly note: (name: string) => void },
): RowScope {
  const scan = new Layer({ table, condition }, counter);
  const narrow = (narrowing: string) => void scan.narrowing.add(narrowing);
  const base = new RowScope({
    layer: scan,
    narrow,
    resolver: (field) => systemField(field.name, origin) ?? sourceField(field.name) ?? MISSING,
  });
  base.define(HIDDEN.time, { sql: EVENT_COLUMNS.timestamp, type: "timestamp", nullable: false });
  base.define(HIDDEN.seq, { sql: EVENT_COLUMNS.seq, type: "number", nullable: false });
  base.define(HIDDEN.group, { sql: EVENT_COLUMNS.group, type: "number", nullable: false });
  base.define(HIDDEN.stream, { sql: EVENT_COLUMNS.stream, type: "text", nullable: false });

  const words = (format: LineFormat) => scan.column(LINE_WORDS[format]);
  const discovery: RowScope = new RowScope({
    layer: new Layer(scan, counter),
    below: base,
    narrow,
    resolver: (field) => {
      const system = systemField(field.name, origin) ?? sourceField(field.name);
      if (system !== undefined) return discovery.import(system);
      discovered.note(field.name);
      const column = columnOf(field, discovered.columns);
      if (column !== undefined) return { ...text(scan.column(column)), within: "column", ...behindKey(field) };
      scan.column(EVENT_COLUMNS.message);
      return discoveredField(field, words);
    },
  });
  return new RowScope({ layer: new Layer(discovery.layer, counter), below: discovery, narrow });
}

/** Fields that tell which service wrote an event. */
function sourceField(name: string): Value | undefined {
  if (name === "@data_source_name") return text(dataSourceField("name"));
  return name === "@data_source_type" ? text(dataSourceField("type")) : undefined;
}

/** Opens a SELECT above the current one. */
export function above(pipeline: Pipeline, keepNarrowing = true): RowScope {
  const { scope } = pipeline;
  const layer = new Layer(scope.layer, pipeline.counter);
  if (layer.depth() > MAX_LAYERS) throw tooDeep();
  carryOrder(pipeline, layer);
  return new RowScope({ layer, below: scope, narrow: keepNarrowing ? scope.narrow : undefined });
}

/** What orders the rows is read through the layer that now stands above them. */
export function carryOrder(pipeline: Pipeline, layer: Layer): void {
  pipeline.groupKeys = pipeline.groupKeys?.map(({ sql, direction }) => ({ sql: layer.fromSource(sql), direction }));
  if (pipeline.bottom !== undefined) pipeline.bottom = layer.fromSource(pipeline.bottom);
}

/** Adds one step to the pipeline. */
export function compileStep(step: Step, pipeline: Pipeline): void {
  switch (step.kind) {
    case "compute":
      compute(step.name, step.expression, pipeline);
      break;
    case "filter":
      filter(step.predicate, pipeline);
      break;
    case "parse-glob":
      if (step.multi) captureAll(step, globRegex(step.glob, false), pipeline);
      else capture(step, (source) => compileGlob(step.glob, source), pipeline);
      break;
    case "parse-regex":
      if (step.multi) captureAll(step, engineRegex(step.regex.source), pipeline);
      else capture(step, (source) => compileGroups(engineRegex(step.regex.source), source), pipeline);
      break;
    case "unnest":
      unnest(step, pipeline);
      break;
    case "aggregate":
      aggregate(step, pipeline);
      break;
    case "accum":
    case "autoregress":
    case "filldown":
    case "sessionize":
    case "outlier":
      compileWindow(step, pipeline);
      break;
    case "fill":
      compileFill(step, pipeline);
      break;
    case "join":
      compileJoin(step, pipeline);
      break;
    case "lookup":
      compileLookup(step, pipeline);
      break;
    case "pattern":
      compilePattern(step, pipeline);
      break;
    case "relevance":
      compileRelevance(step, pipeline);
      break;
    case "total-row":
      compileTotalRow(step, pipeline);
      break;
    case "append-columns":
      compileAppend(step, pipeline);
      break;
    case "dedup":
      dedup(step, pipeline);
      break;
    case "take":
      take(step, pipeline);
      break;
  }
}

function compute(name: string, expression: Expression, { scope, run }: Pipeline): void {
  scope.define(name, compileExpression(expression, scope, run));
}

function filter(predicate: Expression, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const narrowing = scope.narrow === undefined ? undefined : implied(predicate, scope, run);
  if (narrowing !== undefined) scope.narrow?.(narrowing);
  scope.layer.where.push(asCondition(compileExpression(predicate, scope, run)));
}

function capture(
  step: Extract<Step, { kind: "parse-glob" | "parse-regex" }>,
  pattern: (source: string) => Captures,
  pipeline: Pipeline,
): void {
  const value = compileExpression(step.source, pipeline.scope, pipeline.run);
  if (value.type === "missing") {
    for (const { name } of step.names) pipeline.scope.define(name, MISSING);
    return;
  }
  const captures = pattern(value.nullable ? `ifNull(${asText(value)}, '')` : asText(value));
  const scope = above(pipeline);
  // The array becomes a column only when a capture is read.
  let column: string | undefined;
  const array = () => {
    column ??= scope.importSql(captures.array);
    return column;
  };
  step.names.forEach(({ name }, index) => {
    scope.defineLazily(name, () => ({
      ...text(`if(${captures.matched(array())}, ${array()}[${index + 1}], NULL)`),
      ...(value.within === undefined ? {} : { within: value.within }),
    }));
  });
  pipeline.scope = scope;
}

/** One row for each match; an event without any stays, without the new columns. */
function captureAll(
  step: Extract<Step, { kind: "parse-glob" | "parse-regex" }>,
  regex: string,
  pipeline: Pipeline,
): void {
  const value = compileExpression(step.source, pipeline.scope, pipeline.run);
  if (value.type === "missing") {
    for (const { name } of step.names) pipeline.scope.define(name, MISSING);
    return;
  }
  const all = `extractAllGroupsVertical(ifNull(${asText(value)}, ''), ${sqlString(regex)})`;
  const joined = above(pipeline);
  const element = pipeline.counter.next();
  const matches = joined.importSql(all);
  joined.layer.arrayJoin = `if(empty(${matches}), [CAST([] AS Array(String))], ${matches}) AS ${element}`;
  step.names.forEach(({ name }, index) => {
    joined.define(name, text(`if(notEmpty(${element}), ${element}[${index + 1}], NULL)`));
  });
  // Expressions over the element are staged above the join that makes it.
  pipeline.scope = joined;
  pipeline.scope = above(pipeline);
}

/**
 * One row per element; a single value is a list of one, a missing value or an empty list gives no row.
 * A field discovered in the message reads as text, so its list is read from that.
 */
function unnest(step: Extract<Step, { kind: "unnest" }>, pipeline: Pipeline): void {
  const { source } = step;
  const discovered =
    source.kind === "field" && !source.name.startsWith("@") && pipeline.scope.defined(source.name) === undefined;
  const written = discovered ? internalCall("expandlist", source) : source;
  const value = compileExpression(written, pipeline.scope, pipeline.run);
  const list =
    value.type === "json"
      ? `multiIf(isNull(${value.sql}), [], startsWith(assumeNotNull(${value.sql}), '['), JSONExtractArrayRaw(assumeNotNull(${value.sql})), [assumeNotNull(${value.sql})])`
      : `if(${isPresent(value)}, [assumeNotNull(${asText(value)})], [])`;
  const joined = above(pipeline);
  const element = pipeline.counter.next();
  joined.layer.arrayJoin = `${joined.importSql(list)} AS ${element}`;
  joined.define(step.alias.name, value.type === "json" ? json(element) : text(element, false));
  // Expressions over the element are staged above the join that makes it.
  pipeline.scope = joined;
  pipeline.scope = above(pipeline);
}

function aggregate(step: Extract<Step, { kind: "aggregate" }>, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const { layer } = scope;
  const result = new RowScope({ layer: new Layer(layer, pipeline.counter) });
  const groupKeys: string[] = [];
  const timeKeys: string[] = [];
  const expressions: string[] = [];
  for (const key of step.keys) {
    const value = asKey(compileExpression(key.expression, scope, run));
    const column = result.importComputed(value);
    if (value.type !== "missing" && value.constant === undefined) {
      expressions.push(value.sql);
      if (value.type === "timestamp") timeKeys.push(column.sql);
      else groupKeys.push(value.type === "json" ? asText(column) : column.sql);
    }
    result.define(key.name, column);
    result.defineText(formatExpression(key.expression), column);
  }
  layer.groupBy = expressions;
  // Without groups ClickHouse gives a row even for no event at all.
  if (expressions.length === 0) layer.having = "count() > 0";
  const age = () => {
    const time = scope.defined(HIDDEN.time);
    const seq = scope.defined(HIDDEN.seq);
    return time === undefined || seq === undefined ? undefined : `(${time.sql}, ${seq.sql})`;
  };
  const bucketMs = bucketLength(step.keys) ?? run.endTimeMs - run.startTimeMs + 1;
  const define = (node: Expression): void => {
    const aggregate = node.kind === "call" ? aggregateNamed(node.name) : undefined;
    if (node.kind !== "call" || aggregate === undefined) {
      for (const child of children(node)) define(child);
      return;
    }
    // Every aggregate inside the expression is computed apart and known by its text.
    const args = node.args.map((arg) =>
      arg.kind === "period" ? constant(spanMilliseconds(arg.value) ?? 0) : compileExpression(arg, scope, run),
    );
    const value = aggregate.compile(args, aggregate.needsAge ? age() : undefined, bucketMs);
    result.defineText(formatExpression(node), result.importComputed(value));
  };
  for (const output of step.outputs) {
    define(output.expression);
    const value = compileExpression(output.expression, result, run);
    result.define(output.name, value);
    result.defineText(formatExpression(output.expression), value);
  }
  carryMatched(pipeline, result, expressions.length > 0);
  pipeline.scope = result;
  pipeline.bottom = undefined;
  pipeline.groupKeys = [
    ...timeKeys.map((sql) => ({ sql, direction: "DESC" })),
    ...groupKeys.map((sql) => ({ sql, direction: "ASC NULLS LAST" })),
  ];
}

function carryMatched(pipeline: Pipeline, result: RowScope, grouped: boolean): void {
  const before = pipeline.scope.defined(HIDDEN.matched);
  if (before === undefined && !pipeline.countsEvents) return;
  pipeline.countsEvents = false;
  const counted = before !== undefined ? `any(${before.sql})` : grouped ? "sum(count()) OVER ()" : "count()";
  result.define(HIDDEN.matched, result.importComputed({ sql: counted, type: "number", nullable: false }));
}

/** How long the bins are that group the rows; undefined without any, and for calendar units. */
function bucketLength(keys: Extract<Step, { kind: "aggregate" }>["keys"]): number | undefined {
  for (const { expression } of keys) {
    const [period] = expression.kind === "call" && expression.name === "bin" ? expression.args : [];
    if (period?.kind === "period") return periodMilliseconds(period.value);
  }
  return undefined;
}

/** Rows with a missing field are all kept, so each of them gets a key of its own. An event may have several rows. */
function dedup(step: Extract<Step, { kind: "dedup" }>, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const values = step.fields.map((field) => compileExpression(field, scope, run));
  const complete = values.map(isPresent).filter((condition) => condition !== "1");
  const own = complete.length === 0 ? [] : [`if(${complete.join(" AND ")}, toUInt64(0), rowNumberInAllBlocks() + 1)`];
  const present = values.filter((value) => value.type !== "missing");
  scope.layer.limitBy = [...present.map((value) => (value.type === "json" ? asText(value) : value.sql)), ...own];
  if (scope.layer.limitBy.length === 0) scope.layer.limitBy = undefined;
}

function take(step: Extract<Step, { kind: "take" }>, pipeline: Pipeline): void {
  const { scope } = pipeline;
  scope.layer.orderBy = step.any ? [] : orderTerms(step.order, pipeline);
  scope.layer.limit = step.count;
  pipeline.scope = above(pipeline, false);
}

/** The written order, and behind it one that makes results repeatable: newest events first, or by group key. */
export function orderTerms(keys: readonly SortKey[], pipeline: Pipeline): readonly string[] {
  const { scope, run } = pipeline;
  const time = scope.defined(HIDDEN.time);
  const seq = scope.defined(HIDDEN.seq);
  const terms: string[] = pipeline.bottom === undefined ? [] : [`${pipeline.bottom} ASC`];
  for (const { expression, descending } of keys) {
    if (
      time !== undefined &&
      expression.kind === "field" &&
      expression.name === "@timestamp" &&
      scope.defined("@timestamp") === undefined
    ) {
      // The bare column lets the engine read in the order of the table.
      terms.push(`${time.sql} ${descending ? "DESC" : "ASC"}`, `${seq?.sql} ${descending ? "DESC" : "ASC"}`);
      return terms;
    }
    terms.push(...orderBy(compileExpression(expression, scope, run), descending));
  }
  if (time !== undefined && seq !== undefined) return [...terms, `${time.sql} DESC`, `${seq.sql} DESC`];
  const settled = new Set(terms.map((term) => term.split(" ", 1)[0]));
  const others = (pipeline.groupKeys ?? []).filter(({ sql }) => !settled.has(sql));
  return [...terms, ...others.map(({ sql, direction }) => `${sql} ${direction}`)];
}
