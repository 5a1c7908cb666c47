import { axisWidth, drawGrid, drawNumberAxis, drawTimeAxis, TIME_AXIS_HEIGHT, ticksFor } from "./axes.ts";
import { type AxisWish, type Band, type Box, bottom, type Chart, right, type Series } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { type LegendEntry, legendBelow, legendBeside } from "./legend.ts";
import { drawHorizontal, drawVertical } from "./marks.ts";
import { type NumberScale, numberScale } from "./number-scale.ts";
import { type Point, pathBetween, pathThrough, runs } from "./points.ts";
import { stackOf } from "./stack.ts";
import { drawStates, STATE_STRIP_HEIGHT } from "./state-strip.ts";
import { group, node, type SvgNode } from "./svg.ts";
import { fitText, text } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

type Side = "left" | "right";

/** Smaller pictures than this have no room for a legend and axes beside their graph. */
const ROOM_FOR_LEGEND = { width: 160, height: 120 };
const ROOM_FOR_AXES = { width: 120, height: 80 };
const NOTHING = "No data available";

/** Lines or stacked areas over time, with axes, legend and annotations. */
export function drawTimeSeries(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  const { theme } = frame;
  const colored = chart.series.map((series, index) => ({ ...series, color: series.color ?? seriesColor(index) }));
  const entries = entriesOf(colored, chart.bands, theme);
  let rest = frame.rest;
  const contents: SvgNode[] = [];
  if (chart.legend !== "hidden" && entries.length > 0 && fits(rest, ROOM_FOR_LEGEND)) {
    const legend = chart.legend === "right" ? legendBeside(entries, rest, theme) : legendBelow(entries, rest, theme);
    contents.push(...legend.nodes);
    rest = legend.rest;
  }
  let strip: Box | undefined;
  if (chart.states !== undefined && chart.states.length > 0 && fits(rest, ROOM_FOR_LEGEND)) {
    strip = { ...rest, y: bottom(rest) - STATE_STRIP_HEIGHT, height: STATE_STRIP_HEIGHT };
    rest = { ...rest, height: rest.height - STATE_STRIP_HEIGHT - 8 };
  }
  const withAxes = fits(rest, ROOM_FOR_AXES);
  const sides = sidesOf(chart);
  const captions = withAxes ? captionsOf(chart, sides) : {};
  if (captions.left !== undefined || captions.right !== undefined) {
    contents.push(...drawCaptions(captions, rest, theme));
    rest = { ...rest, y: rest.y + 18, height: rest.height - 18 };
  }
  const plotHeight = rest.height - (withAxes ? TIME_AXIS_HEIGHT : 0);
  const scales = scalesOf(chart, colored, sides, ticksFor(plotHeight));
  const leftWidth = withAxes && scales.left !== undefined ? axisWidth(scales.left) : 0;
  const rightWidth = withAxes && scales.right !== undefined ? axisWidth(scales.right) : withAxes ? 8 : 0;
  const plot: Box = {
    x: rest.x + leftWidth,
    y: rest.y + 4,
    width: Math.max(1, rest.width - leftWidth - rightWidth),
    height: Math.max(1, plotHeight - 4),
  };
  const span = Math.max(1, chart.endMs - chart.startMs);
  const toX = (ms: number) => plot.x + ((ms - chart.startMs) / span) * plot.width;
  const toY = (value: number, side: Side) => place(value, scales[side] ?? scales.left ?? scales.right, plot);

  const main = scales.left ?? scales.right;
  if (main !== undefined) {
    const side = scales.left === undefined ? "right" : "left";
    contents.push(group(drawGrid(main, (value) => toY(value, side), plot, theme)));
  }
  const horizontal = drawHorizontal(chart.horizontal, toY, plot, theme);
  const vertical = drawVertical(chart.vertical, toX, plot, theme);
  const clip = node(
    "clipPath",
    { id: "plot" },
    node("rect", { x: plot.x, y: plot.y - 1, width: plot.width, height: plot.height + 2 }),
  );
  contents.push(node("defs", {}, clip), group([...vertical.areas, ...horizontal.areas]));
  const data = [
    ...chart.bands.flatMap((band) => drawBand(band, toX, (value) => toY(value, band.upper.axis), theme)),
    ...drawData(chart.stacked, colored, toX, toY, plot),
  ];
  contents.push(group(data, { "clip-path": "url(#plot)" }));
  if (withAxes) {
    contents.push(group(drawTimeAxis(chart, toX, plot, rest.x, theme)));
    if (scales.left !== undefined)
      contents.push(group(drawNumberAxis(scales.left, (value) => toY(value, "left"), plot, "left", theme)));
    if (scales.right !== undefined)
      contents.push(group(drawNumberAxis(scales.right, (value) => toY(value, "right"), plot, "right", theme)));
  }
  contents.push(group([...vertical.lines, ...horizontal.lines]));
  if (data.length === 0) contents.push(emptyNote(plot, chart.emptyText ?? NOTHING, theme));
  if (strip !== undefined && chart.states !== undefined) {
    contents.push(group(drawStates(chart.states, chart, toX, { ...strip, x: plot.x, width: plot.width }, theme)));
  }
  return pictureOf(chart, frame, contents);
}

