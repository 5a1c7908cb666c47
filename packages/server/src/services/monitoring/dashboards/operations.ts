import type { MonitoringOperations } from "../operation.ts";
import { deleteDashboards } from "./delete-dashboards.ts";
import { getDashboard } from "./get-dashboard.ts";
import { listDashboards } from "./list-dashboards.ts";
import { putDashboard } from "./put-dashboard.ts";

export const dashboardOperations = {
  DeleteDashboards: deleteDashboards,
  GetDashboard: getDashboard,
  ListDashboards: listDashboards,
  PutDashboard: putDashboard,
} satisfies MonitoringOperations;
