import type { Band, Chart, HorizontalMark, Series, VerticalMark } from "@nephoscope/charts";
import { parseOffset } from "@nephoscope/charts";
import { type Annotations, type ImageProperties, isBand, resolveTime } from "@nephoscope/languages/dashboard-body";
import type { WidgetSeries } from "./series-reader.ts";
import type { WidgetReading } from "./widget-query.ts";

const DEFAULT_WIDTH = 600;
const DEFAULT_HEIGHT = 400;

/** The chart of a widget: what it asks for, with what was read. */
export function chartOf(
  widget: ImageProperties,
  reading: WidgetReading,
  read: { readonly found: readonly WidgetSeries[]; readonly course: readonly WidgetSeries[] },
  nowMs: number,
): Chart {
  const { series, bands } = drawnSeries(reading, read);
  return {
    view: widget.view ?? "timeSeries",
    width: widget.width ?? DEFAULT_WIDTH,
    height: widget.height ?? DEFAULT_HEIGHT,
    theme: widget.theme ?? "light",
    title: widget.title,
    subtitle: widget.subtitle,
    startMs: reading.startMs,
    endMs: reading.endMs,
    offsetMinutes: parseOffset(widget.timezone),
    stacked: widget.stacked ?? false,
    legend: widget.legend?.position ?? "bottom",
    axes: { left: widget.yAxis?.left, right: widget.yAxis?.right },
    series,
    bands,
    horizontal: horizontalMarks(widget.annotations),
    vertical: verticalMarks(widget.annotations, nowMs),
    sparkline: widget.sparkline ?? false,
    trend: widget.trend ?? false,
    fullPrecision: widget.singleValueFullPrecision ?? false,
    sliceLabels: widget.labels?.visible ?? true,
    table: {
      summary: widget.table?.summaryColumns ?? [],
      showTimes: widget.table?.showTimeSeriesData ?? (widget.table?.summaryColumns ?? []).length === 0,
    },
    states: widget.alarmStates?.flatMap(({ time, state }) => {
      const atMs = resolveTime(time, nowMs);
      return atMs === undefined ? [] : [{ atMs, state }];
    }),
  };
}

/** An expression of this function comes to two series, the lower side first; together they are an area. */
const BAND = /^\s*ANOMALY_DETECTION_BAND\s*\(/;

function drawnSeries(
  reading: WidgetReading,
  { found, course }: { readonly found: readonly WidgetSeries[]; readonly course: readonly WidgetSeries[] },
): { series: Series[]; bands: Band[] } {
  const series: Series[] = [];
  const bands: Band[] = [];
  reading.queries.forEach((query, index) => {
    const row = reading.rows[index];
    const own = found.filter(({ id }) => id === query.id);
    const drawn = own.map(
      (one): Series => ({
        label: one.label,
        // Many series of one row in one colour could not be told apart.
        color: own.length > 1 ? undefined : row?.options.color,
        unit: one.unit,
        axis: row?.options.yAxis ?? "left",
        timesMs: one.timesMs,
        values: one.values,
        periodMs: query.period * 1_000,
        course: course.find(({ id, label }) => id === one.id && (own.length === 1 || label === one.label)),
        incomplete: one.incomplete,
      }),
    );
    const [lower, upper] = drawn;
    const isArea = query.source.kind === "expression" && BAND.test(query.source.expression) && drawn.length === 2;
    if (isArea && lower !== undefined && upper !== undefined) {
      bands.push({ lower, upper, color: row?.options.color, label: query.label ?? query.plainLabel });
    } else series.push(...drawn);
  });
  return { series, bands };
}

function horizontalMarks(annotations: Annotations | undefined): HorizontalMark[] {
  return (annotations?.horizontal ?? []).flatMap((mark): HorizontalMark[] => {
    const [line, other] = isBand(mark) ? mark : [mark, undefined];
    if (line.visible === false) return [];
    return [
      {
        value: line.value,
        to: other?.value,
        label: line.label ?? other?.label,
        color: line.color ?? other?.color,
        fill: other === undefined ? (line.fill ?? "none") : "none",
        axis: line.yAxis ?? "left",
      },
    ];
  });
}

function verticalMarks(annotations: Annotations | undefined, nowMs: number): VerticalMark[] {
  return (annotations?.vertical ?? []).flatMap((mark): VerticalMark[] => {
    const [line, other] = isBand(mark) ? mark : [mark, undefined];
    const ms = resolveTime(line.value, nowMs);
    const toMs = other === undefined ? undefined : resolveTime(other.value, nowMs);
    if (line.visible === false || ms === undefined) return [];
    return [
      {
        ms,
        toMs,
        label: line.label ?? other?.label,
        color: line.color ?? other?.color,
        fill: other === undefined ? (line.fill ?? "none") : "none",
      },
    ];
  });
}
