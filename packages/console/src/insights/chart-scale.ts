import { roundedUp } from "./rounded-up.ts";
import type { TimeSeries } from "./visualization.ts";

/** Lines put on a common row of times, as they are drawn. */
export interface Plotted {
  /** Every time at which a line has a value, ascending. */
  readonly timesMs: readonly number[];
  /** For each line, its value at each of the times. */
  readonly values: readonly (readonly (number | undefined)[])[];
  /** For each line, the lower and upper edge at each of the times; lines that are not stacked stand on zero. */
  readonly edges: readonly (readonly (readonly [from: number, to: number] | undefined)[])[];
  readonly low: number;
  readonly high: number;
}

/** Values of areas and bars lie on the ones before them, those below zero downwards; a missing value ends a line, and is nothing in an area or bar. */
export function plotted(lines: readonly TimeSeries[], kind: "line" | "area" | "bar"): Plotted {
  const timesMs = [...new Set(lines.flatMap((line) => line.timesMs))].sort((a, b) => a - b);
  const places = new Map(timesMs.map((time, index) => [time, index]));
  const values = lines.map((line) => {
    const row: (number | undefined)[] = new Array(timesMs.length).fill(undefined);
    line.timesMs.forEach((time, index) => {
      row[places.get(time) ?? 0] = line.values[index];
    });
    return row;
  });
  const above = new Array<number>(timesMs.length).fill(0);
  const below = new Array<number>(timesMs.length).fill(0);
  const edges = values.map((row) =>
    row.map((value, index): readonly [number, number] | undefined => {
      if (kind === "area" && value === undefined) return [above[index] ?? 0, above[index] ?? 0];
      if (value === undefined) return undefined;
      if (kind === "line") return [0, value];
      const side = value < 0 ? below : above;
      const from = side[index] ?? 0;
      side[index] = from + value;
      return [from, from + value];
    }),
  );
  let [low, high] = [0, 0];
  for (const edge of edges.flat()) {
    if (edge === undefined) continue;
    low = Math.min(low, edge[0], edge[1]);
    high = Math.max(high, edge[0], edge[1]);
  }
  return { timesMs, values, edges, low: low < 0 ? -roundedOut(-low) : 0, high: roundedOut(high) || (low < 0 ? 0 : 1) };
}

/** Counts end at a number that is read easily; parts of one end where they end. */
const roundedOut = (most: number) => (most <= 0 ? 0 : most < 1 ? most : roundedUp(most));
