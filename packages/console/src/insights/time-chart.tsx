import {
  colorBackgroundContainerContent,
  colorBorderDividerDefault,
  colorBorderItemFocused,
  colorTextBodySecondary,
} from "@cloudscape-design/design-tokens";
import { fullNumber, shortNumber } from "@nephoscope/charts";
import { type CSSProperties, type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import { timeText } from "../time/format.ts";
import type { Span } from "../time-range/time-range.ts";
import { type Plotted, plotted } from "./chart-scale.ts";
import { timeTicks } from "./time-ticks.ts";
import type { TimeSeries } from "./visualization.ts";
import "./time-chart.css";

export interface TimeChartProps {
  readonly kind: "line" | "area" | "bar";
  readonly lines: readonly TimeSeries[];
  readonly colors: readonly string[];
  readonly span: Span;
  /** Milliseconds of a bin; undefined where bins differ in length. */
  readonly binMs: number | undefined;
  readonly width: number;
  readonly height: number;
  readonly zone: string;
  readonly label: string;
}

const AXIS_WIDTH = 56;
const AXIS_HEIGHT = 24;
const TOP = 8;
const TICK_WIDTH = 100;
/** Lines of values beside the pointer; of very many, the largest are told. */
const TOLD = 8;

/** Values over time as lines, areas or bars; areas and bars lie on top of one another. Pointing at a time, or walking with the arrow keys, tells its values. */
export function TimeChart({ kind, lines, colors, span, binMs, width, height, zone, label }: TimeChartProps) {
  const [at, setAt] = useState<number>();
  const data = useMemo(() => plotted(lines, kind), [lines, kind]);
  const { timesMs } = data;
  const first = Math.min(span.startMs, timesMs[0] ?? span.startMs);
  const last = Math.max(span.endMs, (timesMs.at(-1) ?? 0) + (kind === "bar" ? (binMs ?? 0) : 0));
  const plot = Math.max(1, width - AXIS_WIDTH - 8);
  const tall = height - AXIS_HEIGHT - TOP;
  const x = (ms: number) => AXIS_WIDTH + ((ms - first) / Math.max(1, last - first)) * plot;
  const y = (value: number) => TOP + tall * (1 - (value - data.low) / (data.high - data.low || 1));
  const step = binMs === undefined ? plot / Math.max(1, timesMs.length) : (binMs / Math.max(1, last - first)) * plot;

  const point = (event: PointerEvent<HTMLElement>) => {
    const inside = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const middle = kind === "bar" ? step / 2 : 0;
    let best: number | undefined;
    timesMs.forEach((time, index) => {
      if (best === undefined || Math.abs(x(time) + middle - inside) < Math.abs(x(timesMs[best] ?? 0) + middle - inside))
        best = index;
    });
    setAt(best);
  };
  const walk = (event: KeyboardEvent) => {
    const move = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (move === 0) return;
    event.preventDefault();
    setAt((now) => Math.max(0, Math.min(timesMs.length - 1, (now ?? (move > 0 ? -1 : timesMs.length)) + move)));
  };
  const told = at === undefined ? "" : valuesAt(lines, data, at, zone);
  const levels = [0, 0.25, 0.5, 0.75, 1].map((share) => data.low + share * (data.high - data.low));

  return (
    <div className="time-chart" style={LOOK}>
      <div className="time-chart-told" aria-hidden="true">
        {told || "Point at the graph for its values"}
      </div>
      <div
        className="time-chart-plot"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, timesMs.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={told || `${timesMs.length} times`}
        onPointerMove={point}
        onPointerLeave={() => setAt(undefined)}
        onKeyDown={walk}
      >
        <svg width={width} height={height} aria-hidden="true">
          {levels.map((level) => (
            <g key={level}>
              <line className="time-chart-line" x1={AXIS_WIDTH} x2={AXIS_WIDTH + plot} y1={y(level)} y2={y(level)} />
              <text x={AXIS_WIDTH - 8} y={y(level) + 4} textAnchor="end">
                {shortNumber(level)}
              </text>
            </g>
          ))}
          {timeTicks({ startMs: first, endMs: last }, Math.max(1, Math.floor(plot / TICK_WIDTH)), zone).map(
            ({ ms, text }) => (
              <text key={ms} x={x(ms)} y={height - 6} textAnchor={x(ms) > AXIS_WIDTH + plot - 40 ? "end" : "middle"}>
                {text}
              </text>
            ),
          )}
          {kind === "bar" && at !== undefined && (
            <rect className="time-chart-marked" x={x(timesMs[at] ?? 0)} width={step} y={TOP} height={tall} />
          )}
          {kind !== "bar" && at !== undefined && (
            <line
              className="time-chart-cross"
              x1={x(timesMs[at] ?? 0)}
              x2={x(timesMs[at] ?? 0)}
              y1={TOP}
              y2={TOP + tall}
            />
          )}
          {lines.map((line, index) => {
            const color = colors[index % colors.length] ?? "";
            const edges = data.edges[index] ?? [];
            if (kind === "bar") {
              const [left, wide] = [Math.min(2, step * 0.1), Math.max(0.5, step - Math.min(4, step * 0.2))];
              // One path for all bars of a line: a result may have very many.
              const bars = edges.map(
                (edge, place) =>
                  edge &&
                  `M${(x(timesMs[place] ?? 0) + left).toFixed(1)} ${y(edge[0]).toFixed(1)}h${wide.toFixed(1)}V${y(edge[1]).toFixed(1)}h${(-wide).toFixed(1)}Z`,
              );
              return <path key={line.label} d={bars.join("")} fill={color} />;
            }
            const points = edges.map(
              (edge, place) => edge && ([x(timesMs[place] ?? 0), y(edge[0]), y(edge[1])] as const),
            );
            return (
              <g key={line.label}>
                {kind === "area" && <path d={areaPath(points)} fill={color} fillOpacity={0.35} />}
                <path d={linePath(points)} fill="none" stroke={color} strokeWidth={1.75} strokeLinejoin="round" />
                {points.map((each, place) =>
                  each !== undefined && (place === at || alone(points, place)) ? (
                    <circle
                      key={timesMs[place]}
                      className="time-chart-dot"
                      cx={each[0]}
                      cy={each[2]}
                      r={3.5}
                      fill={color}
                    />
                  ) : null,
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <ul className="time-chart-legend">
        {lines.map(({ label: name }, index) => (
          <li key={name}>
            <span style={{ background: colors[index % colors.length] }} />
            {visibleText(name)}
          </li>
        ))}
      </ul>
    </div>
  );
}

type Points = readonly (readonly [x: number, from: number, to: number] | undefined)[];

/** A value with none beside it makes no line, and would not be seen without a dot. */
const alone = (points: Points, place: number) => points[place - 1] === undefined && points[place + 1] === undefined;

/** A line that ends where a value is missing. */
function linePath(points: Points): string {
  let path = "";
  points.forEach((each, place) => {
    if (each !== undefined)
      path += `${points[place - 1] === undefined ? "M" : "L"}${each[0].toFixed(1)} ${each[2].toFixed(1)}`;
  });
  return path;
}

function areaPath(points: Points): string {
  let path = "";
  let run: (readonly [number, number, number])[] = [];
  const close = () => {
    if (run.length > 0) {
      const upper = run.map(([x, , to]) => `${x.toFixed(1)} ${to.toFixed(1)}`);
      const lower = run.toReversed().map(([x, from]) => `${x.toFixed(1)} ${from.toFixed(1)}`);
      path += `M${[...upper, ...lower].join("L")}Z`;
    }
    run = [];
  };
  for (const each of points) {
    if (each === undefined) close();
    else run.push(each);
  }
  close();
  return path;
}

function valuesAt(lines: readonly TimeSeries[], { timesMs, values }: Plotted, at: number, zone: string): string {
  const told = lines.flatMap(({ label }, index) => {
    const value = values[index]?.[at];
    return value === undefined ? [] : [{ label, value }];
  });
  const shown = told.sort((a, b) => b.value - a.value).slice(0, TOLD);
  const texts = shown.map(({ label, value }) => `${visibleText(label)} ${fullNumber(value)}`);
  const more = told.length > TOLD ? [`${told.length - TOLD} more`] : [];
  return `${timeText(timesMs[at] ?? 0, zone)}: ${[...texts, ...more].join(", ")}`;
}

const LOOK = {
  "--chart-line": colorBorderDividerDefault,
  "--chart-text": colorTextBodySecondary,
  "--chart-ground": colorBackgroundContainerContent,
  "--chart-focus": colorBorderItemFocused,
} as CSSProperties;
