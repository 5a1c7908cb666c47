import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { type AllOf, allPages } from "../../api/all-pages.ts";
import type { Json } from "../../api/json-types.ts";
import { queryCache } from "../../api/query-cache.ts";
import { logs } from "../../api/services.ts";

export type ExportTask = Json<Logs.ExportTask>;

/** The export tasks of a group, the newest first. */
export async function exportsOf(group: string, signal: AbortSignal): Promise<AllOf<ExportTask>> {
  // The API knows no tasks of a group, only all of them.
  const { items, more } = await allPages(async (nextToken) => {
    const page = await logs(
      "DescribeExportTasks",
      { limit: 50, ...(nextToken !== undefined && { nextToken }) },
      signal,
    );
    return { items: page.exportTasks ?? [], next: page.nextToken };
  });
  const own = items.filter(({ logGroupName }) => logGroupName === group);
  const madeAt = ({ executionInfo }: ExportTask) => executionInfo?.creationTime ?? 0;
  return { items: own.sort((a, b) => madeAt(b) - madeAt(a)), more };
}

export const exportsChanged = (): Promise<void> =>
  queryCache.invalidateQueries({ queryKey: ["logs", "DescribeExportTasks"] });

export const isUnderWay = ({ status }: ExportTask): boolean =>
  status?.code === "PENDING" || status?.code === "RUNNING" || status?.code === "PENDING_CANCEL";

/** Whether it can be cancelled still (CancelExportTask, API reference). */
export const canBeCancelled = ({ status }: ExportTask): boolean =>
  status?.code === "PENDING" || status?.code === "RUNNING";
