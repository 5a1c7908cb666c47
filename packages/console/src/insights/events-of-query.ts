import { type Command, formatExpression, parseInsights, planInsights, type Step } from "@nephoscope/languages/insights";
import { OWN_MARK } from "./own-query.ts";

/** Commands that only look at one event at a time: they stay in a query about the events behind a result. */
const KEPT: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>([
  "fields",
  "filter",
  "filter-index",
  "parse-glob",
  "parse-regex",
  "extract",
  "lookup",
  "unnest",
]);
/** Neither changes which events are matched. */
const WITHOUT_EFFECT: ReadonlySet<Command["kind"]> = new Set<Command["kind"]>(["sort", "display"]);

/**
 * The text of a query for the same events without what is made of them: commands up to the first that groups, joins or cuts off rows, and
 * those conditions behind `stats` that the language moves before it. It ends without a pipe, so that more can follow.
 * Throws InsightsSyntaxError when the query would be refused.
 */
export function eventsOfQuery(text: string): string {
  const query = parseInsights(text);
  const plan = planInsights(query);
  const parts: string[] = [];
  if (query.source !== undefined) parts.push(textOf(text, query.source));
  const end = query.commands.findIndex(({ kind }) => !KEPT.has(kind) && !WITHOUT_EFFECT.has(kind));
  const before = end < 0 ? query.commands : query.commands.slice(0, end);
  for (const command of before) if (KEPT.has(command.kind)) parts.push(textOf(text, command));
  if (end >= 0 && query.commands[end]?.kind === "stats") parts.push(...movedFilters(text, query.commands, plan.steps));
  return parts.join("\n| ");
}

function movedFilters(text: string, commands: readonly Command[], steps: readonly Step[]): string[] {
  const written = new Map(
    commands.flatMap((each) => (each.kind === "filter" ? [[each.predicate, each] as const] : [])),
  );
  return steps.flatMap((step) => {
    if (step.kind !== "filter" || !step.moved) return [];
    const command = written.get(step.predicate);
    // A condition on group keys was put in terms of the events, so it stands nowhere in the text.
    return [command === undefined ? `filter ${formatExpression(step.predicate)}` : textOf(text, command)];
  });
}

const textOf = (text: string, { span }: { readonly span: { readonly start: number; readonly end: number } }) =>
  text.slice(span.start, span.end);

/** The events counted in bins of a period such as `5m`, oldest first, as the columns `time` and `events`. */
export function countedByTime(events: string, bin: string): string {
  return own(events, `stats count(*) as events by bin(${bin}) as time`, "sort time");
}

/** The events' patterns, or how they differ from an earlier range. */
export function patternsOf(events: string, compare: PatternComparison | undefined): string {
  return own(
    events,
    "pattern @message",
    ...(compare === undefined ? [] : [compare === "range" ? "diff" : `diff ${compare}`]),
  );
}

/** How many bytes a query would read. */
export const estimateOf = (query: string): string => own(query, "estimate");

/** What patterns are compared with: the range before of the same length, or the same range so much earlier. */
export type PatternComparison = "range" | "previousDay" | "previousWeek" | "previousMonth";

const own = (...commands: readonly string[]) =>
  `${commands.filter((command) => command !== "").join("\n| ")}\n${OWN_MARK}`;
