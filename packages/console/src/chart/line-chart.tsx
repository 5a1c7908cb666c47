import { type Chart, fullNumber, type Series, seriesColor, shortNumber, THEMES, unitText } from "@nephoscope/charts";
import { type KeyboardEvent, type PointerEvent, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import { timeText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { drawPlot } from "./draw-plot.ts";
import { Legend } from "./legend.tsx";
import { nearestTime, nextTime, valueAt } from "./nearest.ts";
import { plotOf } from "./plot.ts";
import { useWidth } from "./use-width.ts";
import "./line-chart.css";

export interface LineChartProps {
  /** Its `width` and `height` count for nothing: the surface is as wide as its place. */
  readonly chart: Chart;
  /** Pixels, without the legend. */
  readonly height: number;
  /** What screen readers call it. */
  readonly label: string;
  /** Told the range that was drawn over the graph. */
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** A drag of fewer pixels is a click. */
const LEAST_DRAG = 5;
/** Values that the box beside the crosshair has room for: the largest. */
const MOST_VALUES = 12;
/** Series that the description tells of. */
const TOLD_SERIES = 20;

/**
 * Lines or stacked areas over time. The pointer shows the values at a time, and draws a range to zoom into. With the keyboard, arrow keys
 * walk over the times, with Shift they draw the range, Enter takes it and Escape lets it go.
 */
export function LineChart({ chart, height, label, onZoom }: LineChartProps) {
  const zone = useZone();
  const id = useId();
  const { place, width } = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NONE);
  const [at, setAt] = useState<number>();
  const [anchor, setAnchor] = useState<number>();
  const theme = THEMES[chart.theme];
  const shown = useMemo((): Chart => {
    const series = chart.series
      .map((one, index) => ({ ...one, color: one.color ?? seriesColor(index) }))
      .filter((one) => !hidden.has(one.label));
    return { ...chart, series };
  }, [chart, hidden]);
  const plot = useMemo(() => plotOf(shown, Math.max(1, width), height), [shown, width, height]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const surface = element?.getContext("2d");
    if (element === null || !surface || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const began = performance.now();
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    surface.scale(ratio, ratio);
    drawPlot(surface, shown, plot, theme);
    // For the measurement in a browser, and for whoever asks what a graph costs.
    performance.measure("nephoscope chart", { start: began, end: performance.now() });
  }, [shown, plot, theme, width, height]);

  const timeOf = (event: PointerEvent) => {
    const ms = plot.toMs(event.clientX - event.currentTarget.getBoundingClientRect().left);
    return Math.min(chart.endMs, Math.max(chart.startMs, ms));
  };
  const zoom = (from: number, to: number) => {
    setAnchor(undefined);
    const [startMs, endMs] = [Math.round(Math.min(from, to)), Math.round(Math.max(from, to))];
    if (endMs > startMs) onZoom?.({ startMs, endMs });
  };
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : undefined;
    if (step !== undefined) {
      event.preventDefault();
      const from = at ?? (step === 1 ? chart.startMs - 1 : chart.endMs + 1);
      const next = nextTime(shown.series, from, step);
      if (next === undefined) return;
      if (event.shiftKey && onZoom !== undefined) setAnchor((before) => before ?? at ?? next);
      else setAnchor(undefined);
      setAt(next);
    } else if (event.key === "Enter" && anchor !== undefined && at !== undefined) zoom(anchor, at);
    else if (event.key === "Escape") {
      setAnchor(undefined);
      setAt(undefined);
    }
  };
  const values = at === undefined ? [] : valuesAt(shown.series, at);
  const [from, to] = [at, anchor].map((ms) => plot.toX(ms ?? 0));
  return (
    <div className="line-chart" data-theme={chart.theme}>
      <div ref={place}>
        <div
          className="line-chart-plot"
          style={{ height }}
          role="slider"
          aria-label={label}
          aria-describedby={id}
          aria-valuemin={chart.startMs}
          aria-valuemax={chart.endMs}
          aria-valuenow={at ?? chart.endMs}
          aria-valuetext={at === undefined ? "No time chosen" : `${timeText(at, zone)}: ${told(values)}`}
          tabIndex={0}
          onKeyDown={move}
          onBlur={() => setAt(undefined)}
          onPointerDown={(event) => {
            if (event.button !== 0 || onZoom === undefined) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setAnchor(timeOf(event));
          }}
          onPointerMove={(event) => {
            const ms = timeOf(event);
            setAt(anchor === undefined ? nearestTime(shown.series, ms) : ms);
          }}
          onPointerUp={(event) => {
            if (anchor === undefined) return;
            const ms = timeOf(event);
            if (Math.abs(plot.toX(ms) - plot.toX(anchor)) >= LEAST_DRAG) zoom(anchor, ms);
            else setAnchor(undefined);
          }}
          onPointerCancel={() => setAnchor(undefined)}
          onPointerLeave={() => anchor === undefined && setAt(undefined)}
        >
          <canvas ref={canvas} style={{ width, height }} aria-hidden />
          {anchor !== undefined && at !== undefined && from !== undefined && to !== undefined && (
            <div
              className="line-chart-range"
              style={{ left: Math.min(from, to), width: Math.abs(from - to), top: plot.y, height: plot.height }}
            />
          )}
          {at !== undefined && from !== undefined && (
            <>
              <div className="line-chart-cross" style={{ left: from, top: plot.y, height: plot.height }} />
              {values.length > 0 && (
                <div
                  className="line-chart-values"
                  style={from > width / 2 ? { right: width - from + 10 } : { left: from + 10 }}
                >
                  <strong>{timeText(at, zone)}</strong>
                  {values.slice(0, MOST_VALUES).map(({ series, value }) => (
                    <div key={series.label}>
                      <i style={{ background: series.color }} />
                      <span>{visibleText(series.label)}</span>
                      <b>
                        {fullNumber(value)} {unitText(series.unit)}
                      </b>
                    </div>
                  ))}
                  {values.length > MOST_VALUES && <div>and {values.length - MOST_VALUES} more</div>}
                </div>
              )}
            </>
          )}
        </div>
      </div>
      <p id={id} className="line-chart-told">
        {description(chart)}
      </p>
      {chart.legend !== "hidden" && (
        <Legend
          chart={chart}
          hidden={hidden}
          onToggle={(name) =>
            setHidden((before) =>
              before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name]),
            )
          }
        />
      )}
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();

/** Largest first. */
function valuesAt(series: readonly Series[], ms: number) {
  return series
    .flatMap((one) => {
      const value = valueAt(one, ms);
      return value === undefined ? [] : [{ series: one, value }];
    })
    .sort((a, b) => b.value - a.value);
}

const told = (values: ReturnType<typeof valuesAt>) =>
  values
    .slice(0, MOST_VALUES)
    .map(({ series, value }) => `${series.label} ${shortNumber(value)}${unitText(series.unit)}`)
    .join(", ");

/** The graph in words: of each series the newest, the lowest and the highest value. */
export function description({ series, horizontal }: Chart): string {
  const lines = series.slice(0, TOLD_SERIES).map(({ label, values, unit }) => {
    const last = values.at(-1);
    if (last === undefined) return `${label}: no data.`;
    const low = values.reduce((least, value) => Math.min(least, value), Infinity);
    const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
    return `${label}: ${shortNumber(last)}${unitText(unit)} at last, from ${shortNumber(low)} to ${shortNumber(high)}.`;
  });
  if (series.length > TOLD_SERIES) lines.push(`${series.length - TOLD_SERIES} more series.`);
  for (const { value, label } of horizontal) lines.push(`Line at ${shortNumber(value)}${label ? `: ${label}` : ""}.`);
  return visibleText(lines.join(" "));
}
