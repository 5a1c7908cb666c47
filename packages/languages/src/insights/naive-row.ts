import type { Lookup, NaiveValue } from "./naive-value.ts";
import { SCRIPT_EPOCH_MS, type ScriptEvent } from "./test-script.ts";

/** A row of the naive engine: what is defined on it, and the event or group it came from. */
export interface Row {
  readonly values: Map<string, NaiveValue>;
  readonly event: { readonly at: number; readonly seq: number } | undefined;
  readonly keys: readonly NaiveValue[];
  /** From 1 for sums of the others, which stand below them; those of a later command are lower. */
  readonly total: number;
  readonly members: NonNullable<Lookup["members"]>;
}

export function eventRow(event: ScriptEvent, seq: number, members: Row["members"]): Row {
  const at = SCRIPT_EPOCH_MS + event.offsetMs;
  const values = new Map<string, NaiveValue>([
    ["@message", event.message],
    ["@timestamp", { time: at }],
    ["@logStream", event.stream],
  ]);
  if (event.message.startsWith("{")) {
    const parsed: unknown = JSON.parse(event.message);
    flatten("", parsed, values);
  }
  return { values, event: { at, seq }, keys: [], total: 0, members };
}

function flatten(prefix: string, value: unknown, into: Map<string, NaiveValue>): void {
  if (typeof value === "object" && value !== null) {
    if (prefix !== "") into.set(prefix, JSON.stringify(value));
    for (const [key, child] of Object.entries(value)) flatten(prefix === "" ? key : `${prefix}.${key}`, child, into);
  } else if (value !== null) {
    into.set(prefix, String(value));
  }
}

export function lookupIn(row: Row): Lookup {
  return Object.assign((name: string) => row.values.get(name), { members: row.members });
}
