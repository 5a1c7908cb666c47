import { loadModel, type Service, service } from "@nephoscope/wire";
import { alarmOperations } from "./alarms/operations.ts";
import { anomalyDetectorOperations } from "./anomaly-detectors/operations.ts";
import { dashboardOperations } from "./dashboards/operations.ts";
import { metricOperations } from "./metrics/operations.ts";
import type { MonitoringDeps, MonitoringSdk } from "./operation.ts";
import { widgetImageOperations } from "./widget-image/operations.ts";

/** CloudWatch: each folder brings the table of its operations. */
export function monitoringService(deps: MonitoringDeps): Service {
  return service<MonitoringSdk, MonitoringDeps>(loadModel("cloudwatch"))(
    {
      ...metricOperations,
      ...alarmOperations,
      ...anomalyDetectorOperations,
      ...dashboardOperations,
      ...widgetImageOperations,
    },
    deps,
  );
}
