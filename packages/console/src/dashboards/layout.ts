import type { DashboardBody } from "@nephoscope/languages/dashboard-body";

export type AnyWidget = DashboardBody["widgets"][number];

/** Where a widget stands on the grid. */
export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const COLUMNS = 24;
/** Pixels of a row, with the gap below it. */
export const ROW = 48;
const DEFAULT = { width: 6, height: 6 };

/** The places of widgets: their own, and for those without one the next free in rows (API reference, "Dashboard Body Structure"). */
export function cellsOf(widgets: readonly Partial<Cell>[]): readonly Cell[] {
  const cells: Cell[] = [];
  let [nextX, nextY, rowHeight] = [0, 0, 0];
  for (const { x, y, width = DEFAULT.width, height = DEFAULT.height } of widgets) {
    if (x !== undefined && y !== undefined) {
      cells.push({ x, y, width, height });
      continue;
    }
    if (nextX + width > COLUMNS) {
      nextX = 0;
      nextY += rowHeight;
      rowHeight = 0;
    }
    cells.push({ x: nextX, y: nextY, width, height });
    nextX += width;
    rowHeight = Math.max(rowHeight, height);
  }
  return cells;
}

/** The cell moved or made larger, within the grid. */
export function changed(cell: Cell, kind: "move" | "resize", columns: number, rows: number): Cell {
  const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
  if (kind === "move")
    return { ...cell, x: within(cell.x + columns, 0, COLUMNS - cell.width), y: Math.max(0, cell.y + rows) };
  return {
    ...cell,
    width: within(cell.width + columns, 1, COLUMNS - cell.x),
    height: within(cell.height + rows, 1, 1_000),
  };
}

/** The widgets' places with one put where it was moved to; those that it would lie over go below it, and so on. */
export function settled(cells: readonly Cell[], moved: number): readonly Cell[] {
  const placed: (Cell | undefined)[] = cells.map((cell, index) => (index === moved ? cell : undefined));
  const order = cells
    .map((cell, index) => ({ cell, index }))
    .sort((a, b) => a.cell.y - b.cell.y || a.cell.x - b.cell.x);
  for (const { cell, index } of order) {
    if (index === moved) continue;
    let { y } = cell;
    for (;;) {
      const over = placed.find((other) => other !== undefined && overlaps(other, { ...cell, y }));
      if (over === undefined) break;
      y = over.y + over.height;
    }
    placed[index] = { ...cell, y };
  }
  return placed.flatMap((cell) => cell ?? []);
}

const overlaps = (a: Cell, b: Cell) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
