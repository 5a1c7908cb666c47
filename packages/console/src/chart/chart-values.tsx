import { type AlarmState, fullNumber, unitText } from "@nephoscope/charts";
import { keyed } from "../react-keys/keyed.ts";
import { visibleText } from "../result-table/visible-text.ts";
import type { SeriesValue } from "./nearest.ts";

export const STATE_NAMES = { ALARM: "In alarm", OK: "OK", INSUFFICIENT_DATA: "Insufficient data" } as const;

/** The values at a time, in a box beside the crosshair. */
export function ChartValues({
  time,
  values,
  most,
  state,
  left,
  right,
}: {
  readonly time: string;
  /** Largest first. */
  readonly values: readonly SeriesValue[];
  /** How many have room. */
  readonly most: number;
  readonly state: AlarmState["state"] | undefined;
  /** Pixels from one side. */
  readonly left?: number | undefined;
  readonly right?: number | undefined;
}) {
  if (values.length === 0 && state === undefined) return null;
  return (
    <div className="line-chart-values" style={{ left, right }}>
      <strong>{time}</strong>
      {state !== undefined && <div>{STATE_NAMES[state]}</div>}
      {keyed(values.slice(0, most), ({ series }) => series.label).map(({ key, item: { series, value } }) => (
        <div key={key}>
          <i style={{ background: series.color }} />
          <span>{visibleText(series.label)}</span>
          <b>
            {fullNumber(value)} {unitText(series.unit)}
          </b>
        </div>
      ))}
      {values.length > most && <div>and {values.length - most} more</div>}
    </div>
  );
}
