import { DEFAULT_ROWS, MAX_ROWS, MAX_STATS_COMMANDS } from "./limits.ts";
import type { InsightsQuery } from "./node.ts";
import type { Plan } from "./plan-step.ts";
import { Planner } from "./planner.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";

export type { OutputColumn, Plan, Step, WindowStep } from "./plan-step.ts";

/**
 * Checks a query and puts its commands into the order of execution:
 * each works on the rows the one before gives, except that
 * - `sort` precedes a `limit` written before it, and is dropped before `stats`;
 * - with exactly one `stats`, a later `filter` that names anything `stats` does not output runs before it,
 *   and conditions on group keys alone move there too, which gives the same rows sooner;
 * - `display` only chooses the columns at the end.
 * Throws InsightsSyntaxError. `limit` is the caller's bound (StartQuery's `limit`).
 */
export function planInsights(query: InsightsQuery, options: { readonly limit?: number } = {}): Plan {
  const limit = options.limit ?? DEFAULT_ROWS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ROWS) throw new RangeError(`limit must be 1 to ${MAX_ROWS}`);
  const stats = query.commands.filter(({ kind }) => kind === "stats" || kind === "countfrequent");
  const excess = stats[MAX_STATS_COMMANDS];
  if (excess !== undefined) {
    throw new InsightsSyntaxError(
      `A query has at most ${MAX_STATS_COMMANDS} stats commands. Remove this one.`,
      excess.span,
    );
  }
  const inner = new Map(query.subqueries.map((each) => [each, planSubquery(each)]));
  const planner = new Planner(stats.length, limit, inner);
  for (const command of query.commands) planner.add(command);
  return planner.finish(query);
}

function planSubquery(query: InsightsQuery): Plan {
  for (const { kind, span } of query.commands) {
    if (kind === "diff")
      throw new InsightsSyntaxError(
        "diff and logcompare do not stand in a query inside another, which reads one range. Take it out.",
        span,
      );
    if (kind === "estimate")
      throw new InsightsSyntaxError("estimate stands at the end of the whole query. Move it there.", span);
  }
  return planInsights(query, { limit: MAX_ROWS });
}