const fits = (box: Box, room: { width: number; height: number }) =>
  box.width >= room.width && box.height >= room.height;

type Colored = Series & { readonly color: string };

function entriesOf(series: readonly Colored[], bands: readonly Band[], theme: Theme): LegendEntry[] {
  return [
    ...series.map(({ label, color, incomplete }) => ({ label, color, incomplete: incomplete === true })),
    ...bands.map(({ label, color }) => ({ label, color: color ?? theme.band, incomplete: false })),
  ];
}

/** An axis is there when something is read from it; a graph of nothing has its left one. */
function sidesOf(chart: Chart): ReadonlySet<Side> {
  const sides = new Set<Side>([
    ...chart.series.map(({ axis }) => axis),
    ...chart.bands.map(({ upper }) => upper.axis),
    ...chart.horizontal.map(({ axis }) => axis),
  ]);
  return sides.size === 0 ? new Set<Side>(["left"]) : sides;
}

/** What stands above an axis: the label that was asked for, or the unit when all that is read from it is of one. */
function captionsOf(chart: Chart, sides: ReadonlySet<Side>): { left?: string | undefined; right?: string | undefined } {
  const caption = (side: Side): string | undefined => {
    const wish: AxisWish = chart.axes[side] ?? {};
    if (!sides.has(side)) return undefined;
    if (wish.label !== undefined && wish.label !== "") return wish.label;
    if (wish.showUnits === false) return undefined;
    // An expression has no unit of its own and says nothing against that of the others.
    const units = new Set(
      chart.series.flatMap(({ axis, unit, values }) => (axis === side && values.length > 0 ? (unit ?? []) : [])),
    );
    const [unit] = units;
    return units.size === 1 && unit !== "None" ? unit : undefined;
  };
  return { left: caption("left"), right: caption("right") };
}

function drawCaptions(
  captions: { left?: string | undefined; right?: string | undefined },
  box: Box,
  theme: Theme,
): SvgNode[] {
  const style = { size: 11, color: theme.secondary };
  const half = box.width / 2 - 8;
  return [
    ...(captions.left === undefined ? [] : [text(fitText(captions.left, half, 11), box.x, box.y + 9, style)]),
    ...(captions.right === undefined
      ? []
      : [text(fitText(captions.right, half, 11), right(box), box.y + 9, { ...style, anchor: "end" as const })]),
  ];
}

function scalesOf(
  chart: Chart,
  series: readonly Series[],
  sides: ReadonlySet<Side>,
  ticks: number,
): { left?: NumberScale | undefined; right?: NumberScale | undefined } {
  const scale = (side: Side): NumberScale | undefined => {
    if (!sides.has(side)) return undefined;
    const own = series.filter(({ axis }) => axis === side);
    const extent = new Extent();
    if (chart.stacked) for (const { lower, upper } of stackOf(own, chart.width).layers) extent.add(lower, upper);
    else for (const { values } of own) extent.add(values);
    for (const { lower, upper } of chart.bands) if (upper.axis === side) extent.add(lower.values, upper.values);
    for (const { value, to, axis } of chart.horizontal)
      if (axis === side) extent.add(to === undefined ? [value] : [value, to]);
    const { low, high } = extent.range();
    const { min, max } = chart.axes[side] ?? {};
    const roomy = numberScale(low, high + (high - low) * HEADROOM, ticks, { min, max });
    const allPercent = own.length > 0 && own.every(({ unit }) => unit === "Percent");
    // Nobody reads a share of more than all.
    return allPercent && high <= 100 && roomy.max > 100
      ? numberScale(low, 100, ticks, { min, max: max ?? 100 })
      : roomy;
  };
  return { left: scale("left"), right: scale("right") };
}

/** What is highest does not touch the upper edge, so that a line there can be told from the edge. */
const HEADROOM = 0.03;

/** From the lowest to the highest of some numbers. */
class Extent {
  #low = Infinity;
  #high = -Infinity;

