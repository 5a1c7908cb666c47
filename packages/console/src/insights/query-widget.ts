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
export function queryWidget(y: number, { title, region, query, groups, view }: LogWidget) {
  const { logGroupNames, queryString } = groupsOfQuery(query, groups);
  return {
    type: "log",
    x: 0,
    y,
    width: COLUMNS,
    height: HEIGHT,
    properties: {
      title,
      region,
      // A dashboard's query names its groups itself.
      query: logGroupNames === undefined ? queryString : `${sourceOf(groups)} | ${queryString}`,
      view: view === "line" || view === "area" ? "timeSeries" : view,
      ...(view === "area" && { stacked: true }),
    },
  };
}
