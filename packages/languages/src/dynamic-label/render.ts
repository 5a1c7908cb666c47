import type { DynamicLabel, LabelPart, LabelProperty } from "./parse.ts";
import { type LabelPoints, type LabelTimes, showStatistic } from "./statistics.ts";

/** What one series' label is made of. */
export interface LabelContext {
  /** The label that the series has on its own: what ${LABEL} stands for. */
  readonly label: string;
  readonly points: LabelPoints;
  readonly times: LabelTimes;
  /** A property of the metric; undefined if it has none, as an expression has no metric name. */
  property(property: LabelProperty): string | undefined;
}

/** What stands where there is nothing to show. */
const NOTHING = "--";

/** Makes the text of a label for one series. */
export function renderDynamicLabel(label: DynamicLabel, context: LabelContext): string {
  return label.parts.map((part) => show(part, context)).join("");
}

function show(part: LabelPart, context: LabelContext): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "label":
      return context.label;
    case "statistic":
      return showStatistic(part.statistic, context.points, context.times) ?? NOTHING;
    case "property":
      return context.property(part.property) ?? NOTHING;
  }
}
