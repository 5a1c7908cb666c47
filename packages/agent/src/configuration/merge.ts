import { isDeepStrictEqual } from "node:util";

export interface Conflict {
  readonly path: string;
  readonly message: string;
}

/** Lists that are joined; an item that is there already is not taken twice. */
const JOINED_LISTS: ReadonlySet<string> = new Set(["collect_list", "procstat", "aggregation_dimensions"]);

/** Objects whose members are merged one by one. Every other value must be equal wherever it is given. */
const MERGED_OBJECTS: readonly RegExp[] = [
  /^\/(agent|logs|metrics|traces)$/,
  /^\/agent\/credentials$/,
  /^\/logs\/(logs_collected|metrics_collected)$/,
  /^\/logs\/logs_collected\/(files|windows_events|journald)$/,
  /^\/metrics\/(metrics_collected|append_dimensions)$/,
  /^\/traces\/traces_collected$/,
];

/**
 * Merges configurations as the original's append-config does: sections are merged, lists of sources joined, and a value
 * that two configurations give differently is a conflict.
 */
export function mergeDocuments(values: readonly unknown[]): {
  readonly value: unknown;
  readonly conflicts: readonly Conflict[];
} {
  const conflicts: Conflict[] = [];
  const value = values.reduce((merged, next) => mergeValue(merged, next, "", conflicts), undefined);
  return { value, conflicts };
}

function mergeValue(left: unknown, right: unknown, path: string, conflicts: Conflict[]): unknown {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (Array.isArray(left) && Array.isArray(right) && JOINED_LISTS.has(name)) return joinLists(left, right);
  if (isObject(left) && isObject(right) && (path === "" || MERGED_OBJECTS.some((pattern) => pattern.test(path)))) {
    const merged: Record<string, unknown> = { __proto__: null, ...left };
    for (const [key, value] of Object.entries(right))
      merged[key] = mergeValue(merged[key], value, `${path}/${key}`, conflicts);
    return merged;
  }
  if (!isDeepStrictEqual(left, right)) {
    conflicts.push({ path, message: `Different values are specified for ${name}` });
  }
  return left;
}

function joinLists(left: readonly unknown[], right: readonly unknown[]): readonly unknown[] {
  const added = right.filter((value) => !left.some((before) => isDeepStrictEqual(before, value)));
  return [...left, ...added];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
