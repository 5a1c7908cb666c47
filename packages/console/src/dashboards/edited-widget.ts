import type { Widget } from "@nephoscope/languages/dashboard-body";
import { alarmOf, isKnown } from "@nephoscope/languages/dashboard-body";
import type { AnyWidget } from "./layout.ts";

/** A widget of a kind that has a form. What else was written in it stays. */
export type EditedWidget = Extract<Widget, { readonly type: "metric" | "text" | "log" | "alarm" }>;

/** The widget as one that has a form; undefined for the other kinds, and for graphs that an alarm makes. */
export function editedWidget(widget: AnyWidget): EditedWidget | undefined {
  if (!isKnown(widget)) return undefined;
  switch (widget.type) {
    case "metric":
      return alarmOf(widget.properties) === undefined ? widget : undefined;
    case "text":
    case "log":
    case "alarm":
      return widget;
    default:
      return undefined;
  }
}

/** The widget without members that stand for nothing. */
export function asWidget({ properties, ...widget }: EditedWidget): object {
  const kept = Object.entries(properties).filter(([, value]) => value !== undefined && value !== "");
  return { ...widget, properties: Object.fromEntries(kept) };
}
