import { axisNumbers, type Chart, FONT_FAMILY, runs, seriesColor, type Theme, timeTicks } from "@nephoscope/charts";
import type { Plot, PlotChart, Side } from "./plot.ts";

/** Pixels that a time below the axis needs. */
const TIME_LABEL = 72;
/** Points of all lines together; more than the surface's columns could show would only cost time. */
const MAX_POINTS = 100_000;

/** Draws the graph; what moves with the pointer is drawn over it by others. */
export function drawPlot(surface: CanvasRenderingContext2D, chart: PlotChart, plot: Plot, theme: Theme): void {
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  surface.font = `11px ${FONT_FAMILY}`;
  surface.lineJoin = "round";
  drawGrid(surface, plot, theme);
  drawTimes(surface, chart, plot, theme);
  surface.save();
  surface.beginPath();
  surface.rect(plot.x, plot.y - 1, plot.width, plot.height + 2);
  surface.clip();
  drawAreas(surface, chart, plot, theme);
  for (const band of chart.bands) {
    surface.fillStyle = band.color ?? theme.band;
    surface.globalAlpha = 0.25;
    surface.beginPath();
    band.upper.timesMs.forEach((ms, index) => {
      surface.lineTo(plot.toX(ms), plot.toY(band.upper.values[index] ?? 0, band.upper.axis));
    });
    for (let index = band.lower.timesMs.length - 1; index >= 0; index--)
      surface.lineTo(
        plot.toX(band.lower.timesMs[index] ?? 0),
        plot.toY(band.lower.values[index] ?? 0, band.upper.axis),
      );
    surface.fill();
    surface.globalAlpha = 1;
  }
  if (chart.bars === true) drawBars(surface, chart, plot);
  else if (chart.stacked) drawStacks(surface, chart, plot);
  else drawLines(surface, chart, plot);
  surface.restore();
  drawMarks(surface, chart, plot, theme);
  for (const side of ["left", "right"] as const) drawNumbers(surface, chart, plot, side, theme);
  if (chart.series.every(({ values }) => values.length === 0)) {
    surface.fillStyle = theme.secondary;
    surface.textAlign = "center";
    surface.font = `13px ${FONT_FAMILY}`;
    surface.fillText(chart.emptyText ?? "No data available", (plot.x + right) / 2, (plot.y + bottom) / 2);
  }
  drawStates(surface, chart, plot, theme);
}

function drawGrid(surface: CanvasRenderingContext2D, plot: Plot, theme: Theme): void {
  const side: Side = plot.scales.left === undefined ? "right" : "left";
  surface.strokeStyle = theme.grid;
  surface.lineWidth = 1;
  for (const tick of plot.scales[side]?.ticks ?? []) {
    const y = Math.round(plot.toY(tick, side)) + 0.5;
    surface.beginPath();
    surface.moveTo(plot.x, y);
    surface.lineTo(plot.x + plot.width, y);
    surface.stroke();
  }
}

function drawNumbers(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot, side: Side, theme: Theme): void {
  const scale = plot.scales[side];
  if (scale === undefined) return;
  surface.font = `11px ${FONT_FAMILY}`;
  surface.fillStyle = theme.secondary;
  surface.textBaseline = "middle";
  surface.textAlign = side === "left" ? "right" : "left";
  const x = side === "left" ? plot.x - 8 : plot.x + plot.width + 8;
  const numbers = axisNumbers(scale.ticks, scale.step);
  for (const [index, tick] of scale.ticks.entries()) surface.fillText(numbers[index] ?? "", x, plot.toY(tick, side));
  surface.textBaseline = "alphabetic";
  const caption = captionOf(chart, side);
  if (caption === undefined) return;
  surface.textAlign = side;
  surface.fillText(caption, side === "left" ? 4 : plot.x + plot.width + 52, 10, plot.width / 2);
}

