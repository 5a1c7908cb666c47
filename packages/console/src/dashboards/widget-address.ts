import { alarmOf, isKnown } from "@nephoscope/languages/dashboard-body";
import { href } from "../shell/route.ts";
import { type Span, writeTimeRange } from "../time-range/time-range.ts";
import type { AnyWidget } from "./layout.ts";
import { nameOfAlarm } from "./name-of-alarm.ts";
import { namedGroups } from "./named-groups.ts";

/** The page on which a widget's graph or query can be worked with further; undefined for those that have none. */
export function addressOfWidget(widget: AnyWidget, span: Span): string | undefined {
  if (!isKnown(widget)) return undefined;
  const range = writeTimeRange({ kind: "absolute", ...span });
  switch (widget.type) {
    case "metric": {
      const alarm = alarmOf(widget.properties);
      if (alarm !== undefined) return href("/alarms/:name", { name: nameOfAlarm(alarm) });
      return href("/metrics", {}, { range, tab: "graphed", graph: JSON.stringify(widget.properties) });
    }
    case "log": {
      const { groups, query } = namedGroups(widget.properties.query);
      return href("/logs/insights", {}, { range, query, groups: groups?.join(",") });
    }
    default:
      return undefined;
  }
}
