import { compileExpression } from "./compile-expression.ts";
import type { RunContext } from "./function.ts";
import { MAX_LAYERS } from "./limits.ts";
import type { InsightsQuery, NameNode, SortKey } from "./node.ts";
import { RowScope, tooDeep } from "./row-scope.ts";
import type { LookupTable } from "./scope.ts";
import { orderBy } from "./sort-key.ts";
import { type ColumnCounter, Layer } from "./sql-layer.ts";

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
