import type * as Sdk from "@aws-sdk/client-cloudwatch";
import type { Call, Handlers, InputOf, OutputOf } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { MetricArrivals } from "../../platform/metrics/metric-arrivals.ts";
import type { MetricIndex } from "../../platform/metrics/metric-index.ts";
import type { MetricReader } from "../../platform/metrics/metric-reader.ts";
import type { MetricWriter } from "../../platform/metrics/metric-writer.ts";
import type { State } from "../../platform/state/state.ts";
import type { AlarmParts } from "./alarms/alarm-parts.ts";
import type { AnomalyDetection } from "./anomaly-detectors/start-anomaly-detectors.ts";
import type { Bands } from "./metrics/bands.ts";
import type { DataPage } from "./metrics/get-metric-data.ts";
import type { ReadAhead } from "./metrics/read-ahead.ts";
import type { WidgetImages } from "./widget-image/widget-images.ts";

/** What the operations of CloudWatch (metrics, alarms, dashboards) work with. */
export interface MonitoringDeps {
  readonly state: State;
  readonly reader: MetricReader;
  readonly index: MetricIndex;
  readonly arrivals: MetricArrivals;
  readonly writer: MetricWriter;
  /** Further pages of GetMetricData. */
  readonly pages: ReadAhead<DataPage>;
  readonly widgetImages: WidgetImages;
  readonly alarms: AlarmParts;
  readonly anomalies: AnomalyDetection;
  /** The bands of graphs: what `anomalies` has learned. */
  readonly bands: Bands;
  readonly clock: Clock;
  readonly log: Log;
}

export type MonitoringSdk = typeof Sdk;
export type MonitoringCall = Call<MonitoringSdk>;
/** Operations by name, as each folder's `operations.ts` gives them. */
export type MonitoringOperations = Handlers<MonitoringSdk, MonitoringDeps>;
type Operations = Required<MonitoringOperations>;
/** An operation: `const putMetricData: MonitoringOperation<"PutMetricData"> = async (input, call, deps) => …`. */
export type MonitoringOperation<Name extends keyof Operations> = Operations[Name];
export type MonitoringInput<Name extends string> = InputOf<MonitoringSdk, Name>;
export type MonitoringOutput<Name extends string> = OutputOf<MonitoringSdk, Name>;
