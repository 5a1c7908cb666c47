import { type Chart, type NumberScale, numberScale, type Series, type Stack, stackOf } from "@nephoscope/charts";

export type Side = "left" | "right";

/** A chart as the page draws it: one that is stacked may be of bars, each as wide as its period. */
export interface PlotChart extends Chart {
  readonly bars?: boolean | undefined;
}

/** Where a graph's values and times are on its surface, in pixels. */
export interface Plot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What the surface has to the right of them. */
  readonly rightRoom: number;
  /** The axes that something is read from. */
  readonly scales: Readonly<Partial<Record<Side, NumberScale>>>;
  readonly toX: (ms: number) => number;
  readonly toMs: (x: number) => number;
  readonly toY: (value: number, side: Side) => number;
  /** Of a stacked graph: its series on top of one another, by axis. */
  readonly stacks: Readonly<Partial<Record<Side, Stack>>>;
}

export const AXIS_WIDTH = 56;
const RIGHT_ROOM = 12;
const TOP_ROOM = 22;
const TIME_AXIS = 34;
const STRIP = 16;

/** Lays a graph out on a surface of that many pixels. */
export function plotOf(chart: PlotChart, width: number, height: number): Plot {
  const { startMs, endMs, series, bands, horizontal, axes } = chart;
  const sides = new Set<Side>([
    ...series.map(({ axis }) => axis),
    ...bands.map(({ upper }) => upper.axis),
    ...horizontal.map(({ axis }) => axis),
  ]);
  if (sides.size === 0) sides.add("left");
  const hasRight = sides.has("right");
  const rightRoom = hasRight ? AXIS_WIDTH : RIGHT_ROOM;
  const box = {
    x: AXIS_WIDTH,
    y: TOP_ROOM,
    rightRoom,
    width: Math.max(1, width - AXIS_WIDTH - rightRoom),
    height: Math.max(1, height - TOP_ROOM - TIME_AXIS - ((chart.states?.length ?? 0) > 0 ? STRIP : 0)),
  };
  const stacks: Partial<Record<Side, Stack>> = {};
  const scales: Partial<Record<Side, NumberScale>> = {};
  for (const side of sides) {
    const extent = new Extent();
    const own = series.filter(({ axis }) => axis === side);
    if (chart.stacked) {
      const stack = stackOf(own, box.width);
      stacks[side] = stack;
      for (const { lower, upper } of stack.layers) {
        extent.addAll(lower);
        extent.addAll(upper);
      }
    } else for (const one of own) extent.addSeries(one, startMs, endMs);
    for (const { lower, upper } of bands.filter((band) => band.upper.axis === side)) {
      extent.addSeries(lower, startMs, endMs);
      extent.addSeries(upper, startMs, endMs);
    }
    for (const mark of horizontal) {
      if (mark.axis !== side) continue;
      extent.add(mark.value);
      if (mark.to !== undefined) extent.add(mark.to);
    }
    const { low, high } = extent.range();
    scales[side] = numberScale(low, high, Math.max(2, Math.floor(box.height / 48)), axes[side] ?? {});
  }
  const span = Math.max(1, endMs - startMs);
  const bottom = box.y + box.height;
  return {
    ...box,
    scales,
    stacks,
    toX: (ms) => box.x + ((ms - startMs) / span) * box.width,
    toMs: (x) => startMs + ((x - box.x) / box.width) * span,
    toY: (value, side) => {
      const scale = scales[side] ?? scales.left ?? scales.right;
      if (scale === undefined) return bottom;
      // Far outside is as far as the surface needs.
      return bottom - Math.min(Math.max((value - scale.min) / (scale.max - scale.min), -2), 3) * box.height;
    },
  };
}

class Extent {
  #low = Infinity;
  #high = -Infinity;

  add(value: number): void {
    if (!Number.isFinite(value)) return;
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
  }

  addAll(values: readonly number[]): void {
    for (const value of values) this.add(value);
  }

  addSeries({ timesMs, values }: Series, startMs: number, endMs: number): void {
    // Each point of a graph is looked at in each frame while it is moved.
    for (let index = 0; index < timesMs.length; index++) {
      const ms = timesMs[index] ?? 0;
      if (ms >= startMs && ms <= endMs) this.add(values[index] ?? Number.NaN);
    }
  }

  /** From zero, unless that would make small changes of large values invisible. */
  range(): { low: number; high: number } {
    if (this.#low > this.#high) return { low: 0, high: 1 };
    return { low: this.#low > 0 && this.#low <= this.#high / 2 ? 0 : this.#low, high: this.#high };
  }
}
