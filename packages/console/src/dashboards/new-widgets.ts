import type { MetricProperties } from "@nephoscope/languages/dashboard-body";
import type { EditedWidget } from "./edited-widget.ts";

type View = NonNullable<MetricProperties["view"]>;

/** What a new widget begins with, by its kind. */
export type NewWidget = (region: string) => EditedWidget;

const metric =
  (view: View, more: Partial<MetricProperties> = {}, size = { width: 12, height: 6 }): NewWidget =>
  (region) => ({
    type: "metric",
    x: 0,
    y: 0,
    ...size,
    properties: { region, metrics: [], view, stacked: false, period: 300, stat: "Average", ...more },
  });

const SMALL = { width: 6, height: 6 };

export const NEW_WIDGETS: Readonly<Record<string, { readonly description: string; readonly make: NewWidget }>> = {
  Line: { description: "Metrics over time", make: metric("timeSeries") },
  "Stacked area": {
    description: "Metrics over time, on top of one another",
    make: metric("timeSeries", { stacked: true }),
  },
  Number: { description: "The newest value of each metric", make: metric("singleValue", {}, SMALL) },
  Gauge: {
    description: "The newest value between two bounds",
    make: metric("gauge", { yAxis: { left: { min: 0, max: 100 } } }, SMALL),
  },
  Bar: { description: "Metrics beside one another", make: metric("bar", {}, SMALL) },
  Pie: { description: "Shares of metrics", make: metric("pie", {}, SMALL) },
  Table: { description: "Values of metrics in rows", make: metric("table") },
  Text: {
    description: "Markdown, with links to other dashboards",
    make: () => ({
      type: "text",
      x: 0,
      y: 0,
      width: 12,
      height: 3,
      properties: { markdown: "# A heading\n\nText in **Markdown**." },
    }),
  },
  "Logs table or graph": {
    description: "The result of a Logs Insights query",
    make: (region) => ({
      type: "log",
      x: 0,
      y: 0,
      width: 24,
      height: 6,
      properties: { region, query: "fields @timestamp, @message\n| sort @timestamp desc\n| limit 20", view: "table" },
    }),
  },
  "Alarm status": {
    description: "The states of alarms",
    make: () => ({ type: "alarm", x: 0, y: 0, width: 12, height: 4, properties: { title: "Alarms", alarms: [] } }),
  },
};
