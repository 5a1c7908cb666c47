/** Numbers the columns of one compiled query: `c1`, `c2`, … No name of ours or of the table looks like that. */
export interface ColumnCounter {
  next(): string;
}

export function columnCounter(): ColumnCounter {
  let last = 0;
  return { next: () => `c${++last}` };
}

/** Where a layer reads: a table with the server's own condition, or the layer below. */
export type LayerSource = { readonly table: string; readonly condition: string } | Layer;

const BARE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * One SELECT of the compiled query, built up and rendered once. A layer gives
 * only the columns that were asked of it, so a value nobody reads is never
 * computed. Expressions are in terms of the columns of the layer's source.
 */
export class Layer {
  readonly where: string[] = [];
  /** Conditions that only narrow: implied by `where` of this or a later layer, and cheap. They come first. */
  readonly narrowing = new Set<string>();
  arrayJoin: string | undefined;
  /** Rows of another layer beside those of the source; its columns have names of their own. */
  join:
    | { readonly kind: "INNER" | "LEFT"; readonly layer: Layer; readonly on: string; readonly settings: string }
    | undefined;
  groupBy: readonly string[] | undefined;
  having: string | undefined;
  orderBy: readonly string[] = [];
  limitBy: readonly string[] | undefined;
  /** Rows that `limitBy` leaves of each combination. */
  limitByCount = 1;
  limit: number | undefined;
  #source: LayerSource;
  readonly #columns = new Map<string, string>();
  readonly #counter: ColumnCounter;
  /** Layers between the original source and this one that {@link stage} put there, lowest first. */
  readonly #stages: Layer[] = [];
  /** The stage, from 1, that computes a staged column. */
  readonly #stageOf = new Map<string, number>();
  readonly #staged = new Map<string, string>();

  readonly #renames: boolean;

  /** With `renames` every column gets a new name, so that it can stand beside those of other layers. */
  constructor(source: LayerSource, counter: ColumnCounter, renames = false) {
    this.#source = source;
    this.#counter = counter;
    this.#renames = renames;
  }

  /** Makes the expression a column of this layer and returns its name. */
  column(sql: string): string {
    const known = this.#columns.get(sql);
    if (known !== undefined) return known;
    const name = BARE.test(sql) && !this.#renames ? sql : this.#counter.next();
    this.#columns.set(sql, name);
    return name;
  }

  /** Makes an expression over the columns of the original source readable in this layer, and returns its name here. */
  fromSource(sql: string): string {
    const [lowest] = this.#stages;
    const source = lowest === undefined ? this.#source : lowest.#source;
    if (!(source instanceof Layer)) return sql;
    const name = source.column(sql);
    for (const stage of this.#stages) stage.column(name);
    return name;
  }

  /**
   * Computes an expression of this layer one SELECT below and returns the name
   * it has here. Long expressions that are used in several places would
   * otherwise multiply: ClickHouse shares columns, but copies expressions.
   */
  stage(sql: string): string {
    const known = this.#staged.get(sql);
    if (known !== undefined) return known;
    const used = sql.match(/\bc[0-9]+\b/g) ?? [];
    const level = 1 + Math.max(0, ...used.map((name) => this.#stageOf.get(name) ?? 0));
    if (level > this.#stages.length) this.#addStage();
    const name = this.#stages[level - 1]?.column(sql) ?? sql;
    for (const stage of this.#stages.slice(level)) stage.column(name);
    this.#stageOf.set(name, level);
    this.#staged.set(sql, name);
    return name;
  }

  #addStage(): void {
    const stage = new Layer(this.#source, this.#counter);
    if (this.#source instanceof Layer) {
      for (const name of this.#source.#columns.values()) stage.column(name);
    }
    this.#stages.push(stage);
    this.#source = stage;
  }

  /** How many SELECTs stand on each other, this one included. */
  depth(): number {
    return 1 + (this.#source instanceof Layer ? this.#source.depth() : 0);
  }

  /**
   * The SELECT with the layers it stands on. They are named in one WITH, lowest
   * first, because the engine's parser allows few levels of nested SELECTs.
   */
  render(): string {
    const below: string[] = [];
    const select = this.#select(below);
    return below.length === 0 ? select : `WITH ${below.join(", ")} ${select}`;
  }

  #select(below: string[]): string {
    const { from, conditions } = this.#origin(below);
    const columns = [...this.#columns].map(([sql, name]) => (sql === name ? name : `${sql} AS ${name}`));
    return [
      `SELECT ${columns.length === 0 ? "1" : columns.join(", ")}`,
      `FROM ${from}`,
      this.join === undefined
        ? ""
        : `${this.join.kind} JOIN (${this.join.layer.render()}${this.join.settings}) AS j ON ${this.join.on}`,
      this.arrayJoin === undefined ? "" : `ARRAY JOIN ${this.arrayJoin}`,
      conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`,
      this.groupBy === undefined || this.groupBy.length === 0 ? "" : `GROUP BY ${this.groupBy.join(", ")}`,
      this.having === undefined ? "" : `HAVING ${this.having}`,
      this.orderBy.length === 0 ? "" : `ORDER BY ${this.orderBy.join(", ")}`,
      this.limitBy === undefined ? "" : `LIMIT ${this.limitByCount} BY ${this.limitBy.join(", ")}`,
      this.limit === undefined ? "" : `LIMIT ${this.limit}`,
    ]
      .filter((part) => part !== "")
      .join(" ");
  }

  /** Skips sources that neither compute nor change rows beyond filtering, so that their conditions join ours. */
  #origin(below: string[]): { from: string; conditions: readonly string[] } {
    const own = [...this.narrowing, ...this.where].map((condition) => `(${condition})`);
    const source = this.#source;
    if (!(source instanceof Layer)) return { from: source.table, conditions: [`(${source.condition})`, ...own] };
    if (!source.#isPlain() || this.arrayJoin !== undefined || this.join !== undefined) {
      const select = source.#select(below);
      const name = `l${this.#counter.next()}`;
      below.push(`${name} AS (${select})`);
      return { from: name, conditions: own };
    }
    const origin = source.#origin(below);
    return { from: origin.from, conditions: [...origin.conditions, ...own] };
  }

  #isPlain(): boolean {
    return (
      [...this.#columns].every(([sql, name]) => sql === name) &&
      this.arrayJoin === undefined &&
      this.join === undefined &&
      this.groupBy === undefined &&
      this.having === undefined &&
      this.orderBy.length === 0 &&
      this.limitBy === undefined &&
      this.limit === undefined
    );
  }
}
