import { compileExpression } from "./compile-expression.ts";
import { compileStep } from "./compile-step.ts";
import { indexedByDataSource, ofDataSources } from "./data-source.ts";
import { eventScope } from "./event-scope.ts";
import { MAX_SQL_LENGTH } from "./limits.ts";
import type { InsightsQuery, NameNode, SourceNode } from "./node.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Plan } from "./plan.ts";
import type { EventSource, LookupTable, Scope, SqlFragment } from "./scope.ts";
import { rangeOfSource } from "./source-range.ts";
import { columnCounter } from "./sql-layer.ts";
import { asText } from "./sql-value.ts";
import { SUBQUERY_SETTINGS } from "./sub-query.ts";
import { InsightsSyntaxError, quoteForMessage, WHOLE_QUERY } from "./syntax-error.ts";

/** One run's compilation of a query with the queries inside it. It gathers the parameters of all their sources. */
export class Compilation {
  readonly #plan: Plan;
  readonly #scope: Scope;
  readonly #sources = new Map<SourceNode, EventSource>();
  readonly #params: Record<string, unknown> = {};
  readonly #discovered = new Set<string>();

  constructor(plan: Plan, scope: Scope) {
    this.#plan = plan;
    this.#scope = scope;
  }

  /** Fields discovered in messages that the SQL compiled so far reads. */
  get discovered(): readonly string[] {
    return [...this.#discovered];
  }

  /** Values of all parameters of the SQL compiled so far. */
  get params(): Readonly<Record<string, unknown>> {
    return { ...this.#params };
  }

  /** A pipeline over the events of the query, no step in it yet. */
  begin(): Pipeline {
    const counter = columnCounter();
    const literals = { bytes: 0 };
    const open = (plan: Plan, source: EventSource): Pipeline => {
      const { table, where, logExpression, region } = this.#narrowed(plan, source);
      Object.assign(this.#params, where.params, logExpression.params);
      const { nowMs } = this.#scope;
      const { startTimeMs, endTimeMs } = rangeOfSource(plan.source?.range, this.#scope, nowMs);
      const inner = (query: InsightsQuery) => {
        const innerPlan = this.#plan.subqueries.get(query);
        if (innerPlan === undefined || query.source === undefined)
          throw new Error("the plan has one for every query inside it, and the parser gives each a source");
        const pipeline = open(innerPlan, this.#sourceOf(query.source));
        for (const step of innerPlan.steps) compileStep(step, pipeline);
        return { plan: innerPlan, pipeline };
      };
      return {
        counter,
        literals,
        run: { startTimeMs, endTimeMs, nowMs, subquery: (query) => memberSql(query, inner(query)) },
        scope: eventScope(table, where.sql, { log: logExpression.sql, region }, counter, {
          columns: source.fieldColumns,
          note: (name) => void this.#discovered.add(name),
        }),
        groupKeys: undefined,
        bottom: undefined,
        countsEvents: false,
        inner: (query) => inner(query).pipeline,
        lookupTable: (name) => this.#lookupTable(name),
      };
    };
    return open(this.#plan, this.#scope);
  }

  /** Everything that is read: by the query itself, and by those inside it. */
  sources(): readonly EventSource[] {
    const inner = [...this.#plan.subqueries].map(([query, plan]) => {
      if (query.source === undefined) throw new Error("the parser gives every query inside another a source");
      return this.#narrowed(plan, this.#sourceOf(query.source));
    });
    const all = [this.#narrowed(this.#plan, this.#scope), ...inner];
    for (const { where } of all) Object.assign(this.#params, where.params);
    return all;
  }

  #sourceOf(source: SourceNode): EventSource {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const found = this.#scope.sourceOf?.(source);
    if (found === undefined)
      throw new InsightsSyntaxError("Queries inside a query are not supported here. Write the values.", source.span);
    this.#sources.set(source, found);
    return found;
  }

  #lookupTable({ name, span }: NameNode): LookupTable {
    const table = this.#scope.lookupTable?.(name);
    if (table === undefined)
      throw new InsightsSyntaxError(`There is no lookup table ${quoteForMessage(name)}. Check its name.`, span);
    return table;
  }

  /** The source without what `dataSource(...)` and `filterIndex` leave out. */
  #narrowed({ indexFields, source: chosen }: Plan, source: EventSource): EventSource {
    const sources = chosen?.dataSources;
    const conditions = [
      source.where,
      ...(sources === undefined ? [] : [{ sql: ofDataSources(sources), params: {} }]),
      ...indexFields.map((field) => indexed(field, source)),
    ];
    if (conditions.length === 1) return source;
    return {
      ...source,
      where: {
        sql: conditions.map(({ sql }) => `(${sql})`).join(" AND "),
        params: Object.assign({}, ...conditions.map(({ params }) => params)),
      },
    };
  }
}

/** The events of groups with an index on the field, and of data sources that have it indexed by default. */
function indexed(field: string, { indexedBy }: EventSource): SqlFragment {
  if (indexedBy === undefined)
    throw new InsightsSyntaxError("filterIndex is not supported here. Use filter.", WHOLE_QUERY);
  const groups = indexedBy(field);
  const sources = indexedByDataSource(field);
  return sources === undefined ? groups : { sql: `(${groups.sql}) OR ${sources}`, params: groups.params };
}

/** The SELECT of the only column, as text. */
function memberSql(query: InsightsQuery, { plan, pipeline }: { plan: Plan; pipeline: Pipeline }): string {
  const [column, second] = plan.columns;
  if (column === undefined || second !== undefined) {
    throw new InsightsSyntaxError(
      `A query behind in gives one column; this one gives ${plan.columns.length}. End it with fields or stats of one.`,
      query.source?.span ?? WHOLE_QUERY,
    );
  }
  const value = compileExpression(column.expression, pipeline.scope, pipeline.run);
  pipeline.scope.layer.column(`CAST(${asText(value)} AS Nullable(String))`);
  return `${pipeline.scope.layer.render()}${SUBQUERY_SETTINGS}`;
}

const REQUIRED_SETTINGS = [
  // Makes the last capture of a glob take the rest (glob.ts).
  "splitby_max_substrings_includes_remaining_string = 1",
  // Leaves slashes in JSON as they are.
  "output_format_json_escape_forward_slashes = 0",
  // A condition that is always true compiles to 1, which must not mean the first column in ORDER BY and GROUP BY.
  "enable_positional_arguments = 0",
].join(", ");

/** The finished statement. Literals of lookup tables come on top of what a query may be long. */
export function finished(select: string, { literals }: Pipeline): string {
  const sql = `${select} SETTINGS ${REQUIRED_SETTINGS}`;
  if (sql.length > MAX_SQL_LENGTH + literals.bytes) {
    throw new InsightsSyntaxError(
      "The query is too large for the engine. Use fewer fields, conditions or list values.",
      WHOLE_QUERY,
    );
  }
  return sql;
}
