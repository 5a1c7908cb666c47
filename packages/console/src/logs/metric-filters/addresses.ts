import { href } from "../../shell/route.ts";
import type { Transformation } from "./filter-calls.ts";

/** The alarm wizard, with the filter's metric chosen. */
export const alarmAddress = ({ metricNamespace, metricName }: Transformation): string =>
  href("/alarms/create/metric", {}, { namespace: metricNamespace, metric: metricName });

/** The metrics of the filter's namespace. */
export const metricAddress = ({ metricNamespace, metricName }: Transformation): string =>
  href("/metrics", {}, { namespace: metricNamespace, search: metricName });
