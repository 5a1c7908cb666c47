import { discoverFields } from "@nephoscope/languages";

/** Fields of every event, whatever its message (user guide, "Supported logs and discovered fields"). */
const SYSTEM_FIELDS = ["@timestamp", "@message", "@logStream", "@log", "@ingestionTime"];
/** The most frequent ones, so that an answer stays small whatever the events hold. */
const MAX_FIELDS = 1_000;

/** How many of a hundred events have a field. */
export interface FieldShare {
  readonly name: string;
  /** A whole number from 1 to 100. */
  readonly percent: number;
}

/** The fields of some messages, the most frequent first, equal ones by name. Without messages there are none. */
export function fieldShares(messages: readonly string[]): FieldShare[] {
  if (messages.length === 0) return [];
  const counts = new Map(SYSTEM_FIELDS.map((name) => [name, messages.length]));
  for (const message of messages) {
    for (const name of Object.keys(discoverFields(message))) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Array.from(counts, ([name, count]) => ({
    name,
    // A field that is there at all is shown with at least one of a hundred.
    percent: Math.max(1, Math.round((100 * count) / messages.length)),
    count,
  }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_FIELDS)
    .map(({ name, percent }) => ({ name, percent }));
}
