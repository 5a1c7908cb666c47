import type { Series } from "./chart.ts";

/** A point in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The points of a series as unbroken runs: a new one begins where more than a period is missing. Where there are more points
 * than columns of pixels, each column keeps its first, lowest, highest and last; columns of one pixel draw the same line.
 */
export function runs(
  series: Series,
  toX: (ms: number) => number,
  toY: (value: number) => number,
  columnWidth = 1,
): (readonly Point[])[] {
  const found: Point[][] = [];
  let run: Point[] = [];
  let column: Column | undefined;
  let before: number | undefined;
  const closeColumn = () => {
    if (column !== undefined) run.push(...column.points());
    column = undefined;
  };
  series.timesMs.forEach((ms, index) => {
    const value = series.values[index];
    if (value === undefined || !Number.isFinite(value)) return;
    // Half a period of grace: times of a day's periods shift by an hour where clocks do.
    if (before !== undefined && ms - before > series.periodMs * 1.5) {
      closeColumn();
      if (run.length > 0) found.push(run);
      run = [];
    }
    before = ms;
    const x = toX(ms);
    const y = toY(value);
    const place = Math.floor(x / columnWidth);
    if (column !== undefined && place !== column.place) closeColumn();
    column ??= new Column(place);
    column.add({ x, y });
  });
  closeColumn();
  if (run.length > 0) found.push(run);
  return found;
}

/** The points in one column of pixels; four of them are kept. */
class Column {
  readonly place: number;
  #first: Point | undefined;
  #last: Point | undefined;
  #low: Point | undefined;
  #high: Point | undefined;

  constructor(place: number) {
    this.place = place;
  }

  add(point: Point): void {
    this.#first ??= point;
    this.#last = point;
    if (this.#low === undefined || point.y < this.#low.y) this.#low = point;
    if (this.#high === undefined || point.y > this.#high.y) this.#high = point;
  }

  points(): Point[] {
    const kept = [this.#first, this.#low, this.#high, this.#last].filter((point) => point !== undefined);
    return [...new Set(kept)].sort((a, b) => a.x - b.x);
  }
}

const at = (value: number) => String(Math.round(value * 100) / 100);

/** The path through points, as SVG's `d`. */
export function pathThrough(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${at(x)} ${at(y)}`).join("");
}

/** The closed path between an upper edge and a lower one, both from left to right. */
export function pathBetween(upper: readonly Point[], lower: readonly Point[]): string {
  return `${pathThrough(upper)}${pathThrough([...lower].reverse()).replace("M", "L")}Z`;
}
