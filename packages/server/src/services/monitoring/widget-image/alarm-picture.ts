import { type Band, type Chart, parseOffset, type Series } from "@nephoscope/charts";

export type AlarmStateName = "OK" | "ALARM" | "INSUFFICIENT_DATA";
type Comparison =
  | "GreaterThanThreshold"
  | "GreaterThanOrEqualToThreshold"
  | "LessThanThreshold"
  | "LessThanOrEqualToThreshold";

/** What is drawn around the data of an alarm. */
export interface AlarmPicture {
  readonly name: string;
  /** A small line under the title. */
  readonly description?: string | undefined;
  readonly state: AlarmStateName;
  /** A static threshold; none for an alarm on a band. */
  readonly threshold?: { readonly value: number; readonly comparison: Comparison } | undefined;
  /** Seconds. */
  readonly periodSeconds: number;
}

/** One series of it; times are the starts of periods in milliseconds since 1970, ascending. */
export interface AlarmSeries {
  readonly label: string;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  readonly unit?: string | undefined;
  /** The two sides of an anomaly band are drawn as one grey area. */
  readonly role?: "value" | "band-lower" | "band-upper" | undefined;
}

export interface AlarmPictureRange {
  readonly startMs: number;
  readonly endMs: number;
  /** Each holds until the next; they stand as a strip under the graph. */
  readonly states: readonly { readonly atMs: number; readonly state: AlarmStateName }[];
  /** An offset such as `+0200`; UTC without one. */
  readonly timezone?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

const SIGNS: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: "≥",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "≤",
};
const STATE_NAMES: Readonly<Record<AlarmStateName, string>> = {
  OK: "OK",
  ALARM: "In alarm",
  INSUFFICIENT_DATA: "Insufficient data",
};
const THRESHOLD_COLOR = "#d13212";

/** The graph of an alarm for its mail: data, threshold with the side that alarms, and the states under it. */
export function alarmChart(alarm: AlarmPicture, series: readonly AlarmSeries[], range: AlarmPictureRange): Chart {
  const { threshold } = alarm;
  const draw = ({ label, unit, timesMs, values }: AlarmSeries): Series => ({
    label,
    color: undefined,
    unit,
    axis: "left",
    timesMs,
    values,
    periodMs: alarm.periodSeconds * 1_000,
  });
  const side = (role: AlarmSeries["role"]) => series.filter((one) => one.role === role).map(draw);
  const uppers = side("band-upper");
  const bands = side("band-lower").flatMap((lower, index): Band[] => {
    const upper = uppers[index];
    return upper === undefined ? [] : [{ lower, upper, color: undefined, label: upper.label }];
  });
  return {
    view: "timeSeries",
    width: range.width ?? 600,
    height: range.height ?? 400,
    theme: "light",
    title: alarm.name,
    subtitle: [STATE_NAMES[alarm.state], alarm.description]
      .filter((part) => part !== undefined && part !== "")
      .join(": "),
    startMs: range.startMs,
    endMs: range.endMs,
    offsetMinutes: parseOffset(range.timezone),
    stacked: false,
    legend: "bottom",
    axes: {},
    series: series.filter(({ role = "value" }) => role === "value").map(draw),
    bands,
    horizontal:
      threshold === undefined
        ? []
        : [
            {
              value: threshold.value,
              label: `Threshold ${SIGNS[threshold.comparison]} ${threshold.value}`,
              color: THRESHOLD_COLOR,
              fill: threshold.comparison.startsWith("Greater") ? "above" : "below",
              axis: "left",
            },
          ],
    vertical: [],
    sparkline: false,
    trend: false,
    fullPrecision: false,
    sliceLabels: false,
    table: { summary: [], showTimes: false },
    states: range.states,
  };
}
