import type { PlotChart } from "../chart/plot.ts";
import { visibleText } from "../result-table/visible-text.ts";
import { offsetMinutes, timeText } from "../time/format.ts";
import type { Span } from "../time-range/time-range.ts";
import { type ChartKind, slicesOf, type TimeSeries } from "./visualization.ts";

export interface ResultChartOptions {
  readonly kind: ChartKind;
  readonly lines: readonly TimeSeries[];
  readonly span: Span;
  /** Milliseconds of a bin; undefined where bins differ in length. */
  readonly binMs: number | undefined;
  readonly zone: string;
  readonly theme: "light" | "dark";
}

/** Lines of a result as a chart, over the whole range that was asked; bars are stacked; of a pie, their sums or a single line's bins. */
export function resultChart({ kind, lines, span, binMs, zone, theme }: ResultChartOptions): PlotChart {
  const length = span.endMs - span.startMs;
  const drawn: readonly TimeSeries[] =
    kind === "pie"
      ? slicesOf(lines, (ms) => timeText(ms, zone)).map(({ label, value }) => ({
          label,
          timesMs: [span.startMs],
          values: [value],
        }))
      : lines;
  return {
    view: kind === "pie" ? "pie" : "timeSeries",
    // The place of the chart says how large it is.
    width: 0,
    height: 0,
    theme,
    title: undefined,
    // The first bin begins before the range where that begins inside of it.
    startMs: drawn.reduce((least, { timesMs }) => Math.min(least, timesMs[0] ?? least), span.startMs),
    endMs: span.endMs + 1,
    offsetMinutes: offsetMinutes(span.endMs, zone),
    stacked: kind === "area" || kind === "bar",
    bars: kind === "bar",
    legend: kind === "pie" ? "right" : "bottom",
    axes: {},
    series: drawn.map(({ label, timesMs, values }) => ({
      // Labels are values of logs.
      label: visibleText(label),
      color: undefined,
      unit: undefined,
      axis: "left",
      timesMs,
      values,
      // A bin without events has no row: the line has a gap there, unless bins differ in length.
      periodMs: binMs ?? length,
    })),
    bands: [],
    horizontal: [],
    vertical: [],
    sparkline: false,
    trend: false,
    fullPrecision: false,
    sliceLabels: true,
    table: { summary: [], showTimes: false },
  };
}
