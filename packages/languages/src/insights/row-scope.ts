import { MAX_LAYERS } from "./limits.ts";
import type { FieldNode } from "./node.ts";
import type { Layer } from "./sql-layer.ts";
import { MISSING, type Value } from "./sql-value.ts";
import { InsightsSyntaxError, WHOLE_QUERY } from "./syntax-error.ts";

/** Finds the value of a field that no command defined, in terms of a scope's source; undefined where there is none. */
export type FieldResolver = (field: FieldNode) => Value;

/**
 * What names mean at one point of the pipeline. Values are SQL in terms of the
 * source of `layer`, so they fit into its WHERE and SELECT.
 */
export class RowScope {
  readonly layer: Layer;
  readonly #below: RowScope | undefined;
  readonly #resolver: FieldResolver | undefined;
  readonly #names = new Map<string, Value>();
  /** Fields looked up before, which no command defined. */
  readonly #found = new Map<string, Value>();
  readonly #lazy = new Map<string, () => Value>();
  /** Columns by the canonical text of the expression that made them (`count(*)`). */
  readonly #texts = new Map<string, Value>();
  /** Adds a cheap condition to the scan of events; absent once rows are no longer events one by one. */
  readonly narrow: ((condition: string) => void) | undefined;

  constructor(options: {
    readonly layer: Layer;
    readonly below?: RowScope;
    readonly resolver?: FieldResolver;
    readonly narrow?: ((condition: string) => void) | undefined;
  }) {
    this.layer = options.layer;
    this.#below = options.below;
    this.#resolver = options.resolver;
    this.narrow = options.narrow;
  }

  define(name: string, value: Value): void {
    this.#names.set(name, value);
  }

  /** Defines a name whose value is made when it is first read, so that what nobody reads costs nothing. */
  defineLazily(name: string, make: () => Value): void {
    this.#lazy.set(name, make);
  }

  defineText(text: string, value: Value): void {
    this.#texts.set(text, value);
  }

  /** The value of a field or alias; a name that nothing gives is missing. */
  field(node: FieldNode): Value {
    const known = this.defined(node.name) ?? this.#found.get(node.name);
    if (known !== undefined) return known;
    const value =
      this.#resolver?.(node) ?? (this.#below === undefined ? MISSING : this.import(this.#below.field(node)));
    this.#found.set(node.name, value);
    return value;
  }

  /** The value a command gave to the name, if one did. */
  defined(name: string): Value | undefined {
    const own = this.#names.get(name);
    if (own !== undefined) return own;
    const make = this.#lazy.get(name);
    if (make !== undefined) {
      const value = make();
      this.#names.set(name, value);
      return value;
    }
    const below = this.#below?.defined(name);
    return below === undefined ? undefined : this.import(below);
  }

  /** The column made by an expression of this canonical text, if there is one. */
  byText(text: string): Value | undefined {
    const own = this.#texts.get(text);
    if (own !== undefined) return own;
    const below = this.#below?.byText(text);
    return below === undefined ? undefined : this.import(below);
  }

  /** Makes a value of the scope below readable here. */
  import(value: Value): Value {
    if (value.type === "missing" || value.constant !== undefined) return value;
    if (value.columns !== undefined) {
      for (const column of value.columns) this.layer.fromSource(column);
      return value;
    }
    return { ...value, sql: this.layer.fromSource(value.sql) };
  }

  /** Makes a value computed by the layer below, not merely passed through it, readable here. */
  importComputed(value: Value): Value {
    const { columns: _columns, within: _within, behindKey: _behindKey, ...rest } = value;
    return this.import(rest);
  }

  /** Makes SQL of the scope below readable here. */
  importSql(sql: string): string {
    return this.layer.fromSource(sql);
  }

  /**
   * The same value with short SQL, so that it can stand in several places of an
   * expression. Conditions stay as they are: what is made of them uses them
   * once, and the engine should see them in WHERE.
   */
  settle(value: Value): Value {
    if (value.sql.length <= MAX_INLINE_SQL || value.constant !== undefined || value.type === "boolean") return value;
    const { columns: _columns, ...rest } = value;
    const settled = { ...rest, sql: this.layer.stage(value.sql) };
    if (this.layer.depth() > MAX_LAYERS) throw tooDeep();
    return settled;
  }
}

/** Longer expressions become columns of their own. */
const MAX_INLINE_SQL = 120;

export function tooDeep(): InsightsSyntaxError {
  return new InsightsSyntaxError(
    `The query builds on itself more than ${MAX_LAYERS} steps deep. Combine some of its fields, parse and unnest commands.`,
    WHOLE_QUERY,
  );
}
