import { compileMatcherSet } from "@nephoscope/languages";
import type { CompiledMetricFilter } from "./compile-metric-filter.ts";

/** The filters of one group, ready to run over its events together. */
export interface FilterSet {
  readonly length: number;
  readonly filters: readonly CompiledMetricFilter[];
  /** Places in `filters`, rising, of those that may match the message. What the list holds is good until the next call. */
  candidates(message: string): readonly number[];
}

export function filterSet(filters: readonly CompiledMetricFilter[]): FilterSet {
  const { candidates } = compileMatcherSet(filters.map(({ pattern }) => pattern));
  return { length: filters.length, filters, candidates };
}