  add(...lists: (readonly number[])[]): void {
    for (const list of lists) {
      for (const value of list) {
        if (!Number.isFinite(value)) continue;
        if (value < this.#low) this.#low = value;
        if (value > this.#high) this.#high = value;
      }
    }
  }

  /** From 0 when that costs no more than half of the height: a graph that begins elsewhere makes small changes look large. */
  range(): { low: number; high: number } {
    if (this.#low > this.#high) return { low: 0, high: 1 };
    const low = this.#low > 0 && this.#low <= this.#high / 2 ? 0 : this.#low;
    return { low, high: this.#high };
  }
}

function place(value: number, scale: NumberScale | undefined, plot: Box): number {
  if (scale === undefined) return bottom(plot);
  const share = (value - scale.min) / (scale.max - scale.min);
  // Far outside is as far as the picture needs: numbers of any size stay numbers that a path can hold.
  return bottom(plot) - Math.min(Math.max(share, -2), 3) * plot.height;
}

function drawData(
  stacked: boolean,
  series: readonly Colored[],
  toX: (ms: number) => number,
  toY: (value: number, side: Side) => number,
  plot: Box,
): SvgNode[] {
  if (stacked) {
    return (["left", "right"] as const).flatMap((side) => {
      const own = series.filter(({ axis }) => axis === side);
      return drawStack(own, toX, (value) => toY(value, side), plot);
    });
  }
  const columnWidth = Math.max(1, (4 * plot.width * series.length) / MAX_POINTS);
  return series.flatMap((one) => drawLine(one, toX, (value) => toY(value, one.axis), columnWidth));
}

function drawLine(
  series: Colored,
  toX: (ms: number) => number,
  toY: (value: number) => number,
  columnWidth: number,
): SvgNode[] {
  const found = runs(series, toX, toY, columnWidth);
  const lines = found
    .filter(({ length }) => length > 1)
    .map(pathThrough)
    .join("");
  // A value between two gaps has no line to be on.
  const dots = found.flatMap((run) => (run.length === 1 ? run : []));
  const nodes: SvgNode[] = [];
  if (lines !== "")
    nodes.push(
      node("path", { d: lines, fill: "none", stroke: series.color, "stroke-width": 1.75, "stroke-linejoin": "round" }),
    );
  for (const { x, y } of dots.slice(0, MAX_DOTS))
    nodes.push(node("circle", { cx: x, cy: y, r: 2.5, fill: series.color }));
  return nodes;
}

/** Points of all lines together. A hundred lines over two thousand pixels would have eight times as many, and take seconds to draw. */
const MAX_POINTS = 100_000;

/** Points that stand alone; a picture has no room to tell more of them apart. */
const MAX_DOTS = 2_000;

function drawStack(
  series: readonly Colored[],
  toX: (ms: number) => number,
  toY: (value: number) => number,
  plot: Box,
): SvgNode[] {
  const { timesMs, layers } = stackOf(series, Math.min(plot.width, MAX_POINTS / Math.max(1, series.length)));
  if (timesMs.length === 0) return [];
  return layers.map(({ lower, upper }, index) => {
    const edge = (values: readonly number[]): Point[] =>
      timesMs.map((ms, at) => ({ x: toX(ms), y: toY(values[at] ?? 0) }));
    const color = series[index]?.color ?? seriesColor(index);
    const only = timesMs.length === 1;
    return group([
      node("path", {
        d: pathBetween(edge(upper), edge(lower)),
        fill: color,
        "fill-opacity": 0.7,
        stroke: only ? color : undefined,
      }),
      node("path", { d: pathThrough(edge(upper)), fill: "none", stroke: color, "stroke-width": 1.25 }),
    ]);
  });
}

function drawBand(band: Band, toX: (ms: number) => number, toY: (value: number) => number, theme: Theme): SvgNode[] {
  const color = band.color ?? theme.band;
  const lowers = new Map(band.lower.timesMs.map((ms, index) => [ms, band.lower.values[index]]));
  const both = band.upper.timesMs.flatMap((ms, index) => {
    const [low, high] = [lowers.get(ms), band.upper.values[index]];
    return low === undefined || high === undefined ? [] : [{ ms, low, high }];
  });
  const parts: SvgNode[] = [];
  let run: typeof both = [];
  const close = () => {
    if (run.length > 1) {
      const edge = (pick: (one: { low: number; high: number }) => number) =>
        run.map((one) => ({ x: toX(one.ms), y: toY(pick(one)) }));
      const d = pathBetween(
        edge(({ high }) => high),
        edge(({ low }) => low),
      );
      parts.push(node("path", { d, fill: color, "fill-opacity": 0.25 }));
    }
    run = [];
  };
  for (const one of both) {
    const before = run.at(-1);
    if (before !== undefined && one.ms - before.ms > band.upper.periodMs * 1.5) close();
    run.push(one);
  }
  close();
  return parts;
}
