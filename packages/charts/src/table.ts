import { type Box, bottom, type Chart, right, type Series } from "./chart.ts";
import { emptyNote, frameOf, pictureOf } from "./frame.ts";
import { fullNumber, shortNumber, unitText } from "./number-text.ts";
import { drawSingleValues } from "./single-value.ts";
import { line, rect, type SvgNode } from "./svg.ts";
import { fitText, text, textWidth } from "./text.ts";
import { seriesColor, type Theme } from "./theme.ts";
import { momentText } from "./time-scale.ts";

const SIZE = 11;
const ROW = 20;

interface Row {
  readonly color: string;
  readonly cells: readonly string[];
}

/** A row for each series: its label, summaries, and as many of its newest values as there is room for. */
export function drawTable(chart: Chart): SvgNode {
  const frame = frameOf(chart);
  const { theme, rest } = frame;
  if (chart.series.length === 0) return pictureOf(chart, frame, [emptyNote(rest, "No data available", theme)]);
  // No room for a row below the headings.
  if (rest.height < 2 * ROW) return drawSingleValues(chart);
  const number = (value: number | undefined, series: Series) =>
    value === undefined
      ? "–"
      : `${chart.fullPrecision ? fullNumber(value) : shortNumber(value)}${unitText(series.unit)}`;
  const summary = chart.table.summary;
  const times = chart.table.showTimes
    ? timesOf(chart.series, rest.width * NUMBERS_SHARE - summary.length * COLUMN)
    : [];
  const headings = [
    "Label",
    ...summary.map((name) => HEADINGS[name]),
    ...times.map((ms) => momentText(ms, chart.offsetMinutes).slice(5)),
  ];
  if (headings.length === 1) headings.push("Latest");
  const rows = chart.series.map((series, index): Row => {
    const byTime = new Map(series.timesMs.map((ms, at) => [ms, series.values[at]]));
    const numbers = [...summary.map((name) => summaryOf(name, series.values)), ...times.map((ms) => byTime.get(ms))];
    if (numbers.length === 0) numbers.push(series.values.at(-1));
    return {
      color: series.color ?? seriesColor(index),
      cells: [series.label, ...numbers.map((value) => number(value, series))],
    };
  });
  return pictureOf(chart, frame, drawRows(headings, rows, rest, theme));
}

const HEADINGS = { MIN: "Min", MAX: "Max", SUM: "Sum", AVG: "Average" } as const;

function summaryOf(name: "MIN" | "MAX" | "SUM" | "AVG", values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  if (name === "SUM") return sum;
  if (name === "AVG") return sum / values.length;
  return values.reduce((chosen, value) => (name === "MIN" ? Math.min(chosen, value) : Math.max(chosen, value)));
}

/** What is left for numbers beside the labels, and about what a column of them takes. */
const NUMBERS_SHARE = 0.65;
const COLUMN = 84;

/** The newest times, as many columns as fit. */
function timesOf(series: readonly Series[], width: number): number[] {
  const all = [...new Set(series.flatMap(({ timesMs }) => timesMs))].sort((a, b) => b - a);
  return all.slice(0, Math.max(0, Math.floor(width / COLUMN))).reverse();
}

function drawRows(headings: readonly string[], rows: readonly Row[], box: Box, theme: Theme): SvgNode[] {
  const most = Math.max(1, Math.floor(box.height / ROW) - 1);
  const shown = rows.length > most ? rows.slice(0, Math.max(1, most - 1)) : rows;
  const widths = headings
    .slice(1)
    .map(
      (heading, column) =>
        Math.max(
          textWidth(heading, SIZE, true),
          ...shown.map(({ cells }) => textWidth(cells[column + 1] ?? "", SIZE)),
        ) + 16,
    );
  const numbers = widths.reduce((sum, width) => sum + width, 0);
  const labelWidth = Math.max(60, box.width - numbers);
  const nodes: SvgNode[] = [];
  const write = (cells: readonly string[], y: number, bold: boolean, inset: number) => {
    const color = bold ? theme.secondary : theme.text;
    nodes.push(
      text(fitText(cells[0] ?? "", labelWidth - inset - 8, SIZE, bold), box.x + inset, y, { size: SIZE, color, bold }),
    );
    let x = box.x + labelWidth;
    widths.forEach((width, column) => {
      x += width;
      if (x <= right(box) + 1)
        nodes.push(text(cells[column + 1] ?? "", x - 6, y, { size: SIZE, color, bold, anchor: "end" }));
    });
  };
  write(headings, box.y + 13, true, 0);
  shown.forEach(({ color, cells }, index) => {
    const top = box.y + (index + 1) * ROW;
    nodes.push(line(box.x, top + 0.5, right(box), top + 0.5, { stroke: theme.grid }));
    nodes.push(rect(box.x, top + 6, 9, 9, { fill: color, rx: 1.5 }));
    write(cells, top + 14, false, 15);
  });
  if (shown.length < rows.length) {
    const y = Math.min(bottom(box), box.y + (shown.length + 1) * ROW + 14);
    nodes.push(text(`and ${rows.length - shown.length} more`, box.x, y, { size: SIZE, color: theme.secondary }));
  }
  return nodes;
}
