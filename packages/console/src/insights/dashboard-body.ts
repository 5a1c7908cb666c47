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

/** The body with the widget below all others. Throws when the text is no dashboard's body. */
export function withLogWidget(body: string, widget: LogWidget): string {
  return withWidget(body, (y) => widgetAt(y, widget));
}

/** The body with one more widget, made for the row below all others. Throws when the text is no dashboard's body. */
export function withWidget(body: string, widget: (y: number) => object): string {
  const dashboard: unknown = body.trim() === "" ? {} : JSON.parse(body);
  if (typeof dashboard !== "object" || dashboard === null || Array.isArray(dashboard))
    throw new Error("The dashboard's body is no JSON object, so nothing can be added to it.");
  const widgets: unknown = "widgets" in dashboard ? dashboard.widgets : [];
  if (!Array.isArray(widgets)) throw new Error("The dashboard's widgets are no list, so nothing can be added to them.");
  const bottom = widgets.map(endOf).reduce((most, end) => Math.max(most, end), 0);
  return JSON.stringify({ ...dashboard, widgets: [...widgets, widget(bottom)] });
}

function widgetAt(y: number, { title, region, query, groups, view }: LogWidget) {
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

/** The row of the grid below a widget; one without a place is put somewhere by the dashboard, and takes none here. */
function endOf(widget: unknown): number {
  const { y, height } =
    typeof widget === "object" && widget !== null ? { y: undefined, height: undefined, ...widget } : {};
  return typeof y === "number" && typeof height === "number" ? y + height : 0;
}
