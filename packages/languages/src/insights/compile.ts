import { Compilation, finished } from "./compilation.ts";
import { compileEstimate } from "./compile-estimate.ts";
import { compileExpression } from "./compile-expression.ts";
import { compileStep } from "./compile-step.ts";
import { HIDDEN } from "./pipeline.ts";
import type { Plan, Step } from "./plan.ts";
import type { Scope, SqlFragment } from "./scope.ts";
import { sqlInteger } from "./sql-quote.ts";
import type { ValueType } from "./sql-value.ts";
import { locate } from "./syntax-error.ts";

/** A column of the result. `index` is its position in a row of the SQL; undefined when the column is always absent. */
export interface ResultColumn {
  readonly name: string;
  readonly kind: ValueType;
  readonly index: number | undefined;
}

/** Positions, in a row of the SQL, of what identifies an event. */
export interface PointerColumns {
  readonly groupId: number;
  readonly stream: number;
  readonly timestamp: number;
  readonly seq: number;
}

export interface CompiledQuery {
  /** One SELECT with its SETTINGS; run it with a FORMAT that gives rows as arrays, such as JSONCompactEachRow. */
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly columns: readonly ResultColumn[];
  /** Rows are events: AWS adds `@ptr` to each. */
  readonly rawEvents: boolean;
  /** Where a raw event's group id, stream, time (epoch ms) and sequence number stand; only with `rawEvents`. */
  readonly pointer: PointerColumns | undefined;
  readonly matched: MatchedCount;
  /** Fields discovered in messages that the query reads. */
  readonly discovered: readonly string[];
}

/**
 * How to learn the number of events that pass all filters, before stats, dedup and limit (`recordsMatched`).
 * {@link matchedEvents} reads it from the rows where they tell it; else `sql` counts, in a second pass.
 */
export interface MatchedCount {
  /** One row with one number. */
  readonly sql: string;
  /** Nothing is filtered: every event of the scope matches. */
  readonly everything: boolean;
  /** The rows are the matched events when there are fewer than so many. */
  readonly rowsBelow: number | undefined;
  /** Where every row carries the number; no row at all then means none when `noneWithoutRows`. */
  readonly column: number | undefined;
  readonly noneWithoutRows: boolean;
}

/** `recordsMatched` as far as the result itself tells it: from how many rows came and any of them. */
export function matchedEvents(
  { matched }: CompiledQuery,
  rows: number,
  anyRow: readonly unknown[] | undefined,
): number | undefined {
  if (matched.rowsBelow !== undefined && rows < matched.rowsBelow) return rows;
  if (matched.column === undefined) return undefined;
  if (anyRow !== undefined) return Number(anyRow[matched.column]);
  return matched.noneWithoutRows ? 0 : undefined;
}

/** Compiles a plan for one run. Throws InsightsSyntaxError when the query is too large to run. */
export function compileInsights(plan: Plan, scope: Scope): CompiledQuery {
  return locate(plan.span, () => {
    const compiled = compileRows(plan, scope);
    return plan.estimate ? compileEstimate(plan, new Compilation(plan, scope)) : compiled;
  });
}

function compileRows(plan: Plan, scope: Scope): CompiledQuery {
  const compilation = new Compilation(plan, scope);
  const pipeline = compilation.begin();
  const tells = whatRowsTell(plan);
  pipeline.countsEvents = tells.countsEvents;
  const last = plan.steps.length - 1;
  plan.steps.slice(0, last).forEach((step) => {
    compileStep(step, pipeline);
  });
  const { scope: rows } = pipeline;
  const values = plan.columns.map((column) => compileExpression(column.expression, rows, pipeline.run));
  const names: string[] = [];
  const place = (sql: string) => {
    const name = rows.layer.column(sql);
    const known = names.indexOf(name);
    return known === -1 ? names.push(name) - 1 : known;
  };
  const columns = plan.columns.map(({ name }, position) => {
    const value = values[position];
    const absent = value === undefined || value.type === "missing";
    return { name, kind: value?.type ?? "missing", index: absent ? undefined : place(value.sql) };
  });
  const hidden = (name: string) => place(rows.defined(name)?.sql ?? "NULL");
  const pointer = plan.rawEvents
    ? {
        groupId: hidden(HIDDEN.group),
        stream: hidden(HIDDEN.stream),
        timestamp: place(`toUnixTimestamp64Milli(${rows.defined(HIDDEN.time)?.sql ?? "NULL"})`),
        seq: place(`toString(${rows.defined(HIDDEN.seq)?.sql ?? "NULL"})`),
      }
    : undefined;
  const carried = rows.defined(HIDDEN.matched);
  const matchedColumn = carried === undefined ? undefined : place(carried.sql);
  const finalStep = plan.steps[last];
  if (finalStep !== undefined) compileStep(finalStep, pipeline);
  const sql = finished(rows.layer.render(), pipeline);
  const counted = matched(plan, compilation, (events) => [events]);
  return Object.freeze({
    sql,
    params: compilation.params,
    columns,
    rawEvents: plan.rawEvents,
    pointer,
    discovered: compilation.discovered,
    matched: {
      sql: counted,
      everything: tells.everything,
      rowsBelow: tells.rowsAreEvents ? plan.limit : undefined,
      column: matchedColumn,
      noneWithoutRows: tells.noneWithoutRows,
    },
  });
}

