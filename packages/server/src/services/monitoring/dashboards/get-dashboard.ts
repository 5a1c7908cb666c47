import type { MonitoringOperation } from "../operation.ts";
import { checkName, dashboardArn, readBody } from "./dashboard.ts";

export const getDashboard: MonitoringOperation<"GetDashboard"> = async ({ DashboardName: name }, call, { state }) => {
  checkName(name, call);
  const body = readBody(state, call, name);
  if (body === undefined) throw call.error("DashboardNotFoundError", `Dashboard ${name} does not exist`);
  return { DashboardArn: dashboardArn(call, name), DashboardBody: body, DashboardName: name };
};
