import type { MonitoringOperations } from "../operation.ts";

export const dashboardOperations = {} satisfies MonitoringOperations;