/** The label that was asked for, or the unit when all that is read from the axis is of one. */
function captionOf(chart: Chart, side: Side): string | undefined {
  const wish = chart.axes[side];
  if (wish?.label) return wish.label;
  if (wish?.showUnits === false) return undefined;
  const units = new Set(chart.series.flatMap(({ axis, unit }) => (axis === side ? (unit ?? []) : [])));
  const [unit] = units;
  return units.size === 1 && unit !== "None" ? unit : undefined;
}

function drawTimes(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot, theme: Theme): void {
  const bottom = plot.y + plot.height;
  const right = plot.x + plot.width + plot.rightRoom;
  surface.strokeStyle = theme.axis;
  surface.fillStyle = theme.secondary;
  surface.textAlign = "center";
  surface.beginPath();
  surface.moveTo(plot.x, bottom + 0.5);
  surface.lineTo(plot.x + plot.width, bottom + 0.5);
  surface.stroke();
  for (const tick of timeTicks(chart.startMs, chart.endMs, plot.width / TIME_LABEL, chart.offsetMinutes)) {
    for (const [text, y] of [
      [tick.label, bottom + 15],
      [tick.date ?? "", bottom + 28],
    ] as const) {
      const half = surface.measureText(text).width / 2;
      // A text at an edge stands beside its time rather than being cut.
      surface.fillText(text, Math.min(Math.max(plot.toX(tick.ms), half), right - half), y);
    }
  }
}

/** With more points than these all lines are a pixel wide: browsers paint such lines about ten times as fast as wider ones. */
const MOST_WIDE_POINTS = 20_000;

function drawLines(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot): void {
  const points = chart.series.reduce((sum, { values }) => sum + values.length, 0);
  surface.lineWidth = points > MOST_WIDE_POINTS ? 1 / surface.getTransform().a : 1.75;
  const column = Math.max(1, (4 * plot.width * chart.series.length) / MAX_POINTS);
  for (const [index, series] of chart.series.entries()) {
    const color = series.color ?? seriesColor(index);
    surface.strokeStyle = color;
    surface.fillStyle = color;
    surface.beginPath();
    const dots: { x: number; y: number }[] = [];
    for (const run of runs(series, plot.toX, (value) => plot.toY(value, series.axis), column)) {
      const [first] = run;
      if (run.length === 1 && first !== undefined) dots.push(first);
      else for (const [at, { x, y }] of run.entries()) at === 0 ? surface.moveTo(x, y) : surface.lineTo(x, y);
    }
    surface.stroke();
    // A value between two gaps has no line to be on.
    for (const { x, y } of dots) {
      surface.beginPath();
      surface.arc(x, y, 2.5, 0, 2 * Math.PI);
      surface.fill();
    }
  }
}

function drawStacks(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot): void {
  for (const side of ["left", "right"] as const) {
    const stack = plot.stacks[side];
    for (const { series, lower, upper } of stack?.layers ?? []) {
      const times = stack?.timesMs ?? [];
      surface.fillStyle = surface.strokeStyle = series.color ?? seriesColor(chart.series.indexOf(series));
      surface.lineWidth = 1.25;
      surface.beginPath();
      for (const [index, ms] of times.entries()) surface.lineTo(plot.toX(ms), plot.toY(upper[index] ?? 0, side));
      surface.stroke();
      for (let index = times.length - 1; index >= 0; index--)
        surface.lineTo(plot.toX(times[index] ?? 0), plot.toY(lower[index] ?? 0, side));
      surface.globalAlpha = 0.6;
      surface.fill();
      surface.globalAlpha = 1;
    }
  }
}

/** Stacked bars, each from its time to the end of its period. */
function drawBars(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot): void {
  for (const side of ["left", "right"] as const) {
    const { layers = [], timesMs = [] } = plot.stacks[side] ?? {};
    for (const { series, lower, upper } of layers) {
      surface.fillStyle = series.color ?? seriesColor(chart.series.indexOf(series));
      for (const [index, ms] of timesMs.entries()) {
        const [from, to] = [lower[index] ?? 0, upper[index] ?? 0];
        if (from === to) continue;
        const next = timesMs[index + 1] ?? Infinity;
        const x = plot.toX(ms);
        const width = plot.toX(Math.min(next, ms + series.periodMs)) - x;
        const gap = width > 6 ? 2 : width > 3 ? 1 : 0;
        const y = plot.toY(Math.max(from, to), side);
        surface.fillRect(x + gap / 2, y, Math.max(0.5, width - gap), plot.toY(Math.min(from, to), side) - y);
      }
    }
  }
}

