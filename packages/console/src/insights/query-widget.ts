import { type GroupChoice, groupsOfQuery, sourceOf } from "./group-choice.ts";
import type { ChartKind } from "./visualization.ts";

/** A widget that shows a query, as a dashboard's body holds it. */
export interface LogWidget {
  readonly title: string;
  readonly region: string;
  readonly query: string;
  readonly groups: GroupChoice;
  /** A table, or a graph of a kind. */
  readonly view: "table" | ChartKind;
}

/** A dashboard's grid has so many columns. */
const COLUMNS = 24;
const HEIGHT = 6;

/** The query as a widget for a row of the grid. */
export const queryWidget = (y: number, widget: LogWidget) => ({
  type: "log",
  x: 0,
  y,
  width: COLUMNS,
  height: HEIGHT,
  properties: queryProperties(widget),
});

/** The same without its place. */
export function queryProperties({ title, region, query, groups, view }: LogWidget) {
  const { logGroupNames, queryString } = groupsOfQuery(query, groups);
  return {
    title,
    region,
    // A dashboard's query names its groups itself, as CloudWatch's console writes it: one SOURCE for each.
    query: [...(logGroupNames ?? []).map((name) => sourceOf({ kind: "names", names: [name] })), queryString].join(
      " | ",
    ),
    view: view === "line" || view === "area" ? "timeSeries" : view,
    ...(view === "area" && { stacked: true }),
  };
}

/** Which of the kinds a widget shows; undefined for one that the console does not make. */
export function kindOfView(view: string | undefined, stacked: boolean | undefined): "table" | ChartKind | undefined {
  switch (view ?? "table") {
    case "timeSeries":
      return stacked === true ? "area" : "line";
    case "bar":
      return "bar";
    case "pie":
      return "pie";
    case "table":
      return "table";
    default:
      return undefined;
  }
}
