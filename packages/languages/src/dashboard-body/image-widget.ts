import { parseObject } from "./dashboard-body.ts";
import { type ImageProperties, isImageProperties } from "./metric-widget.ts";
import { type Finding, Findings, Place } from "./place.ts";

export type ImageReading =
  | { readonly widget: ImageProperties; readonly errors: readonly [] }
  | { readonly widget: undefined; readonly errors: readonly Finding[] };

/**
 * Reads the `MetricWidget` of GetMetricWidgetImage. Members that it does not know are passed over: a widget may be copied from
 * a dashboard with all it has.
 * @throws NotJson
 */
export function readImageWidget(text: string): ImageReading {
  const value = parseObject(text);
  const findings = new Findings();
  return isImageProperties(value, new Place(findings))
    ? { widget: value, errors: [] }
    : { widget: undefined, errors: findings.errors };
}
