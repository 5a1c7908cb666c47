import type { Box, Chart, HorizontalMark, Series } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { shortNumber, unitText } from "./number-text.ts";
import { drawSingleValues, grid } from "./single-value.ts";
import { group, node, round, type SvgNode } from "./svg.ts";
import { fitText, text, textWidth } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

const LEAST = { width: 110, height: 90 };

/** Half circles with the newest value of each series between the two ends of the left axis. */
export function drawGauges(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  if (chart.series.length === 0)
    return pictureOf(chart, frame, [emptyNote(frame.rest, "No data available", frame.theme)]);
  // A smaller half circle could not be read: the number can.
  if (frame.rest.height < LEAST.height || frame.rest.width < LEAST.width) return drawSingleValues(chart);
  const cells = grid(frame.rest, chart.series.length, LEAST);
  const contents = chart.series
    .slice(0, cells.length)
    .map((series, index) => drawGauge(chart, series, index, cells[index] ?? frame.rest, frame.theme));
  return pictureOf(chart, frame, contents);
}

function drawGauge(chart: Chart, series: Series, index: number, cell: Box, theme: Theme): SvgNode {
  const min = chart.axes.left?.min ?? 0;
  const max = chart.axes.left?.max ?? Math.max(min + 1, ...series.values);
  const labelHeight = 18;
  const thickness = Math.max(8, Math.min(cell.width, cell.height) * 0.11);
  const radius = Math.max(10, Math.min(cell.width / 2 - thickness, cell.height - labelHeight - 26 - thickness / 2));
  const x = cell.x + cell.width / 2;
  const y = cell.y + thickness / 2 + radius + (cell.height - labelHeight - 26 - thickness / 2 - radius) / 2;
  const value = series.values.at(-1);
  const shareOf = (number: number) => Math.min(1, Math.max(0, (number - min) / (max - min)));
  const color =
    value === undefined ? theme.grid : (colorAt(value, chart.horizontal) ?? series.color ?? seriesColor(index));
  const parts: SvgNode[] = [arc(x, y, radius, 0, 1, thickness, theme.grid)];
  for (const mark of chart.horizontal) {
    const [from, to] = rangeOf(mark, min, max).map(shareOf);
    if (from === undefined || to === undefined || to <= from) continue;
    parts.push(arc(x, y, radius + thickness / 2 + 4, from, to, 4, mark.color ?? theme.band));
  }
  if (value !== undefined && shareOf(value) > 0) parts.push(arc(x, y, radius, 0, shareOf(value), thickness, color));
  const number = value === undefined ? "–" : `${shortNumber(value)}${unitText(series.unit)}`;
  const size = Math.min(40, (radius * 1.1) / Math.max(1, textWidth(number, 1, true)));
  parts.push(text(number, x, y - 2, { size, color: theme.text, bold: true, anchor: "middle" }));
  parts.push(text(shortNumber(min), x - radius, y + 14, { size: 11, color: theme.secondary, anchor: "middle" }));
  parts.push(text(shortNumber(max), x + radius, y + 14, { size: 11, color: theme.secondary, anchor: "middle" }));
  const label = fitText(series.label, cell.width - 8, 12);
  parts.push(text(label, x, y + 32, { size: 12, color: theme.secondary, anchor: "middle" }));
  return group(parts);
}

/** Annotations colour the part of the scale that they fill. */
function rangeOf(mark: HorizontalMark, min: number, max: number): [number, number] {
  if (mark.to !== undefined) return [Math.min(mark.value, mark.to), Math.max(mark.value, mark.to)];
  if (mark.fill === "above") return [mark.value, max];
  if (mark.fill === "below") return [min, mark.value];
  const sliver = (max - min) / 100;
  return [mark.value - sliver, mark.value + sliver];
}

function colorAt(value: number, marks: readonly HorizontalMark[]): string | undefined {
  return marks.find((mark) => {
    if (mark.to === undefined && mark.fill === "none") return false;
    const [from, to] = rangeOf(mark, -Infinity, Infinity);
    return value >= from && value <= to;
  })?.color;
}

/** Part of a half circle, from the left (0) over the top to the right (1). */
function arc(
  x: number,
  y: number,
  radius: number,
  from: number,
  to: number,
  thickness: number,
  color: string,
): SvgNode {
  const at = (share: number) => {
    const angle = Math.PI * (1 - share);
    return `${round(x + radius * Math.cos(angle))} ${round(y - radius * Math.sin(angle))}`;
  };
  const d = `M${at(from)}A${round(radius)} ${round(radius)} 0 0 1 ${at(to)}`;
  return node("path", { d, fill: "none", stroke: color, "stroke-width": thickness });
}