function drawAreas(surface: CanvasRenderingContext2D, chart: PlotChart, plot: Plot, theme: Theme): void {
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  surface.globalAlpha = 0.12;
  for (const { value, to, fill, color, axis } of chart.horizontal) {
    if (to === undefined && fill === "none") continue;
    const from = plot.toY(value, axis);
    const other = to !== undefined ? plot.toY(to, axis) : fill === "above" ? plot.y : bottom;
    surface.fillStyle = color ?? seriesColor(3);
    surface.fillRect(plot.x, Math.min(from, other), plot.width, Math.abs(from - other));
  }
  for (const { ms, toMs, fill, color } of chart.vertical) {
    if (toMs === undefined && fill === "none") continue;
    const from = plot.toX(ms);
    const other = toMs !== undefined ? plot.toX(toMs) : fill === "before" ? plot.x : right;
    surface.fillStyle = color ?? theme.vertical;
    surface.fillRect(Math.min(from, other), plot.y, Math.abs(from - other), plot.height);
  }
  surface.globalAlpha = 1;
}

function drawMarks(surface: CanvasRenderingContext2D, chart: PlotChart, plot: Plot, theme: Theme): void {
  const right = plot.x + plot.width;
  const bottom = plot.y + plot.height;
  surface.font = `11px ${FONT_FAMILY}`;
  surface.lineWidth = 1.25;
  surface.setLineDash([5, 3]);
  for (const { value, to, label, color, axis } of chart.horizontal) {
    surface.strokeStyle = color ?? seriesColor(3);
    for (const each of [value, to]) {
      if (each === undefined) continue;
      const y = plot.toY(each, axis);
      if (y < plot.y - 1 || y > bottom + 1) continue;
      surface.beginPath();
      surface.moveTo(plot.x, y);
      surface.lineTo(right, y);
      surface.stroke();
      if (each !== value || !label) continue;
      surface.fillStyle = theme.text;
      surface.textAlign = "left";
      surface.fillText(label, plot.x + 6, y < plot.y + 16 ? y + 13 : y - 5, plot.width - 12);
    }
  }
  for (const { ms, toMs, label, color } of chart.vertical) {
    surface.strokeStyle = color ?? theme.vertical;
    for (const each of [ms, toMs]) {
      if (each === undefined || each < chart.startMs || each > chart.endMs) continue;
      const x = plot.toX(each);
      surface.beginPath();
      surface.moveTo(x, plot.y);
      surface.lineTo(x, bottom);
      surface.stroke();
      if (each !== ms || !label) continue;
      const onLeft = x > plot.x + plot.width / 2;
      surface.fillStyle = theme.text;
      surface.textAlign = onLeft ? "right" : "left";
      surface.fillText(label, x + (onLeft ? -5 : 5), plot.y + 11, plot.width / 2);
    }
  }
  surface.setLineDash([]);
}

const STRIP_PX = 8;

/** The states of an alarm as a strip below the times. Each holds until the next. */
function drawStates(surface: CanvasRenderingContext2D, chart: Chart, plot: Plot, theme: Theme): void {
  const states = [...(chart.states ?? [])].sort((a, b) => a.atMs - b.atMs);
  const y = plot.y + plot.height + 38;
  for (const [index, { atMs, state }] of states.entries()) {
    const from = Math.max(atMs, chart.startMs);
    const to = Math.min(states[index + 1]?.atMs ?? chart.endMs, chart.endMs);
    if (to <= from) continue;
    surface.fillStyle = theme.states[state];
    surface.fillRect(plot.toX(from), y, Math.max(2, plot.toX(to) - plot.toX(from)), STRIP_PX);
  }
}
