export { parseLabelTimezone } from "./format.ts";
export {
  type DynamicLabel,
  DynamicLabelError,
  type LabelPart,
  type LabelProperty,
  MAX_DYNAMIC_VALUES,
  parseDynamicLabel,
} from "./parse.ts";
export { type LabelContext, renderDynamicLabel } from "./render.ts";
export type { LabelPoints, LabelStatistic, LabelTimes } from "./statistics.ts";
