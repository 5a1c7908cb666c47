import { colorBorderDividerDefault, colorTextBodySecondary } from "@cloudscape-design/design-tokens";
import { fullNumber, shortNumber } from "@nephoscope/charts";
import { type CSSProperties, type PointerEvent, useState } from "react";
import { visibleText } from "../result-table/visible-text.ts";
import { timeText } from "../time/format.ts";
import { roundedUp } from "./rounded-up.ts";
import type { TimeSeries } from "./visualization.ts";
import "./time-bars.css";

export interface TimeBarsProps {
  readonly lines: readonly TimeSeries[];
  readonly colors: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly zone: string;
  readonly label: string;
}

const AXIS_WIDTH = 56;
const AXIS_HEIGHT = 24;
const LABEL_WIDTH = 130;

/** A bar for each time, the lines' values on top of one another. Times without data take no place. */
export function TimeBars({ lines, colors, width, height, zone, label }: TimeBarsProps) {
  const [at, setAt] = useState<number>();
  const times = [...new Set(lines.flatMap(({ timesMs }) => timesMs))].sort((a, b) => a - b);
  const byTime = lines.map(({ timesMs, values }) => new Map(timesMs.map((time, index) => [time, values[index] ?? 0])));
  const sums = times.map((time) => byTime.reduce((sum, values) => sum + Math.max(0, values.get(time) ?? 0), 0));
  const highest = sums.reduce((most, sum) => Math.max(most, sum), 0);
  const most = highest > 1 ? roundedUp(highest) : Math.max(1e-9, highest);
  const plot = Math.max(0, width - AXIS_WIDTH);
  const tall = height - AXIS_HEIGHT - 8;
  const step = plot / Math.max(1, times.length);
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(1, step)));
  const onPointerMove = (event: PointerEvent<SVGElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - AXIS_WIDTH;
    const index = Math.floor(x / Math.max(1e-9, step));
    setAt(index >= 0 && index < times.length ? index : undefined);
  };
  const pointed = at === undefined ? undefined : times[at];
  return (
    <div className="time-bars" style={LOOK}>
      <div className="time-bars-pointed" aria-live="polite">
        {pointed !== undefined &&
          `${timeText(pointed, zone)}: ${lines
            .flatMap(({ label: name }, index) => {
              const value = byTime[index]?.get(pointed);
              return value === undefined ? [] : [`${visibleText(name)} ${fullNumber(value)}`];
            })
            .slice(0, 8)
            .join(", ")}`}
      </div>
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={label}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setAt(undefined)}
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              className="time-bars-line"
              x1={AXIS_WIDTH}
              x2={width}
              y1={8 + tall * (1 - share)}
              y2={8 + tall * (1 - share)}
            />
            <text x={AXIS_WIDTH - 8} y={12 + tall * (1 - share)} textAnchor="end">
              {shortNumber(share * most)}
            </text>
          </g>
        ))}
        {times.map((time, index) => {
          let top = 8 + tall;
          return (
            <g key={time} className={index === at ? "time-bars-marked" : undefined}>
              {byTime.map((values, line) => {
                const size = (Math.max(0, values.get(time) ?? 0) / most) * tall;
                top -= size;
                return size === 0 ? null : (
                  <rect
                    key={lines[line]?.label}
                    x={AXIS_WIDTH + index * step + Math.min(2, step * 0.1)}
                    width={Math.max(0.5, step - Math.min(4, step * 0.2))}
                    y={top}
                    height={size}
                    fill={colors[line % colors.length]}
                  />
                );
              })}
              {index % every === 0 && index * step + LABEL_WIDTH <= plot && (
                <text x={AXIS_WIDTH + index * step} y={height - 6}>
                  {timeText(time, zone)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <ul className="time-bars-legend">
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

const LOOK = { "--bars-line": colorBorderDividerDefault, "--bars-text": colorTextBodySecondary } as CSSProperties;
