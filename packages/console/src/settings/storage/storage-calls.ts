import { type AllOf, allPages } from "../../api/all-pages.ts";
import { logs } from "../../api/services.ts";
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

/** StartQuery's `limit` at most; AWS's `stats` gives no more rows either. */
const MOST_COUNTS = 10_000;

/** How many events each group holds now, by the group's name: a query that reads nothing but which group an event is of. */
export async function eventCounts(now: number, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const source of ["SOURCE logGroups()", "SOURCE logGroups(class: ['INFREQUENT_ACCESS'])"]) {
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