/** From here on rows are no longer matched events one by one. */
function endsEvents({ kind }: Step): boolean {
  return ENDS_EVENTS.has(kind);
}

const ENDS_EVENTS: ReadonlySet<Step["kind"]> = new Set<Step["kind"]>([
  "aggregate",
  "take",
  "dedup",
  "pattern",
  "relevance",
  "total-row",
  "append-columns",
  "join",
  // These need all rows before them, so what follows is no longer counted event by event.
  "accum",
  "autoregress",
  "filldown",
  "sessionize",
  "outlier",
]);

/** An event may become several rows, or none. */
function multiplies(step: Step): boolean {
  return step.kind === "unnest" || ((step.kind === "parse-glob" || step.kind === "parse-regex") && step.multi);
}

/** What the rows of a plan tell about the matched events. */
function whatRowsTell({ steps, source }: Plan) {
  const end = steps.findIndex(endsEvents);
  const before = steps.slice(0, end);
  const rowsAreEvents = end === steps.length - 1 && !before.some(multiplies);
  const chosen = source?.dataSources !== undefined;
  const everything = !chosen && !before.some((step) => step.kind === "filter" || multiplies(step));
  const aggregated = steps[end]?.kind === "aggregate" && !before.some(multiplies);
  return {
    everything,
    rowsAreEvents,
    // Without a filter the number is known anyway.
    countsEvents: aggregated && !everything,
    noneWithoutRows: !steps.slice(end).some((step) => step.kind === "filter" || multiplies(step)),
  };
}

/**
 * Matched events per bucket of `bucketMs` milliseconds: rows `[start of bucket
 * in epoch ms, count]` in order of time, without empty buckets. Events are those
 * that pass all filters, before stats, dedup and limit.
 */
export function compileHistogram(plan: Plan, scope: Scope, bucketMs: number): SqlFragment {
  const compilation = new Compilation(plan, scope);
  const bucket = sqlInteger(bucketMs);
  const sql = matched(plan, compilation, (events, time) => [
    `intDiv(toUnixTimestamp64Milli(${time()}), ${bucket}) * ${bucket}`,
    events,
  ]);
  return { sql, params: compilation.params };
}

/** Counts the events left where the first step stands that no longer handles them one by one. */
function matched(
  plan: Plan,
  compilation: Compilation,
  columns: (events: string, time: () => string) => readonly string[],
): string {
  const pipeline = compilation.begin();
  let unnested = false;
  for (const step of plan.steps) {
    if (endsEvents(step)) break;
    if (multiplies(step)) unnested = true;
    compileStep(step, pipeline);
  }
  const { layer } = pipeline.scope;
  const hidden = (name: string) => pipeline.scope.defined(name)?.sql ?? "NULL";
  const selected = columns(unnested ? `uniqExact(${hidden(HIDDEN.seq)})` : "count()", () => hidden(HIDDEN.time));
  const names = selected.map((sql) => layer.column(sql));
  if (names.length > 1) {
    layer.groupBy = names.slice(0, 1);
    layer.orderBy = names.slice(0, 1);
  }
  return finished(layer.render(), pipeline);
}
