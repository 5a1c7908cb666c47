import type { AnalyticNode } from "./analytic-node.ts";
import type {
  Expression,
  FieldNode,
  InsightsQuery,
  JoinNode,
  LookupNode,
  NamedExpression,
  NameNode,
  SortKey,
  SourceNode,
} from "./node.ts";
import type { ComparedPeriod } from "./period-before.ts";
import type { RegexPattern } from "./regex.ts";
import type { Span } from "./syntax-error.ts";

/** What is done to the rows, in the order of execution, which need not be the written one. */
export type Step =
  | { readonly kind: "compute"; readonly name: string; readonly expression: Expression; readonly span: Span }
  | { readonly kind: "filter"; readonly predicate: Expression; readonly moved: boolean }
  | {
      readonly kind: "parse-glob";
      readonly source: FieldNode;
      readonly glob: string;
      readonly names: readonly NameNode[];
      readonly multi: boolean;
    }
  | {
      readonly kind: "parse-regex";
      readonly source: FieldNode;
      readonly regex: RegexPattern;
      readonly names: readonly NameNode[];
      readonly multi: boolean;
    }
  | { readonly kind: "unnest"; readonly source: Expression; readonly alias: NameNode }
  | {
      readonly kind: "aggregate";
      readonly outputs: readonly NamedExpression[];
      readonly keys: readonly NamedExpression[];
    }
  | JoinNode
  | LookupNode
  | WindowStep
  | {
      /** Adds the rows of missing bins; `key` is the column of the bin, `columns` all columns. */
      readonly kind: "fill";
      readonly key: string;
      readonly lengthMs: number;
      readonly offsetMs: number;
      readonly columns: readonly string[];
      readonly value: string | number | undefined;
      /** Columns that get the value. */
      readonly names: readonly string[];
      readonly span: Span;
    }
  | {
      readonly kind: "pattern";
      readonly source: Expression;
      readonly compare: ComparedPeriod | undefined;
      /** Adds what is unusual about each pattern. */
      readonly anomalies: boolean;
    }
  | {
      /** The fields by which rows that meet the condition differ from the others. */
      readonly kind: "relevance";
      /** Undefined means all fields discovered in the events, and `made`. */
      readonly fields: readonly FieldNode[] | undefined;
      /** What commands before made, but for what the condition names. */
      readonly made: readonly FieldNode[];
      /** Fields that the condition names, which tell the rows apart by themselves. */
      readonly told: readonly string[];
      readonly condition: Expression;
    }
  | {
      /** One more row behind all others, with sums of columns and nothing else. */
      readonly kind: "total-row";
      readonly summed: readonly FieldNode[];
      /** Fields that were asked for by name; of the others, only numbers are summed. */
      readonly named: boolean;
      /** Columns that stay empty in that row: those that commands made or show, by name, and those of `stats` by text. */
      readonly names: readonly string[];
      readonly texts: readonly string[];
      readonly order: readonly SortKey[];
    }
  | {
      /** Columns of another query beside the rows, by their place in the order. */
      readonly kind: "append-columns";
      readonly query: InsightsQuery;
      /** Their values replace those of the rows, and do not only fill in. */
      readonly override: boolean;
      readonly columns: readonly OutputColumn[];
      readonly most: number;
      readonly order: readonly SortKey[];
      readonly innerOrder: readonly SortKey[];
    }
  | { readonly kind: "dedup"; readonly fields: readonly FieldNode[]; readonly order: readonly SortKey[] }
  /** `any` takes whichever rows come first. */
  | { readonly kind: "take"; readonly order: readonly SortKey[]; readonly count: number; readonly any: boolean };

type Ordered<K extends AnalyticNode["kind"]> = Extract<AnalyticNode, { kind: K }> & {
  readonly order: readonly SortKey[];
};

/** Columns made of several rows, which stand in this order. */
export type WindowStep =
  | Ordered<"accum">
  | Ordered<"autoregress">
  | Ordered<"sessionize">
  | Ordered<"outlier">
  | { readonly kind: "filldown"; readonly fields: readonly FieldNode[]; readonly order: readonly SortKey[] };

export interface OutputColumn {
  readonly name: string;
  readonly expression: Expression;
}

/** A checked query, ready to compile. The last step is always a `take`. */
export interface Plan {
  /** Where the query stands in its text. */
  readonly span: Span;
  readonly steps: readonly Step[];
  readonly columns: readonly OutputColumn[];
  /** The rows are events, so each has a pointer to its record. */
  readonly rawEvents: boolean;
  /** Instead of its rows the query gives one with the bytes it would read (`estimate`). */
  readonly estimate: boolean;
  /** The plans of the queries inside this one, each with the source it reads. */
  readonly subqueries: ReadonlyMap<InsightsQuery, Plan>;
  /** Names of the lookup tables it reads, also inside sub-queries. */
  readonly lookupTables: readonly string[];
  /** What `diff` compares the query's range with; the scope must hold that range too. */
  readonly compared: ComparedPeriod | undefined;
  /** The groups the query chooses itself (`SOURCE`); the caller finds them. */
  readonly source: SourceNode | undefined;
  /** Fields of `filterIndex`: only groups with an index on each of them are read. */
  readonly indexFields: readonly string[];
  /** The first command that groups of the class INFREQUENT_ACCESS lack. */
  readonly standardOnly: { readonly command: string; readonly span: Span } | undefined;
  /** The most rows the query returns. */
  readonly limit: number;
}
