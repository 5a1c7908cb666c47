import type { MonitoringOperations } from "../operation.ts";

export const metricOperations = {} satisfies MonitoringOperations;
