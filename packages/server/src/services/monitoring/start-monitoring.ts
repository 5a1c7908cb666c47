import type { Service } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { MetricStore } from "../../platform/metrics/metric-store.ts";
import type { State } from "../../platform/state/state.ts";
import type { MonitoringDeps } from "./operation.ts";
import { monitoringService } from "./service.ts";

export interface MonitoringParts {
  readonly state: State;
  readonly metrics: MetricStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** CloudWatch with its background jobs. */
export function startMonitoring({ state, metrics, clock, log }: MonitoringParts): { service: Service } {
  const { reader, index, arrivals, writer } = metrics;
  const deps: MonitoringDeps = { state, reader, index, arrivals, writer, clock, log };
  return { service: monitoringService(deps) };
}
