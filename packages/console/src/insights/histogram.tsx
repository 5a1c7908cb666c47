import {
  colorBorderDividerDefault,
  colorBorderItemFocused,
  colorChartsPaletteCategorical1,
  colorTextBodySecondary,
} from "@cloudscape-design/design-tokens";
import { shortNumber } from "@nephoscope/charts";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { numberText, timeText, timeWithMillis } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { roundedUp } from "./rounded-up.ts";
import { tickText } from "./tick-text.ts";
import { type Bin, type BinCount, brushed } from "./time-bins.ts";
import "./histogram.css";

export interface HistogramProps {
  readonly span: Span;
  readonly bin: Bin;
  readonly bins: readonly BinCount[];
  /** The counts are of a part of the range still. */
  readonly preliminary: boolean;
  /** Told the range that was drawn over the bars. */
  readonly onBrush: (span: Span) => void;
}

const HEIGHT = 108;
const AXIS_WIDTH = 46;
const AXIS_HEIGHT = 20;
/** Pixels that a time below the axis needs. */
const LABEL_WIDTH = 84;

/**
 * How many events there were over time. A range is drawn with the pointer; with the keyboard, arrow keys walk over the bars, with Shift they
 * draw the range, Enter takes it and Escape lets it go.
 */
export function Histogram({ span, bin, bins, preliminary, onBrush }: HistogramProps) {
  const zone = useZone();
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [from, setFrom] = useState<number>();
  const [at, setAt] = useState<number>();
  const [drawing, setDrawing] = useState(false);

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const plot = Math.max(0, width - AXIS_WIDTH);
  const most = roundedUp(bins.reduce((max, { count }) => Math.max(max, count), 0));
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const step = plot / Math.max(1, bins.length);
  const indexAt = (clientX: number) => {
    const left = place.current?.getBoundingClientRect().left ?? 0;
    return Math.max(0, Math.min(bins.length - 1, Math.floor((clientX - left - AXIS_WIDTH) / Math.max(1e-9, step))));
  };
  const take = (first: number, last: number) => {
    const [low, high] = [bins[Math.min(first, last)], bins[Math.max(first, last)]];
    setFrom(undefined);
    setDrawing(false);
    if (low !== undefined && high !== undefined) onBrush(brushed(span, bin, low.startMs, high.startMs));
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const index = indexAt(event.clientX);
    setFrom(index);
    setAt(index);
    setDrawing(true);
  };
  const onPointerMove = (event: PointerEvent) => setAt(indexAt(event.clientX));
  const onPointerUp = (event: PointerEvent) => {
    if (drawing && from !== undefined) take(from, indexAt(event.clientX));
  };
  const letGo = () => {
    setFrom(undefined);
    setDrawing(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      const here = at ?? (move > 0 ? -1 : bins.length);
      setFrom(event.shiftKey ? (from ?? Math.max(0, here)) : undefined);
      setAt(Math.max(0, Math.min(bins.length - 1, here + move)));
    } else if (event.key === "Enter" && at !== undefined) {
      event.preventDefault();
      take(from ?? at, at);
    } else if (event.key === "Escape") letGo();
  };

  const text = (ms: number) => (bin.ms < 1_000 ? timeWithMillis(ms, zone) : timeText(ms, zone));
  const pointed = at === undefined ? undefined : bins[at];
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(1, step)));
  const selected = from === undefined || at === undefined ? undefined : [Math.min(from, at), Math.max(from, at)];

  return (
    <div className="histogram" style={LOOK}>
      <div className="histogram-head">
        <span>
          {numberText(total)} {total === 1 ? "event" : "events"}
          {preliminary ? " so far" : ""}, each bar {bin.text}
        </span>
        <span aria-hidden="true">
          {pointed !== undefined && `${text(pointed.startMs)}: ${numberText(pointed.count)}`}
        </span>
      </div>
      <div
        ref={place}
        className="histogram-plot"
        role="slider"
        tabIndex={0}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bins.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={pointed === undefined ? "No bar" : `${text(pointed.startMs)}: ${numberText(pointed.count)}`}
        aria-label={`Events over time: ${numberText(total)} from ${text(span.startMs)} to ${text(span.endMs)}. Arrow keys walk over the bars, with Shift they choose a range, Enter takes it.`}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={letGo}
        onPointerLeave={() => !drawing && setAt(undefined)}
        onKeyDown={onKeyDown}
      >
        <svg width={width} height={HEIGHT + AXIS_HEIGHT} aria-hidden="true">
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line
                className="histogram-line"
                x1={AXIS_WIDTH}
                x2={width}
                y1={HEIGHT - share * (HEIGHT - 8) + 0.5}
                y2={HEIGHT - share * (HEIGHT - 8) + 0.5}
              />
              {(share !== 0.5 || most > 1) && (
                <text x={AXIS_WIDTH - 6} y={HEIGHT - share * (HEIGHT - 8) + 4} textAnchor="end">
                  {shortNumber(share * most)}
                </text>
              )}
            </g>
          ))}
          {selected !== undefined && (
            <rect
              className="histogram-selected"
              x={AXIS_WIDTH + (selected[0] ?? 0) * step}
              width={((selected[1] ?? 0) - (selected[0] ?? 0) + 1) * step}
              y={0}
              height={HEIGHT}
            />
          )}
          {bins.map(({ startMs, count }, index) => (
            <rect
              key={startMs}
              className={index === at ? "histogram-bar histogram-pointed" : "histogram-bar"}
              x={AXIS_WIDTH + index * step + gap(step) / 2}
              width={Math.max(0.5, step - gap(step))}
              y={HEIGHT - barHeight(count, most)}
              height={barHeight(count, most)}
            />
          ))}
          {bins.map(
            ({ startMs }, index) =>
              index % every === 0 &&
              index * step + LABEL_WIDTH <= plot && (
                <text key={startMs} x={AXIS_WIDTH + index * step} y={HEIGHT + 16}>
                  {tickText(startMs, bin.ms * every, span, zone)}
                </text>
              ),
          )}
        </svg>
      </div>
    </div>
  );
}

const gap = (step: number) => (step > 6 ? 2 : step > 3 ? 1 : 0);
/** A bin with an event never looks like one without. */
const barHeight = (count: number, most: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 8)));

const LOOK = {
  "--histogram-bar": colorChartsPaletteCategorical1,
  "--histogram-line": colorBorderDividerDefault,
  "--histogram-text": colorTextBodySecondary,
  "--histogram-focus": colorBorderItemFocused,
} as CSSProperties;
