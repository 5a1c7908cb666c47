/** What is to be drawn. All of it is data: no colours, scales or places have been worked out yet, except those that are asked for. */
export interface Chart {
  readonly view: "timeSeries" | "singleValue" | "gauge" | "bar" | "pie" | "table";
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: "light" | "dark";
  readonly title: string | undefined;
  /** A line below the title. */
  readonly subtitle?: string | undefined;
  /** Milliseconds since 1970; the end is exclusive. */
  readonly startMs: number;
  readonly endMs: number;
  /** Offset of the zone that times are shown in, in minutes east of UTC. */
  readonly offsetMinutes: number;
  readonly stacked: boolean;
  readonly legend: "bottom" | "right" | "hidden";
  readonly axes: { readonly left?: AxisWish | undefined; readonly right?: AxisWish | undefined };
  readonly series: readonly Series[];
  /** Areas between two series: what anomaly detection expects. */
  readonly bands: readonly Band[];
  readonly horizontal: readonly HorizontalMark[];
  readonly vertical: readonly VerticalMark[];
  /** Small graph below each number, and how much the number has changed. */
  readonly sparkline: boolean;
  readonly trend: boolean;
  /** Numbers with all their digits. */
  readonly fullPrecision: boolean;
  /** Labels on the slices of a pie. */
  readonly sliceLabels: boolean;
  readonly table: TableWish;
  /** States of an alarm, shown as a strip under the graph. Each holds until the next. */
  readonly states?: readonly AlarmState[] | undefined;
  /** Shown in the middle in place of "No data available". */
  readonly emptyText?: string | undefined;
}

export interface AxisWish {
  readonly label?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly showUnits?: boolean | undefined;
}

/** One line of a graph, or one number, slice, bar or row. */
export interface Series {
  readonly label: string;
  readonly color: string | undefined;
  readonly unit: string | undefined;
  readonly axis: "left" | "right";
  /** Starts of the periods in milliseconds since 1970, ascending, and a value for each. Periods without data are left out. */
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
  /** Where two points are further apart than this, the line has a gap. */
  readonly periodMs: number;
  /** What the small graph below a number shows, where that is more than the number is made of. */
  readonly course?: { readonly timesMs: readonly number[]; readonly values: readonly number[] } | undefined;
  /** Not all of its data could be read. */
  readonly incomplete?: boolean | undefined;
}

export interface Band {
  readonly lower: Series;
  readonly upper: Series;
  readonly color: string | undefined;
  readonly label: string;
}

/** A line at a value, the area beyond it, or the area between two values. */
export interface HorizontalMark {
  readonly value: number;
  /** The other side of a band. */
  readonly to?: number | undefined;
  readonly label: string | undefined;
  readonly color: string | undefined;
  readonly fill: "above" | "below" | "none";
  readonly axis: "left" | "right";
}

/** The same over time. */
export interface VerticalMark {
  readonly ms: number;
  readonly toMs?: number | undefined;
  readonly label: string | undefined;
  readonly color: string | undefined;
  readonly fill: "before" | "after" | "none";
}

export interface TableWish {
  /** The columns are the summaries (vertical), or the series are (horizontal). */
  readonly summary: readonly ("MIN" | "MAX" | "SUM" | "AVG")[];
  readonly showTimes: boolean;
}

export interface AlarmState {
  readonly atMs: number;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
}

/** A part of the picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const bottom = (box: Box) => box.y + box.height;
export const right = (box: Box) => box.x + box.width;
