import { compileExpression } from "./compile-expression.ts";
import { compileStep, eventScope, HIDDEN, type Pipeline } from "./compile-step.ts";
import { MAX_SQL_LENGTH } from "./limits.ts";
import type { Plan, Step } from "./plan.ts";
import { columnCounter } from "./sql-layer.ts";
import { sqlInteger } from "./sql-quote.ts";
import type { ValueType } from "./sql-value.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

/** SQL the server wrote, with the values of its `{name:Type}` parameters. */
export interface SqlFragment {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Where a query runs. Everything in it comes from the server, nothing from the query's author. */
export interface Scope {
  /** The events table, as SQL (`nephoscope.events`). */
  readonly table: string;
  /**
   * Condition on that table: groups, time range, retention. The compiled query never sees rows outside it.
   * A plan with `compared` needs the compared range in it as well (period-before.ts).
   */
  readonly where: SqlFragment;
  /** `@log` ("account:group") as SQL over the table. */
  readonly logExpression: SqlFragment;
  /** `@aws.region`; without it the field is missing. */
  readonly region?: string;
  /** The query's range, both ends inclusive, and the moment it started; epoch milliseconds. */
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  readonly nowMs: number;
  /**
   * The events of groups that have an index on the field, as a condition on the table (`filterIndex`).
   * Without it the query is refused.
   */
  readonly indexedBy?: (field: string) => SqlFragment;
}

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
export function compileInsights(plan: Plan, runScope: Scope): CompiledQuery {
  const scope = indexedScope(plan, runScope);
  const pipeline = newPipeline(scope);
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
  return Object.freeze({
    sql: finished(rows.layer.render()),
    params: { ...scope.where.params, ...scope.logExpression.params },
    columns,
    rawEvents: plan.rawEvents,
    pointer,
    matched: {
      sql: matched(plan, scope, (events) => [events]),
      everything: tells.everything,
      rowsBelow: tells.rowsAreEvents ? plan.limit : undefined,
      column: matchedColumn,
      noneWithoutRows: tells.noneWithoutRows,
    },
  });
}

/** From here on rows are no longer matched events one by one. */
function endsEvents({ kind }: Step): boolean {
  return kind === "aggregate" || kind === "take" || kind === "dedup" || kind === "pattern";
}

/** An event may become several rows, or none. */
function multiplies(step: Step): boolean {
  return step.kind === "unnest" || ((step.kind === "parse-glob" || step.kind === "parse-regex") && step.multi);
}

/** What the rows of a plan tell about the matched events. */
function whatRowsTell({ steps }: Plan) {
  const end = steps.findIndex(endsEvents);
  const before = steps.slice(0, end);
  const rowsAreEvents = end === steps.length - 1 && !before.some(multiplies);
  const everything = !before.some((step) => step.kind === "filter" || multiplies(step));
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
export function compileHistogram(plan: Plan, runScope: Scope, bucketMs: number): SqlFragment {
  const scope = indexedScope(plan, runScope);
  const bucket = sqlInteger(bucketMs);
  const sql = matched(plan, scope, (events, time) => [
    `intDiv(toUnixTimestamp64Milli(${time()}), ${bucket}) * ${bucket}`,
    events,
  ]);
  return { sql, params: { ...scope.where.params, ...scope.logExpression.params } };
}

/** Makes the last capture of a glob take the rest (glob.ts). */
const REQUIRED_SETTINGS =
  "splitby_max_substrings_includes_remaining_string = 1, max_ast_elements = 500000, max_expanded_ast_elements = 2000000";

/** The scope without the groups that `filterIndex` leaves out. */
function indexedScope({ indexFields }: Plan, scope: Scope): Scope {
  if (indexFields.length === 0) return scope;
  const { indexedBy, where } = scope;
  if (indexedBy === undefined) {
    throw new InsightsSyntaxError("filterIndex is not supported here. Use filter.", { start: 0, end: 0 });
  }
  const conditions = [where, ...indexFields.map(indexedBy)];
  return {
    ...scope,
    where: {
      sql: conditions.map(({ sql }) => `(${sql})`).join(" AND "),
      params: Object.assign({}, ...conditions.map(({ params }) => params)),
    },
  };
}

function newPipeline(scope: Scope): Pipeline {
  const counter = columnCounter();
  return {
    counter,
    run: scope,
    scope: eventScope(scope.table, scope.where.sql, { log: scope.logExpression.sql, region: scope.region }, counter),
    groupKeys: undefined,
    countsEvents: false,
  };
}

/** Counts the events left where the first step stands that no longer handles them one by one. */
function matched(plan: Plan, scope: Scope, columns: (events: string, time: () => string) => readonly string[]): string {
  const pipeline = newPipeline(scope);
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
  return finished(layer.render());
}

function finished(select: string): string {
  const sql = `${select} SETTINGS ${REQUIRED_SETTINGS}`;
  if (sql.length > MAX_SQL_LENGTH) {
    throw new InsightsSyntaxError(
      "The query is too large for the engine. Use fewer fields, conditions or list values.",
      { start: 0, end: 0 },
    );
  }
  return sql;
}
