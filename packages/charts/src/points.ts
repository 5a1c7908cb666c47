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
  const { timesMs, values, periodMs } = series;
  const column = new Column();
  let run: Point[] = [];
  let place: number | undefined;
  let before = Number.NEGATIVE_INFINITY;
  // A graph has a hundred thousand points and is drawn in each frame while it is moved: nothing is made of those that are not kept.
  for (let index = 0; index < timesMs.length; index++) {
    const ms = timesMs[index];
    const value = values[index];
    if (ms === undefined || value === undefined || !Number.isFinite(value)) continue;
    // Half a period of grace: times of a day's periods shift by an hour where clocks do.
    const broken = ms - before > periodMs * 1.5;
    before = ms;
    const x = toX(ms);
    const here = Math.floor(x / columnWidth);
    if (broken || here !== place) {
      column.moveTo(run);
      place = here;
    }
    if (broken && run.length > 0) {
      found.push(run);
      run = [];
    }
    column.add(x, toY(value));
  }
  column.moveTo(run);
  if (run.length > 0) found.push(run);
  return found;
}

/** The points in one column of pixels; four of them are kept. */
class Column {
  #count = 0;
  #firstX = 0;
  #firstY = 0;
  #lowX = 0;
  #lowY = 0;
  #highX = 0;
  #highY = 0;
  #lastX = 0;
  #lastY = 0;

  add(x: number, y: number): void {
    if (this.#count === 0) {
      this.#firstX = this.#lowX = this.#highX = x;
      this.#firstY = this.#lowY = this.#highY = y;
    } else if (y < this.#lowY) {
      this.#lowX = x;
      this.#lowY = y;
    } else if (y > this.#highY) {
      this.#highX = x;
      this.#highY = y;
    }
    this.#lastX = x;
    this.#lastY = y;
    this.#count++;
  }

  /** Puts what is kept at the end of a run, from left to right, and begins anew. */
  moveTo(run: Point[]): void {
    if (this.#count === 0) return;
    this.#count = 0;
    const lowFirst = this.#lowX <= this.#highX;
    this.#put(run, this.#firstX, this.#firstY, true);
    this.#put(run, lowFirst ? this.#lowX : this.#highX, lowFirst ? this.#lowY : this.#highY);
    this.#put(run, lowFirst ? this.#highX : this.#lowX, lowFirst ? this.#highY : this.#lowY);
    this.#put(run, this.#lastX, this.#lastY);
  }

  #put(run: Point[], x: number, y: number, always = false): void {
    const before = run[run.length - 1];
    if (always || before === undefined || before.x !== x || before.y !== y) run.push({ x, y });
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
