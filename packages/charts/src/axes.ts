import { type Box, bottom, right } from "./chart.ts";
import type { NumberScale } from "./number-scale.ts";
import { axisNumbers } from "./number-text.ts";
import { line, type SvgNode } from "./svg.ts";
import { text, textWidth } from "./text.ts";
import type { Theme } from "./theme.ts";
import { type TimeTick, timeTicks, zoneText } from "./time-scale.ts";

const SIZE = 11;
/** A label of the time axis with room around it. */
const TIME_ROOM = 64;
/** Ticks of numbers are at least so far apart. */
const NUMBER_ROOM = 36;
/** Height of the time axis: times, and dates below them. */
export const TIME_AXIS_HEIGHT = 32;

export const ticksFor = (height: number) => Math.max(1, Math.min(8, Math.floor(height / NUMBER_ROOM)));

/** How much room the numbers of an axis take beside the graph. */
export function axisWidth(scale: NumberScale): number {
  return Math.max(0, ...axisNumbers(scale.ticks, scale.step).map((label) => textWidth(label, SIZE))) + 8;
}

export function drawNumberAxis(
  scale: NumberScale,
  toY: (value: number) => number,
  plot: Box,
  side: "left" | "right",
  theme: Theme,
): SvgNode[] {
  const labels = axisNumbers(scale.ticks, scale.step);
  const x = side === "left" ? plot.x - 6 : right(plot) + 6;
  return scale.ticks.map((tick, index) =>
    text(labels[index] ?? "", x, toY(tick) + 4, {
      size: SIZE,
      color: theme.secondary,
      anchor: side === "left" ? "end" : "start",
    }),
  );
}

/** Level lines at the ticks, sharp on the grid of pixels. */
export function drawGrid(scale: NumberScale, toY: (value: number) => number, plot: Box, theme: Theme): SvgNode[] {
  return scale.ticks.map((tick) => {
    const y = Math.round(toY(tick)) + 0.5;
    return line(plot.x, y, right(plot), y, { stroke: theme.grid, "stroke-width": 1 });
  });
}

export function drawTimeAxis(
  range: { readonly startMs: number; readonly endMs: number; readonly offsetMinutes: number },
  toX: (ms: number) => number,
  plot: Box,
  leftMost: number,
  theme: Theme,
): SvgNode[] {
  const most = Math.max(1, Math.floor(plot.width / TIME_ROOM));
  const ticks = timeTicks(range.startMs, range.endMs, most, range.offsetMinutes);
  const y = Math.round(bottom(plot)) + 0.5;
  const nodes: SvgNode[] = [line(plot.x, y, right(plot), y, { stroke: theme.axis, "stroke-width": 1 })];
  const zone = zoneText(range.offsetMinutes);
  const rightMost = right(plot) + 10;
  let dateEnd = -Infinity;
  ticks.forEach((tick, index) => {
    const x = toX(tick.ms);
    const mark = Math.round(x) + 0.5;
    nodes.push(line(mark, y, mark, y + 4, { stroke: theme.axis, "stroke-width": 1 }));
    nodes.push(centred(tick.label, x, y + 15, { leftMost, rightMost }, theme));
    const date = dateOf(tick, index, zone);
    if (date === undefined) return;
    const width = textWidth(date, SIZE);
    if (x - width / 2 < dateEnd + 8) return;
    nodes.push(centred(date, x, y + 28, { leftMost, rightMost }, theme));
    dateEnd = Math.max(x, leftMost + width / 2) + width / 2;
  });
  return nodes;
}

/** The zone stands once, with the first date. */
function dateOf(tick: TimeTick, index: number, zone: string): string | undefined {
  if (index > 0) return tick.date;
  return tick.date === undefined ? zone : `${tick.date}, ${zone}`;
}

/** A text about a place, moved in where it would leave the picture. */
function centred(
  content: string,
  x: number,
  y: number,
  bounds: { readonly leftMost: number; readonly rightMost: number },
  theme: Theme,
): SvgNode {
  const half = textWidth(content, SIZE) / 2;
  const inside = Math.max(Math.min(x, bounds.rightMost - half), bounds.leftMost + half);
  return text(content, inside, y, { size: SIZE, color: theme.secondary, anchor: "middle" });
}
