import type { Expression, FieldNode, InsightsQuery, NameNode } from "./node.ts";
import type { Period } from "./period.ts";
import type { Span } from "./syntax-error.ts";

/** Commands whose value in a row depends on other rows. */
export type AnalyticNode =
  /** The running sum of a field. */
  | { readonly kind: "accum"; readonly field: FieldNode; readonly name: NameNode; readonly span: Span }
  /** Values of a field `from` to `to` rows before, as `<name>_p<distance>`. */
  | {
      readonly kind: "autoregress";
      readonly field: FieldNode;
      readonly name: NameNode;
      readonly from: number;
      readonly to: number;
      readonly span: Span;
    }
  /** Missing values become the last one before them; names may hold `*`, and none means all columns. */
  | { readonly kind: "filldown"; readonly names: readonly NameNode[]; readonly span: Span }
  /** Numbers runs of events with equal fields, none further than `gap` from the one before. */
  | {
      readonly kind: "sessionize";
      readonly fields: readonly FieldNode[];
      readonly gap: Period;
      readonly name: NameNode;
      readonly span: Span;
    }
  /** Values further than `factor` interquartile ranges outside the middle half are cut to that bound, or their rows removed. */
  | {
      readonly kind: "outlier";
      readonly fields: readonly FieldNode[];
      readonly removes: boolean;
      readonly factor: number;
      readonly lower: boolean;
      readonly marks: boolean;
      readonly span: Span;
    }
  /** Adds a row for each bin without one. Fields listed get the value in it, the others stay missing. */
  | {
      readonly kind: "fillmissing";
      readonly value: string | number | undefined;
      readonly names: readonly NameNode[];
      readonly span: Span;
    }
  /** Sums of numbers: of each row as a column, of each column as a last row. Without fields, of all columns. */
  | {
      readonly kind: "addtotals";
      readonly name: NameNode;
      readonly fields: readonly FieldNode[];
      readonly column: boolean;
      readonly row: boolean;
      readonly span: Span;
    }
  /** The columns of another query beside these, row by row; `most` rows of it. */
  | {
      readonly kind: "appendcols";
      readonly override: boolean;
      readonly most: number;
      readonly query: InsightsQuery;
      readonly span: Span;
    }
  /** How much the query before it would read, instead of its rows. */
  | { readonly kind: "estimate"; readonly span: Span }
  /** What is unusual about the patterns of a `pattern` before it. */
  | { readonly kind: "anomaly"; readonly span: Span }
  /** The fields by which rows that meet the condition differ from the others; without fields, all there are. */
  | {
      readonly kind: "relevantfields";
      readonly fields: readonly FieldNode[];
      readonly condition: Expression;
      readonly span: Span;
    }
  /** Rows by combination of values, the most frequent first. */
  | { readonly kind: "countfrequent"; readonly fields: readonly FieldNode[]; readonly span: Span };
