import { type Command, parseInsights } from "@nephoscope/languages/insights";

/** Commands that may stand before a condition on an event: what they make can be named in it. */
const BEFORE: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>([
  "fields",
  "filter",
  "filter-index",
  "parse-glob",
  "parse-regex",
  "extract",
  "lookup",
  "unnest",
]);

/**
 * The query with one more condition: that a field has a value, or has another one. It stands behind the commands that look at one event at a
 * time, so that it may name what they make. Throws InsightsSyntaxError when the query would be refused.
 */
export function withFilter(query: string, field: string, value: string, wanted: boolean): string {
  return withCondition(query, `filter ${fieldText(field)} ${wanted ? "=" : "!="} ${stringText(value)}`);
}

/** The query with one more `filter` command, at the same place. */
export function withCondition(query: string, condition: string): string {
  const { commands } = parseInsights(query);
  const next = commands.find(({ kind }) => !BEFORE.has(kind));
  if (next !== undefined) return `${query.slice(0, next.span.start)}${condition}\n| ${query.slice(next.span.start)}`;
  const end = commands.at(-1)?.span.end ?? query.length;
  return `${query.slice(0, end)}\n| ${condition}${query.slice(end)}`;
}

/** A field's name as the language reads it: other characters than these need backticks; a backtick itself can not be written. */
export function fieldText(name: string): string {
  return /^[\p{L}_@][\p{L}\p{N}_@]*(?:\.[\p{L}\p{N}_@]+)*$/u.test(name) ? name : `\`${name.replaceAll("`", "")}\``;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r" };

/** A text in the language's quotes. */
export const stringText = (text: string): string =>
  `"${text.replace(/[\\"\n\t\r]/g, (each) => ESCAPES[each] ?? each)}"`;
