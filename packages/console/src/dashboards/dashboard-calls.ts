import { monitoring } from "../api/services.ts";

export interface DashboardEntry {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number | undefined;
  readonly bytes: number | undefined;
}

/** All dashboards. */
export async function listDashboards(signal?: AbortSignal): Promise<readonly DashboardEntry[]> {
  const found: DashboardEntry[] = [];
  let token: string | undefined;
  do {
    const answer = await monitoring("ListDashboards", token === undefined ? {} : { NextToken: token }, signal);
    for (const { DashboardName, LastModified, Size } of answer.DashboardEntries ?? [])
      if (DashboardName !== undefined)
        found.push({
          name: DashboardName,
          modifiedMs: LastModified === undefined ? undefined : LastModified * 1_000,
          bytes: Size,
        });
    token = answer.NextToken;
  } while (token !== undefined && token !== "");
  return found;
}

export async function bodyOf(DashboardName: string, signal?: AbortSignal): Promise<string> {
  return (await monitoring("GetDashboard", { DashboardName }, signal)).DashboardBody ?? "";
}

/** Stores the body; gives what the service finds doubtful in it. */
export async function putDashboard(DashboardName: string, DashboardBody: string): Promise<readonly string[]> {
  const { DashboardValidationMessages = [] } = await monitoring("PutDashboard", { DashboardName, DashboardBody });
  return DashboardValidationMessages.map(({ DataPath = "", Message = "" }) => `${DataPath}: ${Message}`);
}

/** Stores a new dashboard once it is sure that the name is free: putting one replaces the one of its name. */
export async function createDashboard(name: string, body: string): Promise<void> {
  const all = await listDashboards();
  if (all.some((each) => each.name === name))
    throw new Error(`There is a dashboard ${name} already. Choose another name.`);
  await putDashboard(name, body);
}

export async function deleteDashboards(DashboardNames: string[]): Promise<void> {
  await monitoring("DeleteDashboards", { DashboardNames });
}
