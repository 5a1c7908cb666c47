import type { SourceNode } from "./node.ts";

/** SQL the server wrote, with the values of its `{name:Type}` parameters. */
export interface SqlFragment {
  readonly sql: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The events that a query or a query inside it reads. Everything in it comes from the server, nothing from the query's author. */
export interface EventSource {
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
  /**
   * The events of groups that have an index on the field, as a condition on the table (`filterIndex`).
   * Without it the query is refused.
   */
  readonly indexedBy?: (field: string) => SqlFragment;
  /** Fields that need not be looked for in the message. */
  readonly fieldColumns?: FieldColumns;
}

/** Columns of the events table by the discovered field whose value they hold (field-column.ts). */
export type FieldColumns = ReadonlyMap<string, string>;

/** A lookup table as the server gives it. */
export interface LookupTable {
  readonly columns: readonly string[];
  /** Every row has a value for each column. */
  readonly rows: readonly (readonly string[])[];
}

/** Where a query runs. */
export interface Scope extends EventSource {
  /** The query's range, both ends inclusive, and the moment it started; epoch milliseconds. */
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  readonly nowMs: number;
  /**
   * What a query inside the query reads, over the same range. Names of parameters must differ from those of every other
   * source. Called once for each; without it such queries are refused.
   */
  readonly sourceOf?: (source: SourceNode) => EventSource;
  /** A lookup table by name; undefined when there is none. */
  readonly lookupTable?: (name: string) => LookupTable | undefined;
}
