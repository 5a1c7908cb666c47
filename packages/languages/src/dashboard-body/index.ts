export { type Annotations, type Band, type HorizontalLine, isBand, type VerticalLine } from "./annotations.ts";
export {
  type DashboardBody,
  type DashboardReading,
  isKnown,
  NotJson,
  readDashboardBody,
  type UnknownWidget,
  type Widget,
} from "./dashboard-body.ts";
export { type ImageReading, readImageWidget } from "./image-widget.ts";
export { expandMetricRows, type MetricRow, type RowOptions } from "./metric-row.ts";
export { type Axis, alarmOf, type ImageProperties, type MetricProperties, type View } from "./metric-widget.ts";
export type { Finding } from "./place.ts";
export { resolveTime } from "./time.ts";
export type { Variable } from "./variables.ts";
