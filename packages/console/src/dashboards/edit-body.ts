import type { Cell } from "./layout.ts";

/** The body with its widgets at other places. The rest of it stays as it was written. */
export const withCells = (body: string, cells: readonly Cell[]): string =>
  changedWidgets(body, (widgets) => widgets.map((widget, index) => ({ ...Object(widget), ...cells[index] })));

/** The body without one of its widgets. */
export const withoutWidget = (body: string, at: number): string =>
  changedWidgets(body, (widgets) => widgets.filter((_, index) => index !== at));

/** The body with another widget in the place of one. */
export const withPut = (body: string, at: number, widget: object): string =>
  changedWidgets(body, (widgets) => widgets.map((each, index) => (index === at ? widget : each)));

/** The body with one more widget, made for the row below all others; an empty text is an empty body. Throws when the text is no dashboard's body. */
export function withWidget(body: string, widget: (y: number) => object): string {
  return changedWidgets(body.trim() === "" ? "{}" : body, (widgets) => [
    ...widgets,
    widget(widgets.map(endOf).reduce((most, end) => Math.max(most, end), 0)),
  ]);
}

function changedWidgets(body: string, change: (widgets: readonly unknown[]) => readonly unknown[]): string {
  const dashboard: unknown = JSON.parse(body);
  if (typeof dashboard !== "object" || dashboard === null || Array.isArray(dashboard))
    throw new Error("The dashboard's body is no JSON object, so nothing can be changed in it.");
  const widgets: unknown = "widgets" in dashboard ? dashboard.widgets : [];
  if (!Array.isArray(widgets)) throw new Error("The dashboard's widgets are no list, so none can be changed.");
  return JSON.stringify({ ...dashboard, widgets: change(widgets) }, null, 2);
}

/** The row of the grid below a widget; one without a place is put somewhere by the dashboard, and takes none here. */
function endOf(widget: unknown): number {
  const { y, height } =
    typeof widget === "object" && widget !== null ? { y: undefined, height: undefined, ...widget } : {};
  return typeof y === "number" && typeof height === "number" ? y + height : 0;
}

/** The body in lines, as people write it; what is no JSON as it is, for its faults are told. */
export function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
