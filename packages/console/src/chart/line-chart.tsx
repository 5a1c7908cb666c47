import { seriesColor, shortNumber, THEMES, unitText } from "@nephoscope/charts";
import {
  type KeyboardEvent,
  type PointerEvent,
  useCallback,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { timeText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { ChartValues } from "./chart-values.tsx";
import { describeChart } from "./describe-chart.ts";
import { drawPlot } from "./draw-plot.ts";
import { Legend } from "./legend.tsx";
import { nearestTime, nextTime, type SeriesValue, valuesAt } from "./nearest.ts";
import { type PlotChart, plotOf } from "./plot.ts";
import { useView } from "./use-view.ts";
import { useWidth } from "./use-width.ts";
import { moved, zoomed } from "./view-range.ts";
import "./line-chart.css";

export interface LineChartProps {
  /** Its `width` and `height` count for nothing: the surface is as wide as its place. */
  readonly chart: PlotChart;
  /** Pixels, without the legend. */
  readonly height: number;
  /** What screen readers call it. */
  readonly label: string;
  /** Told the range that was drawn over the graph, or that it was moved to. */
  readonly onZoom?: ((span: Span) => void) | undefined;
}

/** A drag of fewer pixels is a click. */
const LEAST_DRAG = 5;
/** Pixels of a value in the box beside the crosshair, and of what else is in it. */
const VALUE_PX = 20;
const BOX_PX = 70;
const TOLD_VALUES = 12;

/**
 * Lines or stacked areas over time. The pointer shows the values at a time, draws a range to zoom into, and with Shift moves the graph;
 * Ctrl and the wheel zoom. With the keyboard, arrow keys walk over the times, with Shift they draw the range, Enter takes it and Escape
 * lets it go; Page Up and Page Down move the graph, plus and minus zoom.
 */
export function LineChart({ chart, height, label, onZoom }: LineChartProps) {
  const zone = useZone();
  const id = useId();
  const { place, width } = useWidth();
  const surface = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(NONE);
  const [at, setAt] = useState<number>();
  const [anchor, setAnchor] = useState<number>();
  const [grip, setGrip] = useState<{ readonly x: number; readonly span: Span }>();
  const theme = THEMES[chart.theme];
  const timeAt = (clientX: number) => plot.toMs(clientX - (surface.current?.getBoundingClientRect().left ?? 0));
  const view = useView(chart, surface, timeAt, onZoom);
  const { startMs, endMs } = view.span;
  const shown = useMemo((): PlotChart => {
    const series = chart.series
      .map((one, index) => ({ ...one, color: one.color ?? seriesColor(index) }))
      .filter((one) => !hidden.has(one.label));
    return { ...chart, series, startMs, endMs };
  }, [chart, hidden, startMs, endMs]);
  const plot = useMemo(() => plotOf(shown, Math.max(1, width), height), [shown, width, height]);
  const told = useMemo(() => describeChart(chart), [chart]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (element === null || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const began = performance.now();
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    drawPlot(context, shown, plot, theme);
    // For the measurement in a browser, and for whoever asks what a graph costs.
    performance.measure("nephoscope chart", { start: began, end: performance.now() });
  }, [shown, plot, theme, width, height]);

  const timeOf = ({ clientX }: PointerEvent) => Math.min(endMs, Math.max(startMs, timeAt(clientX)));
  const zoom = (from: number, to: number) => {
    setAnchor(undefined);
    const range = { startMs: Math.min(from, to), endMs: Math.max(from, to) };
    if (Math.round(range.endMs) > Math.round(range.startMs)) view.take(range);
  };
  const toggle = useCallback(
    (name: string) =>
      setHidden((before) =>
        before.has(name) ? new Set([...before].filter((one) => one !== name)) : new Set([...before, name]),
      ),
    [],
  );
  const letGo = () => {
    setAnchor(undefined);
    setGrip(undefined);
  };
  const press = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const length = endMs - startMs;
    if (step !== undefined) {
      event.preventDefault();
      const from = at ?? (step === 1 ? startMs - 1 : endMs + 1);
      const next = nextTime(shown.series, from, step);
      if (next === undefined || next < startMs || next > endMs) return;
      if (event.shiftKey && onZoom !== undefined) setAnchor((before) => before ?? at ?? next);
      else setAnchor(undefined);
      setAt(next);
    } else if (event.key === "Enter" && anchor !== undefined && at !== undefined) zoom(anchor, at);
    else if (event.key === "Escape") {
      letGo();
      setAt(undefined);
    } else if (onZoom !== undefined && /^(Page(Up|Down)|[-+=])$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      const [middle, now] = [at ?? (startMs + endMs) / 2, Date.now()];
      if (event.key === "PageUp") view.take(moved(view.span, -length / 2, now));
      else if (event.key === "PageDown") view.take(moved(view.span, length / 2, now));
      else view.take(zoomed(view.span, middle, event.key === "-" ? 2 : 0.5));
    }
  };
  const values = useMemo(() => (at === undefined ? [] : valuesAt(shown.series, at)), [shown.series, at]);
  const [from, to] = [at, anchor].map((ms) => plot.toX(ms ?? 0));
  const state = at === undefined ? undefined : chart.states?.findLast(({ atMs }) => atMs <= at)?.state;
  return (
    <div className={chart.legend === "right" ? "line-chart line-chart-beside" : "line-chart"} data-theme={chart.theme}>
      <div ref={place} className="line-chart-place">
        <div
          ref={surface}
          className={grip === undefined ? "line-chart-plot" : "line-chart-plot line-chart-held"}
          style={{ height }}
          role="slider"
          aria-label={label}
          aria-describedby={id}
          aria-valuemin={startMs}
          aria-valuemax={endMs}
          aria-valuenow={at ?? endMs}
          aria-valuetext={at === undefined ? "No time chosen" : `${timeText(at, zone)}: ${spoken(values)}`}
          tabIndex={0}
          onKeyDown={press}
          onBlur={() => setAt(undefined)}
          onPointerDown={(event) => {
            if (event.button !== 0 || onZoom === undefined) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            if (event.shiftKey) setGrip({ x: event.clientX, span: view.span });
            else setAnchor(timeOf(event));
          }}
          onPointerMove={(event) => {
            if (grip !== undefined) {
              setAt(undefined);
              const by = ((grip.span.endMs - grip.span.startMs) * (grip.x - event.clientX)) / plot.width;
              view.show(moved(grip.span, by, Date.now()));
              return;
            }
            const ms = timeOf(event);
            setAt(anchor === undefined ? nearestTime(shown.series, ms) : ms);
          }}
          onPointerUp={(event) => {
            if (grip !== undefined) {
              if (Math.abs(event.clientX - grip.x) >= LEAST_DRAG) view.take(view.span);
              else view.reset();
            } else if (anchor !== undefined) {
              const ms = timeOf(event);
              if (Math.abs(plot.toX(ms) - plot.toX(anchor)) >= LEAST_DRAG) zoom(anchor, ms);
            }
            letGo();
          }}
          onPointerCancel={() => {
            view.reset();
            letGo();
          }}
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
              <ChartValues
                time={timeText(at, zone)}
                values={values}
                most={Math.max(2, Math.floor((height - BOX_PX) / VALUE_PX))}
                state={state}
                {...(from > width / 2 ? { right: width - from + 10 } : { left: from + 10 })}
              />
            </>
          )}
        </div>
      </div>
      <p id={id} className="line-chart-told">
        {told}
      </p>
      {chart.legend !== "hidden" && <Legend chart={chart} hidden={hidden} onToggle={toggle} />}
    </div>
  );
}

const NONE: ReadonlySet<string> = new Set();
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowLeft: -1 };

const spoken = (values: readonly SeriesValue[]) =>
  values
    .slice(0, TOLD_VALUES)
    .map(({ series, value }) => `${series.label} ${shortNumber(value)}${unitText(series.unit)}`)
    .join(", ");
