import { type Box, bottom, type Chart, type Series } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { fullNumber, shortNumber, unitText } from "./number-text.ts";
import { pathBetween, pathThrough, runs } from "./points.ts";
import { group, node, rect, type SvgNode } from "./svg.ts";
import { fitText, text, textWidth } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";

const GAP = 12;
const LABEL = 12;

/** The newest value of each series as a number, large enough to be read from afar. */
export function drawSingleValues(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  if (chart.series.length === 0)
    return pictureOf(chart, frame, [emptyNote(frame.rest, "No data available", frame.theme)]);
  const cells = grid(frame.rest, chart.series.length);
  const contents = chart.series
    .slice(0, cells.length)
    .map((series, index) => drawCell(chart, series, index, cells[index] ?? frame.rest, frame.theme));
  return pictureOf(chart, frame, contents);
}

/** So many cells as squarish as they come, and no smaller than a number can be. */
export function grid(box: Box, wanted: number, least = { width: 70, height: 36 }): Box[] {
  let best = { columns: 1, rows: wanted, score: -Infinity };
  for (let columns = 1; columns <= wanted; columns++) {
    const rows = Math.ceil(wanted / columns);
    const width = box.width / columns;
    const height = box.height / rows;
    const score = Math.min(width / 2.2, height) - (columns * rows - wanted) * 2;
    if (score > best.score) best = { columns, rows, score };
  }
  const columns = Math.max(1, Math.min(best.columns, Math.floor(box.width / least.width)));
  const rows = Math.max(1, Math.min(Math.ceil(wanted / columns), Math.floor(box.height / least.height)));
  const width = (box.width - (columns - 1) * GAP) / columns;
  const height = (box.height - (rows - 1) * GAP) / rows;
  return Array.from({ length: Math.min(wanted, columns * rows) }, (_, index) => ({
    x: box.x + (index % columns) * (width + GAP),
    y: box.y + Math.floor(index / columns) * (height + GAP),
    width,
    height,
  }));
}

function drawCell(chart: Chart, series: Series, index: number, cell: Box, theme: Theme): SvgNode {
  const value = series.values.at(-1);
  const color = series.color ?? seriesColor(index);
  const number = value === undefined ? "–" : chart.fullPrecision ? fullNumber(value) : shortNumber(value);
  const unit = value === undefined ? "" : unitText(series.unit);
  const course = series.course ?? series;
  const graph =
    chart.sparkline && course.values.length > 1 && cell.height >= 80
      ? { ...cell, y: bottom(cell) - cell.height * 0.35, height: cell.height * 0.35 }
      : undefined;
  // A cell as low as this has room for the number alone.
  const labelled = cell.height >= 36;
  const room = cell.height - (graph?.height ?? 0) - (labelled ? LABEL + 8 : 0);
  const size = sizeFor(number, unit, cell.width - 8, Math.min(room * 0.75, 56));
  const y = cell.y + room / 2 + size * 0.36;
  const numberWidth = textWidth(number, size, true);
  const parts: SvgNode[] = [text(number, cell.x, y, { size, color: theme.text, bold: true })];
  if (unit !== "")
    parts.push(text(unit, cell.x + numberWidth + size * 0.15, y, { size: size * UNIT, color: theme.secondary }));
  if (labelled) parts.push(...labelOf(chart, series, color, { ...cell, y: y + LABEL + 6 }, theme));
  if (graph !== undefined)
    parts.push(
      ...sparkline(chart, { ...series, ...course, color }, { ...graph, y: graph.y + 4, height: graph.height - 4 }),
    );
  return group(parts);
}

/** The mark, the label and the change in one line, whose base line is the box's upper edge. */
function labelOf(chart: Chart, series: Series, color: string, line: Box, theme: Theme): SvgNode[] {
  const change = chart.trend ? changeText(series) : undefined;
  const changeWidth = change === undefined ? 0 : textWidth(change, LABEL) + 8;
  const label = fitText(series.label, line.width - 14 - changeWidth, LABEL);
  const parts = [
    rect(line.x, line.y - 9, 9, 9, { fill: color, rx: 1.5 }),
    text(label, line.x + 14, line.y, { size: LABEL, color: theme.secondary }),
  ];
  if (change !== undefined) {
    parts.push(text(change, line.x + 14 + textWidth(label, LABEL) + 8, line.y, { size: LABEL, color: theme.text }));
  }
  return parts;
}

const UNIT = 0.5;

function sizeFor(number: string, unit: string, width: number, most: number): number {
  const atOne = textWidth(number, 1, true) + (unit === "" ? 0 : 0.15 + textWidth(unit, UNIT));
  return Math.max(10, Math.min(most, width / atOne));
}

/** From the value before the newest to the newest. */
function changeText({ values }: Series): string | undefined {
  const [before, now] = values.slice(-2);
  if (before === undefined || now === undefined || before === 0) return undefined;
  const percent = ((now - before) / Math.abs(before)) * 100;
  const arrow = percent > 0 ? "▲" : percent < 0 ? "▼" : "=";
  return `${arrow} ${shortNumber(Number(Math.abs(percent).toFixed(2)))}%`;
}

function sparkline(chart: Chart, series: Series & { color: string }, box: Box): SvgNode[] {
  const low = series.values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = series.values.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) return [];
  const span = Math.max(1, chart.endMs - chart.startMs);
  const toX = (ms: number) => box.x + ((ms - chart.startMs) / span) * box.width;
  const toY = (value: number) =>
    high === low ? box.y + box.height / 2 : bottom(box) - ((value - low) / (high - low)) * box.height;
  return runs(series, toX, toY)
    .filter(({ length }) => length > 1)
    .flatMap((run) => {
      const floor = [run[0], run.at(-1)].flatMap((point) =>
        point === undefined ? [] : [{ x: point.x, y: bottom(box) }],
      );
      return [
        node("path", { d: pathBetween(run, floor), fill: series.color, "fill-opacity": 0.15 }),
        node("path", { d: pathThrough(run), fill: "none", stroke: series.color, "stroke-width": 1.5 }),
      ];
    });
}
