import { type AllOf, allPages } from "../../api/all-pages.ts";
import { logs } from "../../api/services.ts";
import { sourceOf } from "../../insights/group-choice.ts";
import { queryCalls } from "../../insights/logs-calls.ts";
import { OWN_MARK } from "../../insights/own-query.ts";
import { runQuery } from "../../insights/run-query.ts";
import type { LogGroup } from "../../logs/groups/group-calls.ts";

/** Of fifty groups each: ten thousand groups. */
const MOST_PAGES = 200;

/** All groups of the region, those that hold most first. */
export async function groupsBySize(signal: AbortSignal): Promise<AllOf<LogGroup>> {
  const { items, more } = await allPages(async (nextToken) => {
    const page = await logs("DescribeLogGroups", { limit: 50, ...(nextToken !== undefined && { nextToken }) }, signal);
    return { items: page.logGroups ?? [], next: page.nextToken };
  }, MOST_PAGES);
  return { items: [...items].sort((a, b) => (b.storedBytes ?? 0) - (a.storedBytes ?? 0)), more };
}

/** Events of other classes go elsewhere, and are not stored. */
const QUERIED = ["STANDARD", "INFREQUENT_ACCESS"] as const;
/** StartQuery's `limit` at most; AWS's `stats` gives no more rows either. */
const MOST_COUNTS = 10_000;

/**
 * How many events each of the groups holds now, by the group's name: a query for each class, as no query reads both, which reads
 * nothing but which group an event is of.
 */
export async function eventCounts(
  groups: readonly LogGroup[],
  now: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const there = new Set(groups.map(({ logGroupClass = "STANDARD" }) => logGroupClass));
  for (const logClass of QUERIED.filter((each) => there.has(each))) {
    const source = sourceOf({ kind: "all", logClass });
    const { status, result } = await runQuery(
      queryCalls,
      {
        queryString: `${source} | stats count(*) as events by @log ${OWN_MARK}`,
        logGroupNames: undefined,
        startTime: 0,
        // Events may be stored up to two hours ahead of their time.
        endTime: Math.ceil(now / 1_000) + 7_200,
        limit: MOST_COUNTS,
      },
      ["@log", "events"],
      () => {},
      signal,
    );
    if (status !== "Complete") throw new Error(`The query that counts events ended as ${status}.`);
    const [log, events] = [result.columns.indexOf("@log"), result.columns.indexOf("events")];
    for (const { values } of result.rows) {
      // `account:name`
      const name = (values[log] ?? "").replace(/^\d+:/, "");
      counts.set(name, Number(values[events] ?? 0));
    }
  }
  return counts;
}
