import type { MonitoringOperations } from "../operation.ts";

export const alarmOperations = {} satisfies MonitoringOperations;
