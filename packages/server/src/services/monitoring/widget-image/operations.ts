import type { MonitoringOperations } from "../operation.ts";
import { getMetricWidgetImage } from "./get-metric-widget-image.ts";

export const widgetImageOperations = { GetMetricWidgetImage: getMetricWidgetImage } satisfies MonitoringOperations;
