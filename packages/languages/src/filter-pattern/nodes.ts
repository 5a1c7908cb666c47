/**
 * What the three filter-pattern languages parse to. Nodes are frozen; offsets are UTF-16 positions in the pattern's text.
 */

export type FilterPattern = TermsPattern | JsonPattern | SpacePattern;

/**
 * Words, phrases and regular expressions looked for anywhere in the event. All lists empty: every event matches.
 * `optional` (`?term`) counts only while `required` and `excluded` are both empty.
 */
export interface TermsPattern {
  readonly language: "terms";
  readonly required: readonly TextNode[];
  readonly excluded: readonly TextNode[];
  readonly optional: readonly TextNode[];
  /** How many regular expressions the whole pattern holds. A log group allows five patterns with any. */
  readonly regexCount: number;
}

/** `{ … }`: conditions on the fields of an event that is a JSON object. */
export interface JsonPattern {
  readonly language: "json";
  readonly condition: JsonNode;
  /** The selectors in order of appearance, each once. */
  readonly selectors: readonly SelectorNode[];
  readonly regexCount: number;
}

/** `[ … ]`: conditions on the blank-separated fields of an event. */
export interface SpacePattern {
  readonly language: "space";
  readonly before: readonly SlotNode[];
  /** The slots after `...`; undefined when the pattern has no `...`. */
  readonly after: readonly SlotNode[] | undefined;
  /** True for `[]`, which takes any number of fields. */
  readonly anyFields: boolean;
  readonly regexCount: number;
}

/** Text to be found inside an event: a literal or a regular expression. */
export type TextNode = { readonly kind: "literal"; readonly text: string } | RegexNode;

/** A regular expression of the allowed dialect. It has no groups, so it is a list of alternatives of plain sequences. */
export interface RegexNode {
  readonly kind: "regex";
  /** The text between the percent signs, as written. */
  readonly source: string;
  /** The same in RE2's syntax. */
  readonly re2: string;
  readonly alternatives: readonly (readonly RegexAtom[])[];
}

/** One atom with how often it must at least and may at most occur (`max` undefined: without bound). */
export interface RegexAtom {
  readonly kind: "character" | "class" | "anchor";
  /** The character itself for `character`; the source text otherwise. */
  readonly text: string;
  readonly min: number;
  readonly max: number | undefined;
}

export type EqualityOperator = "=" | "!=";
export type OrderOperator = "<" | ">" | "<=" | ">=";

/** The right side of a comparison. */
export type ValueNode = NumberNode | WildcardNode | RegexNode;

/** An unquoted number. */
export interface NumberNode {
  readonly kind: "number";
  readonly value: number;
  /** As written, for integers beyond 2^53 that `value` cannot hold. */
  readonly text: string;
}

/** A text compared as a whole; `*` at an end stands for anything. `*` alone is both ends open with an empty text. */
export interface WildcardNode {
  readonly kind: "text";
  readonly text: string;
  readonly openStart: boolean;
  readonly openEnd: boolean;
}

export type ComparisonNode =
  | { readonly operator: EqualityOperator; readonly value: ValueNode }
  | { readonly operator: OrderOperator; readonly value: NumberNode };

/** `&&` and `||` over conditions; shared by JSON patterns and by the slots of space-delimited ones. */
export type BooleanNode<Condition> =
  | { readonly kind: "and"; readonly parts: readonly BooleanNode<Condition>[] }
  | { readonly kind: "or"; readonly parts: readonly BooleanNode<Condition>[] }
  | { readonly kind: "condition"; readonly condition: Condition };

export type JsonNode = BooleanNode<JsonConditionNode>;

export interface JsonConditionNode {
  readonly selector: SelectorNode;
  readonly test:
    | { readonly kind: "compare"; readonly comparison: ComparisonNode }
    | { readonly kind: "null" }
    | { readonly kind: "boolean"; readonly value: boolean }
    | { readonly kind: "absent" };
}

/** A path from the root of the event, such as `$.users[0].email`. */
export interface SelectorNode {
  /** As written; the key under which the value is extracted. */
  readonly text: string;
  readonly steps: readonly SelectorStep[];
}

export type SelectorStep =
  | { readonly kind: "key"; readonly key: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "anyKey" }
  | { readonly kind: "anyIndex" };

export interface SlotNode {
  readonly name: string | undefined;
  readonly condition: BooleanNode<ComparisonNode> | undefined;
}
