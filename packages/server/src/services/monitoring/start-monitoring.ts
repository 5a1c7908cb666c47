import type { Service } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Log } from "../../platform/log/log.ts";
import type { MetricStore } from "../../platform/metrics/metric-store.ts";
import type { NotificationTargets } from "../../platform/notifications/notification.ts";
import type { State } from "../../platform/state/state.ts";
import { startAlarms } from "./alarms/start-alarms.ts";
import { detectorBands } from "./anomaly-detectors/detector-bands.ts";
import { startAnomalyDetectors } from "./anomaly-detectors/start-anomaly-detectors.ts";
import { createReadAhead } from "./metrics/read-ahead.ts";
import type { MonitoringDeps } from "./operation.ts";
import { monitoringService } from "./service.ts";
import { evaluatedSeries } from "./widget-image/evaluated-series.ts";
import { createWidgetImages, type WidgetImages } from "./widget-image/widget-images.ts";

export interface MonitoringParts {
  readonly state: State;
  readonly metrics: MetricStore;
  /** Whom alarms can tell. Services that start later may still add to it. */
  readonly targets: NotificationTargets;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}

/** CloudWatch with its background jobs. */
export async function startMonitoring(parts: MonitoringParts): Promise<{
  service: Service;
  /** Draws the graphs of mails. */
  pictures: WidgetImages;
  close(): Promise<void>;
}> {
  const { state, metrics, targets, jobs, clock, log } = parts;
  const { reader, index, arrivals, writer } = metrics;
  const anomalies = startAnomalyDetectors({ state, evaluation: { reader, index }, jobs, clock, log });
  const bands = detectorBands(anomalies.models);
  const alarms = await startAlarms({
    state,
    reader,
    arrivals,
    evaluation: { reader, index, bands },
    targets,
    jobs,
    clock,
    log,
  });
  const widgetImages = createWidgetImages({ series: evaluatedSeries({ reader, index, bands }), clock });
  const deps: MonitoringDeps = {
    state,
    reader,
    index,
    arrivals,
    writer,
    pages: createReadAhead(clock),
    widgetImages,
    alarms: alarms.parts,
    anomalies,
    bands,
    clock,
    log,
  };
  return {
    service: monitoringService(deps),
    pictures: widgetImages,
    async close() {
      alarms.close();
      await widgetImages.close();
    },
  };
}
