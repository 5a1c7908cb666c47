import type { AnalyticNode } from "./analytic-node.ts";
import type { Period } from "./period.ts";
import type { ComparedPeriod } from "./period-before.ts";
import type { RegexPattern } from "./regex.ts";
import type { SourceRange } from "./source-range.ts";
import type { Span } from "./syntax-error.ts";

/** The nodes of a parsed query. Every node is frozen plain data; nothing after the parser changes one. */

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "boolean"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "period"; readonly value: Period; readonly span: Span }
  | FieldNode
  | {
      /** A part of a list or map: positions are counted from 0. */
      readonly kind: "element";
      readonly target: Expression;
      readonly path: readonly (string | number)[];
      readonly span: Span;
    }
  | CallNode
  | { readonly kind: "unary"; readonly operator: "not" | "-"; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | {
      readonly kind: "like";
      readonly subject: Expression;
      readonly pattern: string | RegexPattern;
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "in";
      readonly subject: Expression;
      readonly items: readonly Literal[];
      readonly negated: boolean;
      readonly span: Span;
    }
  | {
      /** Membership in the only column of a sub-query. */
      readonly kind: "in-query";
      readonly subject: Expression;
      readonly query: InsightsQuery;
      readonly negated: boolean;
      readonly span: Span;
    };

export type Literal = Extract<Expression, { kind: "number" | "string" | "boolean" }>;

/** A field or alias. `name` is the dotted name; segments matter where a quoted segment holds dots. */
export interface FieldNode {
  readonly kind: "field";
  readonly name: string;
  readonly segments: readonly string[];
  readonly span: Span;
}

/** A function or aggregate call; `name` is the table's lower-case name. `star` marks `count(*)`. */
export interface CallNode {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Expression[];
  readonly star: boolean;
  readonly span: Span;
}

/** An expression with the column name it gets: its alias, or its own source text. */
export interface NamedExpression {
  readonly expression: Expression;
  readonly name: string;
  readonly aliased: boolean;
  readonly span: Span;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface NameNode {
  readonly name: string;
  readonly span: Span;
}

export type Command =
  | { readonly kind: "fields"; readonly items: readonly NamedExpression[]; readonly span: Span }
  | { readonly kind: "display"; readonly items: readonly NamedExpression[]; readonly span: Span }
  | { readonly kind: "filter"; readonly predicate: Expression; readonly span: Span }
  | {
      readonly kind: "parse-glob";
      readonly source: FieldNode;
      readonly glob: string;
      readonly names: readonly NameNode[];
      /** One row for every match, not only for the first. */
      readonly multi: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "parse-regex";
      readonly source: FieldNode;
      readonly regex: RegexPattern;
      /** One name per capture group, in order. */
      readonly names: readonly NameNode[];
      readonly multi: boolean;
      readonly span: Span;
    }
  /** Columns made from a text of a known format: `json`, `parse ... logfmt` and `parse ... csv`. */
  | { readonly kind: "extract"; readonly items: readonly NamedExpression[]; readonly span: Span }
  | {
      readonly kind: "stats";
      readonly outputs: readonly NamedExpression[];
      readonly keys: readonly NamedExpression[];
      readonly span: Span;
    }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[]; readonly span: Span }
  /** `any` takes whichever rows come first, in no order. */
  | { readonly kind: "limit"; readonly count: number; readonly any: boolean; readonly span: Span }
  | {
      /** Keeps the events of groups that have an index on the field and match. */
      readonly kind: "filter-index";
      readonly field: FieldNode;
      readonly predicate: Expression;
      readonly span: Span;
    }
  | JoinNode
  | LookupNode
  | AnalyticNode
  | { readonly kind: "pattern"; readonly source: Expression; readonly span: Span }
  /** `diff` and `logcompare`. */
  | { readonly kind: "diff"; readonly period: ComparedPeriod; readonly span: Span }
  | { readonly kind: "dedup"; readonly fields: readonly FieldNode[]; readonly span: Span }
  | { readonly kind: "unnest"; readonly source: Expression; readonly alias: NameNode; readonly span: Span };

/** `join`: fields are then written `left.name` and `right.name`; names without either are the left's. */
export interface JoinNode {
  readonly kind: "join";
  readonly outer: boolean;
  readonly left: string;
  readonly right: string;
  /** Pairs of fields, without their side's name, that must be equal. */
  readonly keys: readonly { readonly left: FieldNode; readonly right: FieldNode }[];
  readonly query: InsightsQuery;
  readonly span: Span;
}

/** `lookup` and `cidrlookup`: columns of a table for the row whose keys match, or whose range holds the address. */
export interface LookupNode {
  readonly kind: "lookup";
  readonly table: NameNode;
  /** The key is a range of addresses; there is exactly one. */
  readonly cidr: boolean;
  readonly keys: readonly { readonly column: NameNode; readonly field: FieldNode }[];
  readonly outputs: readonly { readonly column: NameNode; readonly name: NameNode }[];
  /** Values that are there already stay (`OUTPUTNEW`). */
  readonly keeps: boolean;
  readonly span: Span;
}

/** Which log groups a query reads, where the query says it itself. Every part given narrows the choice. */
export interface SourceNode {
  /** `SOURCE 'name', …`. */
  readonly names: readonly NameNode[] | undefined;
  /** `logGroups(…)`; without arguments, every group. */
  readonly logGroups:
    | {
        readonly namePrefixes: readonly string[] | undefined;
        readonly accounts: readonly string[] | undefined;
        readonly classes: readonly string[] | undefined;
      }
    | undefined;
  /** `dataSource(['name.type', …])`. */
  readonly dataSources: readonly string[] | undefined;
  /** `logGroupTags([…])`: all keys must have one of their values; `*` in a value stands for anything, `!` in front negates it. */
  readonly tags: readonly { readonly key: string; readonly values: readonly string[] }[] | undefined;
  /** `START=… END=…`; it takes the place of the range that the call gives. */
  readonly range: SourceRange | undefined;
  readonly span: Span;
}

/** A whole query: its text and its commands in written order. */
export interface InsightsQuery {
  readonly text: string;
  /** Where it stands; a query inside another does not begin at 0. */
  readonly span: Span;
  /** The `SOURCE` in front, if there is one. */
  readonly source: SourceNode | undefined;
  /** The queries inside it: of `in (...)`, `join` and `appendcols`. They hold none themselves, and each has a source. */
  readonly subqueries: readonly InsightsQuery[];
  readonly commands: readonly Command[];
}
