import type { MonitoringOperations } from "../operation.ts";
import { deleteAnomalyDetector } from "./delete-anomaly-detector.ts";
import { describeAnomalyDetectors } from "./describe-anomaly-detectors.ts";
import { putAnomalyDetector } from "./put-anomaly-detector.ts";

export const anomalyDetectorOperations = {
  DeleteAnomalyDetector: deleteAnomalyDetector,
  DescribeAnomalyDetectors: describeAnomalyDetectors,
  PutAnomalyDetector: putAnomalyDetector,
} satisfies MonitoringOperations;
