import type { Service } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { MetricStore } from "../../platform/metrics/metric-store.ts";
import type { State } from "../../platform/state/state.ts";
import type { MonitoringDeps } from "./operation.ts";
import { monitoringService } from "./service.ts";
import { storedSeries } from "./widget-image/stored-series.ts";
import { createWidgetImages, type WidgetImages } from "./widget-image/widget-images.ts";

export interface MonitoringParts {
  readonly state: State;
  readonly metrics: MetricStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** CloudWatch with its background jobs. */
export function startMonitoring({ state, metrics, clock, log }: MonitoringParts): {
  service: Service;
  /** Draws the graphs of mails. */
  pictures: WidgetImages;
  close(): Promise<void>;
} {
  const { reader, index, arrivals, writer } = metrics;
  const widgetImages = createWidgetImages({ series: storedSeries(reader), clock });
  const deps: MonitoringDeps = { state, reader, index, arrivals, writer, widgetImages, clock, log };
  return { service: monitoringService(deps), pictures: widgetImages, close: () => widgetImages.close() };
}
