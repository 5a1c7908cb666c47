import type { MonitoringOperations } from "../operation.ts";

export const anomalyDetectorOperations = {} satisfies MonitoringOperations;
