import { formatExpression } from "./format.ts";
import { fieldNamed } from "./make-node.ts";
import type { Expression, FieldNode, NamedExpression } from "./node.ts";
import type { OutputColumn } from "./plan-step.ts";
import type { Span } from "./syntax-error.ts";
import { visit } from "./walk.ts";

/** The columns after a `stats` or `pattern`, by name and by canonical text. */
export interface Outputs {
  readonly names: Set<string>;
  readonly texts: Set<string>;
  /** Group keys by column name, for moving filters below the aggregation. */
  readonly keys: Map<string, Expression>;
}

/** What the rows of a plan under way have as columns, and which of them the result shows. */
export class Columns {
  #shown = new Map<string, OutputColumn>();
  readonly #captured = new Map<string, OutputColumn>();
  readonly #defined = new Set<string>();
  #display: readonly OutputColumn[] | undefined;
  #fieldsSeen = false;
  #outputs: Outputs | undefined;

  /** What the last `stats` or `pattern` gave, with what was computed since; undefined while rows are events. */
  get outputs(): Outputs | undefined {
    return this.#outputs;
  }

  /** A computed name is a column like the outputs of `stats`, and no longer a group key. */
  define(name: string): void {
    this.#defined.add(name);
    this.#outputs?.names.add(name);
    this.#outputs?.keys.delete(name);
  }

  /** Shows a column that a command made besides those asked for: behind the others, unless it is one of them. */
  capture(name: string, span: Span): void {
    this.define(name);
    if (![...this.#shown.values()].some((each) => each.name === name))
      this.#captured.set(name, { name, expression: fieldNamed(name, span) });
  }

  /** Columns of `fields`, which add up. */
  show(columns: readonly OutputColumn[]): void {
    this.#fieldsSeen = true;
    for (const column of columns) {
      this.#captured.delete(column.name);
      const place = [...this.#shown].find(([, { name }]) => name === column.name)?.[0];
      this.#shown.set(place ?? column.name, column);
    }
  }

  /** Columns of `display`, which stand for the whole result. */
  display(columns: readonly OutputColumn[]): void {
    const names = new Set<string>();
    this.#display = Object.freeze(columns.filter(({ name }) => !names.has(name) && names.add(name)));
  }

  /** Only these columns are left. */
  replace(names: readonly string[], span: Span, outputs: Outputs): void {
    this.#outputs = outputs;
    this.#captured.clear();
    this.#defined.clear();
    this.#display = undefined;
    // `stats` may give two columns of one name.
    this.#shown = new Map(
      names.map((name, index) => [`${index}:${name}`, { name, expression: fieldNamed(name, span) }]),
    );
  }

  /** Rows are events again, as they were before `replace`. */
  restore(): void {
    this.#outputs = undefined;
  }

  /** Names of the columns made so far, group keys left out on demand. */
  names(withKeys: boolean): readonly string[] {
    const names = [...this.#shown.values(), ...this.#captured.values()].map(({ name }) => name);
    return [...new Set(names)].filter((name) => withKeys || !this.#outputs?.keys.has(name));
  }

  /** Names that commands gave values to, shown or not, and outputs. */
  known(): readonly string[] {
    return [...new Set([...(this.#outputs?.names ?? []), ...this.#defined])];
  }

  /** Fields of the expression that are neither outputs of `stats` nor inside an expression that is one. */
  foreign(expression: Expression): readonly FieldNode[] {
    const outputs = this.#outputs;
    const foreign: FieldNode[] = [];
    visit(expression, (node) => {
      if (outputs?.texts.has(formatExpression(node))) return false;
      if (node.kind === "field" && !outputs?.names.has(node.name)) foreign.push(node);
      return true;
    });
    return foreign;
  }

  /** The columns of the result. Events without any of their own show their time and message. */
  result(events: boolean): readonly OutputColumn[] {
    if (this.#display !== undefined) return this.#display;
    const columns = [...this.#shown.values(), ...this.#captured.values()];
    return Object.freeze(events && !this.#fieldsSeen ? [...DEFAULT_COLUMNS, ...columns] : columns);
  }
}

/** The outputs of a `stats`. An output that shadows a key's name is what later commands see. */
export function outputsOf(keys: readonly NamedExpression[], outputs: readonly NamedExpression[]): Outputs {
  const all = [...keys, ...outputs];
  const shadowed = new Set(outputs.map(({ name }) => name));
  return {
    names: new Set(all.map(({ name }) => name)),
    texts: new Set(all.map(({ expression }) => formatExpression(expression))),
    keys: new Map(keys.filter(({ name }) => !shadowed.has(name)).map(({ name, expression }) => [name, expression])),
  };
}

const NOWHERE: Span = Object.freeze({ start: 0, end: 0 });
const DEFAULT_COLUMNS: readonly OutputColumn[] = Object.freeze(
  ["@timestamp", "@message"].map((name) => ({ name, expression: fieldNamed(name, NOWHERE) })),
);
