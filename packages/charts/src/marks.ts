import { type Box, bottom, type HorizontalMark, right, type VerticalMark } from "./chart.ts";
import { shortNumber } from "./number-text.ts";
import { line, rect, type SvgNode } from "./svg.ts";
import { fitText, text, textWidth } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

const SIZE = 11;
const AREA = 0.12;

/** Annotations at values: areas lie under the data, lines and labels over it. */
export function drawHorizontal(
  marks: readonly HorizontalMark[],
  toY: (value: number, axis: "left" | "right") => number,
  plot: Box,
  theme: Theme,
): { areas: SvgNode[]; lines: SvgNode[] } {
  const areas: SvgNode[] = [];
  const lines: SvgNode[] = [];
  const labels = new Shelf();
  marks.forEach((mark, index) => {
    const color = mark.color ?? seriesColor(index + 1);
    const y = inside(toY(mark.value, mark.axis), plot);
    const other = mark.to === undefined ? fillEdge(mark, plot) : inside(toY(mark.to, mark.axis), plot);
    if (other !== undefined) {
      const [top, end] = [Math.min(y, other), Math.max(y, other)];
      areas.push(rect(plot.x, top, plot.width, end - top, { fill: color, "fill-opacity": AREA }));
    }
    for (const edge of mark.to === undefined ? [mark.value] : [mark.value, mark.to]) {
      const at = toY(edge, mark.axis);
      if (at >= plot.y - 1 && at <= bottom(plot) + 1) lines.push(dashed(plot.x, at, right(plot), at, color));
    }
    const value =
      mark.to === undefined ? shortNumber(mark.value) : `${shortNumber(mark.value)} – ${shortNumber(mark.to)}`;
    const label = fitText(withValue(mark.label, value), plot.width * 0.6, SIZE);
    const place = labels.place(y, plot);
    lines.push(halo(label, right(plot) - 4, place, "end", color, theme));
  });
  return { areas, lines };
}

/** Annotations at times. */
export function drawVertical(
  marks: readonly VerticalMark[],
  toX: (ms: number) => number,
  plot: Box,
  theme: Theme,
): { areas: SvgNode[]; lines: SvgNode[] } {
  const areas: SvgNode[] = [];
  const lines: SvgNode[] = [];
  const rows: number[] = [];
  const clamp = (x: number) => Math.min(Math.max(x, plot.x), right(plot));
  for (const mark of marks) {
    const color = mark.color ?? theme.vertical;
    const x = toX(mark.ms);
    const edge = mark.toMs === undefined ? edgeOfFill(mark, plot) : toX(mark.toMs);
    if (edge !== undefined) {
      const [from, to] = [clamp(Math.min(x, edge)), clamp(Math.max(x, edge))];
      areas.push(rect(from, plot.y, to - from, plot.height, { fill: color, "fill-opacity": AREA }));
    }
    for (const at of mark.toMs === undefined ? [x] : [x, toX(mark.toMs)]) {
      if (at >= plot.x - 0.5 && at <= right(plot) + 0.5) lines.push(dashed(at, plot.y, at, bottom(plot), color));
    }
    if (mark.label === undefined || mark.label === "" || x < plot.x || x > right(plot)) continue;
    const label = fitText(mark.label, plot.width * 0.4, SIZE);
    const width = textWidth(label, SIZE);
    const from = x + 4 + width > right(plot) ? x - 4 - width : x + 4;
    const row = freeRow(rows, from, width);
    lines.push(halo(label, from, plot.y + 12 + row * 13, "start", color, theme));
  }
  return { areas, lines };
}

/** The label with the value behind it, unless it says it already. */
function withValue(label: string | undefined, value: string): string {
  if (label === undefined || label === "") return value;
  return label.includes(value) ? label : `${label} (${value})`;
}

function fillEdge(mark: HorizontalMark, plot: Box): number | undefined {
  if (mark.fill === "none") return undefined;
  return mark.fill === "above" ? plot.y : bottom(plot);
}

function edgeOfFill(mark: VerticalMark, plot: Box): number | undefined {
  if (mark.fill === "none") return undefined;
  return mark.fill === "before" ? plot.x : right(plot);
}

const inside = (y: number, plot: Box) => Math.min(Math.max(y, plot.y), bottom(plot));

function dashed(x1: number, y1: number, x2: number, y2: number, color: string): SvgNode {
  return line(x1, y1, x2, y2, { stroke: color, "stroke-width": 1.5, "stroke-dasharray": "6 3" });
}

/** A text that can be read on top of lines: it has an edge in the colour of the background. */
function halo(content: string, x: number, y: number, anchor: "start" | "end", color: string, theme: Theme): SvgNode {
  const plain = text(content, x, y, { size: SIZE, color, anchor });
  return {
    ...plain,
    attributes: {
      ...plain.attributes,
      stroke: theme.background,
      "stroke-width": 3,
      "stroke-linejoin": "round",
      "paint-order": "stroke",
    },
  };
}

/** The places of labels beside one edge: each above its line, or below it, or further down, where no other stands. */
class Shelf {
  readonly #taken: number[] = [];

  place(y: number, plot: Box): number {
    const above = y - 4;
    const candidates = [above, y + 13, above - 13, y + 26, above - 26];
    const fits = (at: number) => at - 9 >= plot.y && at <= bottom(plot) - 1;
    const free = (at: number) => this.#taken.every((other) => Math.abs(other - at) >= 12);
    const chosen = candidates.find((at) => fits(at) && free(at)) ?? candidates.find(fits) ?? above;
    this.#taken.push(chosen);
    return chosen;
  }
}

/** The first of three rows in which nothing stands before `from`. */
function freeRow(rows: number[], from: number, width: number): number {
  for (let row = 0; row < 3; row++) {
    if ((rows[row] ?? -Infinity) < from) {
      rows[row] = from + width + 6;
      return row;
    }
  }
  return 0;
}
