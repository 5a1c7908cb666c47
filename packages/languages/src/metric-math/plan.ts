import { quoted } from "../syntax/language-error.ts";
import { checkMetricMath, type MathInput } from "./check.ts";
import { type MetricMath, MetricMathError } from "./nodes.ts";
import { parseMetricMath } from "./parse.ts";

/** One entry of a request: a metric, series that something else makes (a Metrics Insights query), or an expression. */
export type MathEntry =
  | { readonly id: string; readonly kind: "metric" }
  | { readonly id: string; readonly kind: "series"; readonly type: "TS" | "TS[]" }
  | { readonly id: string; readonly kind: "expression"; readonly expression: string };

/** An expression of a request, read and checked. */
export interface PlannedExpression {
  readonly id: string;
  readonly math: MetricMath;
  readonly type: "TS" | "TS[]";
  /** The entries that it needs, directly and through other expressions; METRICS() needs every metric. */
  readonly needs: ReadonlySet<string>;
}

/** What is wrong with which entry of a request. */
export class MathPlanError extends Error {
  override readonly name = "MathPlanError";
  readonly entryId: string;
  /** Where in the entry's expression; undefined if it isn't about a place in it. */
  readonly at: MetricMathError | undefined;

  constructor(entryId: string, message: string, at?: MetricMathError) {
    super(message);
    this.entryId = entryId;
    this.at = at;
  }
}

/** AWS's rule for Ids of a request. */
const ID = /^[a-z][A-Za-z0-9_]*$/;

/**
 * Reads and checks the expressions of a request. Each comes after those that it names.
 * @throws MathPlanError for an Id that is wrong or there twice, an expression that cannot be read, and expressions that need one another
 */
export function planMetricMath(entries: readonly MathEntry[]): readonly PlannedExpression[] {
  const byId = new Map<string, MathEntry>();
  for (const entry of entries) {
    if (!ID.test(entry.id)) {
      throw new MathPlanError(
        entry.id,
        `The Id ${quoted(entry.id)} is not valid. An Id begins with a lower-case letter and has letters, digits and _ only.`,
      );
    }
    if (byId.has(entry.id)) throw new MathPlanError(entry.id, `The Id "${entry.id}" is used more than once.`);
    byId.set(entry.id, entry);
  }
  return new Planner(byId).plan();
}

class Planner {
  readonly #entries: ReadonlyMap<string, MathEntry>;
  readonly #planned = new Map<string, PlannedExpression>();
  /** Expressions whose planning has begun and not ended, outermost first. */
  readonly #open: string[] = [];

  constructor(entries: ReadonlyMap<string, MathEntry>) {
    this.#entries = entries;
  }

  plan(): readonly PlannedExpression[] {
    for (const entry of this.#entries.values()) if (entry.kind === "expression") this.#expression(entry);
    return Object.freeze([...this.#planned.values()]);
  }

  #expression(entry: Extract<MathEntry, { kind: "expression" }>): PlannedExpression {
    const known = this.#planned.get(entry.id);
    if (known !== undefined) return known;
    const { id } = entry;
    if (this.#open.includes(id)) {
      const cycle = [...this.#open.slice(this.#open.indexOf(id)), id].join(" -> ");
      throw new MathPlanError(
        id,
        `Error in expression '${id}': the expressions need one another (${cycle}). Break the cycle.`,
      );
    }
    this.#open.push(id);
    const math = inEntry(id, () => parseMetricMath(entry.expression));
    const needs = new Set<string>();
    for (const name of math.ids) {
      needs.add(name);
      const named = this.#entries.get(name);
      if (named?.kind === "expression") for (const other of this.#expression(named).needs) needs.add(other);
    }
    if (math.usesMetrics) {
      for (const each of this.#entries.values()) if (each.kind === "metric") needs.add(each.id);
    }
    const type = inEntry(id, () => checkMetricMath(math, (name) => this.#input(name)));
    this.#open.pop();
    const planned = Object.freeze({ id, math, type, needs });
    this.#planned.set(id, planned);
    return planned;
  }

  #input(id: string): MathInput | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (entry.kind === "metric") return { type: "TS", metric: true };
    if (entry.kind === "series") return { type: entry.type, metric: false };
    return { type: this.#expression(entry).type, metric: false };
  }
}

/** Says of an error in an expression whose it is. */
export function inEntry<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MetricMathError)) throw error;
    const { startOffset, endOffset, message } = error;
    const place = startOffset === endOffset ? `${startOffset}` : `${startOffset}-${endOffset}`;
    throw new MathPlanError(id, `Error in expression '${id}': ${message} (at ${place})`, error);
  }
}
