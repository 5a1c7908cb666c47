import type { SortKey } from "./node.ts";
import type { Step } from "./plan-step.ts";

type Take = Extract<Step, { kind: "take" }>;

/** The `sort` and `limit` written so far: they hold for the rows at the end, unless a command before it needs the rows that are left. */
export class PendingRows {
  #order: readonly SortKey[] | undefined;
  #count: number | undefined;
  #any = true;

  /** The order that rows are in; undefined without any. */
  get order(): readonly SortKey[] | undefined {
    return this.#order;
  }

  get isLimited(): boolean {
    return this.#count !== undefined;
  }

  /** The last `sort` counts. */
  sort(keys: readonly SortKey[] | undefined): void {
    this.#order = keys;
  }

  /** The smallest `limit` counts, which takes whichever rows come first only if all do. */
  limit(count: number, any: boolean): void {
    this.#count = Math.min(count, this.#count ?? count);
    this.#any &&= any;
  }

  /** The pending `limit` as a step, which is then no longer pending. */
  settle(): Take | undefined {
    if (this.#count === undefined) return undefined;
    const step = this.last(this.#count);
    this.#count = undefined;
    this.#any = true;
    return step;
  }

  /** The step at the end of a plan; no more than `most` rows. */
  last(most: number): Take {
    const any = this.#count !== undefined && this.#any && this.#order === undefined;
    return { kind: "take", order: this.#order ?? [], count: Math.min(this.#count ?? most, most), any };
  }
}
