import { rememberingReader } from "@nephoscope/languages";
import type { State } from "../../../platform/state/state.ts";
import type { Scope } from "../groups/log-group.ts";
import { compileMetricFilter } from "./compile-metric-filter.ts";
import { type FilterSet, filterSet } from "./filter-set.ts";
import { findGroupMetricFilters, listMetricFilters } from "./metric-filter.ts";

/** Groups whose filters are kept ready. A group has at most 100, of some kilobytes each. */
const MAX_GROUPS = 1_000;

/** The filters of groups, ready to run. */
export interface CompiledFilters {
  /** The filters as they are committed now, in the order of their names. */
  of(scope: Scope, groupId: number): FilterSet;
}

/** Compiles a group's filters once for each state of them. */
export function createCompiledFilters(state: State): CompiledFilters {
  const cache = new Map<number, { version: number; filters: FilterSet }>();
  const none = filterSet([]);
  return {
    of(scope, groupId) {
      const group = findGroupMetricFilters(state, groupId);
      if (group === undefined) return none;
      const cached = cache.get(groupId);
      // Taken out and put in again, so that the one used longest ago stands first.
      cache.delete(groupId);
      const compile = () => {
        const reader = rememberingReader();
        const filters = listMetricFilters(state, scope, groupId);
        return filterSet(filters.map(({ document }) => compileMetricFilter(document, scope, reader)));
      };
      const entry = cached?.version === group.version ? cached : { version: group.version, filters: compile() };
      cache.set(groupId, entry);
      const [oldest] = cache.keys();
      if (cache.size > MAX_GROUPS && oldest !== undefined) cache.delete(oldest);
      return entry.filters;
    },
  };
}
