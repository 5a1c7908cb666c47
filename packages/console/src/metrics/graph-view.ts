import type { MetricProperties } from "@nephoscope/languages/dashboard-body";

/** Kinds of graphs, as people choose them. */
export const VIEWS = [
  { value: "timeSeries", label: "Line" },
  { value: "stacked", label: "Stacked area" },
  { value: "singleValue", label: "Number" },
  { value: "gauge", label: "Gauge" },
  { value: "bar", label: "Bar" },
  { value: "pie", label: "Pie" },
  { value: "table", label: "Table" },
];

export const viewOf = ({ view = "timeSeries", stacked = false }: MetricProperties): string =>
  view === "timeSeries" && stacked ? "stacked" : view;

/** The graph as another kind. A gauge needs to know from where to where it goes. */
export function withView(graph: MetricProperties, view: string): MetricProperties {
  const { min = 0, max = 100, ...left } = graph.yAxis?.left ?? {};
  switch (view) {
    case "stacked":
    case "timeSeries":
      return { ...graph, view: "timeSeries", stacked: view === "stacked" };
    case "gauge":
      return { ...graph, view, stacked: false, yAxis: { ...graph.yAxis, left: { ...left, min, max } } };
    case "bar":
    case "pie":
    case "singleValue":
    case "table":
      return { ...graph, view, stacked: false };
    default:
      return graph;
  }
}
