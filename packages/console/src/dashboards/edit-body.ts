import type { Cell } from "./layout.ts";

/** The body with its widgets at other places. The rest of it stays as it was written. */
export const withCells = (body: string, cells: readonly Cell[]): string =>
  changedWidgets(body, (widgets) => widgets.map((widget, index) => ({ ...Object(widget), ...cells[index] })));

/** The body without one of its widgets. */
export const withoutWidget = (body: string, at: number): string =>
  changedWidgets(body, (widgets) => widgets.filter((_, index) => index !== at));

function changedWidgets(body: string, change: (widgets: readonly unknown[]) => readonly unknown[]): string {
  const dashboard: unknown = JSON.parse(body);
  if (
    typeof dashboard !== "object" ||
    dashboard === null ||
    !("widgets" in dashboard) ||
    !Array.isArray(dashboard.widgets)
  )
    throw new Error("The dashboard has no list of widgets.");
  return JSON.stringify({ ...dashboard, widgets: change(dashboard.widgets) }, null, 2);
}
