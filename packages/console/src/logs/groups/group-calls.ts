import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { logs } from "../../api/services.ts";

export type LogGroup = Json<Logs.LogGroup>;
/** A group's class as people read it. */
export function classText(logClass: string | undefined): string {
  if (logClass === undefined || logClass === "STANDARD") return "Standard";
  return logClass === "INFREQUENT_ACCESS" ? "Infrequent Access" : logClass;
}

/** The group of exactly this name; throws `CallError` when it is not there. */
export async function groupNamed(name: string, signal: AbortSignal): Promise<LogGroup | undefined> {
  const { logGroups = [] } = await logs("DescribeLogGroups", { logGroupNamePrefix: name, limit: 1 }, signal);
  // The shortest name that begins so comes first.
  return logGroups.find(({ logGroupName }) => logGroupName === name);
}

/** How tags and the like name the group: its ARN without the trailing `:*`. */
export const groupArn = ({ logGroupArn, arn }: LogGroup): string => logGroupArn ?? (arn ?? "").replace(/:\*$/, "");

export async function setRetention(logGroupName: string, days: number | undefined): Promise<void> {
  if (days === undefined) await logs("DeleteRetentionPolicy", { logGroupName });
  else await logs("PutRetentionPolicy", { logGroupName, retentionInDays: days });
}

/** Everything that pages know of groups is asked for again. */
export const groupsChanged = (): Promise<void> =>
  queryCache.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === "logs" && GROUP_CALLS.has(String(queryKey[1])),
  });

const GROUP_CALLS: ReadonlySet<string> = new Set(["DescribeLogGroups", "ListLogGroups", "ListTagsForResource"]);

/** Runs for each item, a few at a time; gives what failed. */
export async function forEach<T>(
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
): Promise<readonly { readonly item: T; readonly error: unknown }[]> {
  const failed: { item: T; error: unknown }[] = [];
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await run(item);
      } catch (error) {
        failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failed;
}

/** A browser has six connections to a server; others want some too. */
const AT_ONCE = 4;
