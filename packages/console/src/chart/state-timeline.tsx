import { type AlarmState, THEMES, timeTicks } from "@nephoscope/charts";
import { useDark } from "../shell/look.ts";
import { offsetMinutes, timeText } from "../time/format.ts";
import { useZone } from "../time/zone.ts";
import type { Span } from "../time-range/time-range.ts";
import { STATE_NAMES } from "./chart-values.tsx";
import { useWidth } from "./use-width.ts";
import "./state-timeline.css";

export interface TimelineRow {
  readonly key: string;
  readonly name: React.ReactNode;
  /** Each holds until the next. */
  readonly states: readonly AlarmState[];
}

/** Pixels that a time below the rows needs. */
const TIME_LABEL = 76;

/** States of alarms over a time, one row for each: a table, so that it reads as one too. */
export function StateTimeline({
  rows,
  span,
  label,
}: {
  readonly rows: readonly TimelineRow[];
  readonly span: Span;
  readonly label: string;
}) {
  const zone = useZone();
  const theme = THEMES[useDark() ? "dark" : "light"];
  const { place, width } = useWidth();
  const share = (ms: number) => (100 * (ms - span.startMs)) / Math.max(1, span.endMs - span.startMs);
  const ticks = timeTicks(
    span.startMs,
    span.endMs,
    Math.max(1, width / TIME_LABEL),
    offsetMinutes(span.endMs, zone),
  ).filter(({ ms }) => width === 0 || ((100 - share(ms)) * width) / 100 > TIME_LABEL / 2);
  return (
    <table className="state-timeline" aria-label={label}>
      <tbody>
        {rows.map(({ key, name, states }) => (
          <tr key={key}>
            <th scope="row">{name}</th>
            <td>
              <ol>
                {partsOf(states, span).map(({ from, to, state }) => {
                  const told = `${STATE_NAMES[state]} from ${timeText(from, zone)} to ${timeText(to, zone)}`;
                  return (
                    <li
                      key={from}
                      title={told}
                      style={{
                        left: `${share(from)}%`,
                        width: `max(2px, ${share(to) - share(from)}%)`,
                        background: theme.states[state],
                      }}
                    >
                      <span className="state-timeline-told">{told}</span>
                    </li>
                  );
                })}
              </ol>
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot aria-hidden>
        <tr>
          <td />
          <td>
            <div className="state-timeline-times" ref={place}>
              {ticks.map(({ ms, label: text }) => (
                <span key={ms} style={{ left: `${share(ms)}%` }}>
                  {text}
                </span>
              ))}
            </div>
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

/** The stretches of the range in which a state held. */
function partsOf(states: readonly AlarmState[], { startMs, endMs }: Span) {
  return [...states]
    .sort((a, b) => a.atMs - b.atMs)
    .flatMap(({ atMs, state }, index, all) => {
      const from = Math.max(atMs, startMs);
      const to = Math.min(all[index + 1]?.atMs ?? endMs, endMs);
      return to > from ? [{ from, to, state }] : [];
    });
}
