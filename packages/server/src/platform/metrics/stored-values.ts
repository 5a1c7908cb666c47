import type { Horizons } from "./horizons.ts";

/** Values as they come are kept so long for periods below a minute, in seconds (spec: three hours). */
export const SECONDS_KEPT = 3 * 3_600;

/** A bound on the values that one datapoint's distribution holds exactly; more are rounded to a grid. */
export const EXACT_VALUES = 1_000;

/**
 * Rounds to eight binary digits: to one of 128 steps between a power of two and the next. So a value moves by at most 1/256 of
 * itself, whole numbers up to 256 do not move, and distributions of the same grid can be added.
 */
export const onGrid = (value: string) =>
  `reinterpretAsFloat64(bitAnd(reinterpretAsUInt64(${value}) + ${2n ** 44n}, ${2n ** 64n - 2n ** 45n}))`;

/** The total of a row of a roll-up; see the schema. */
export const TOTAL = "if(scale = 255, reinterpretAsFloat64(mantissa), mantissa / intExp10(scale))";

/** A part of the stored values; seconds since 1970, the end exclusive. */
export interface StoredRange {
  /** Numbers of metrics, as the engine writes them. */
  readonly metrics: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Only the tables that hold seconds. */
  readonly bySecond: boolean;
  readonly distributions: boolean;
  readonly horizons: Horizons;
}

/**
 * The same by periods of `period` seconds as far as that makes rows fewer: values as they came are summed up, those of roll-ups are
 * given one by one. For periods of a few minutes, where summing up what is summed up already costs most of a read.
 * Gives `metric, unit, t, filler, samples, total, lowest, highest`; fillers have no samples.
 */
export function storedRows(range: StoredRange, period: number): string {
  const { from } = range;
  const bin = `toUInt32(at - (at - ${from}) % ${period}) AS t`;
  const [samples = "", ...rolled] = storedParts({ ...range, distributions: false });
  const came = `SELECT metric, unit, ${bin}, filler, sum(if(filler = 1, 0, samples)) AS samples, sum(if(filler = 1, 0, total)) AS total,
      min(lowest) AS lowest, max(highest) AS highest
    FROM (${samples}) GROUP BY metric, unit, t, filler`;
  const others = rolled.map(
    (
      part,
    ) => `SELECT metric, unit, ${bin}, filler, if(filler = 1, 0, samples) AS samples, if(filler = 1, 0, total) AS total, lowest, highest
    FROM (${part})`,
  );
  return [came, ...others].join("\nUNION ALL\n");
}

/**
 * A SELECT of every stored value of a range, from whichever tables hold it:
 * `metric, unit, at, filler, samples, total, lowest, highest[, v, c, opaque]`, in which `v` and `c` are the values and their counts.
 */
export function storedValues(range: StoredRange): string {
  const all = storedParts(range).join("\nUNION ALL\n");
  if (!range.distributions) return all;
  return `SELECT metric, unit, at, filler, samples, total, lowest, highest,
    if(empty(vals), [lowest], vals) AS v, if(empty(vals), [samples], counts) AS c, empty(vals) AND lowest < highest AS opaque
    FROM (${all})`;
}

/** One SELECT for each table that holds a part of the range, first that of the values as they came. */
function storedParts({ metrics, from, to, bySecond, distributions, horizons }: StoredRange): string[] {
  const { rolledReceived, rolledMinutes, rolledFiveMinutes, openBatch } = horizons;
  const lists = distributions ? ", vals, counts" : "";
  const of = (first: number, last: number) =>
    `metric IN (${metrics.join(", ")}) AND time >= ${Math.max(first, 0)} AND time < ${Math.max(last, 0)}`;
  const parts = [
    `SELECT metric, unit, toUInt32(time) AS at, filler, samples, total, lowest, highest${lists}
     FROM metric_samples WHERE ${of(from, to)}${bySecond ? "" : ` AND received >= ${rolledReceived}`}`,
  ];
  const rolled = (table: string, first: number, last: number) => {
    if (bySecond || first >= last) return;
    parts.push(
      `SELECT metric, unit, toUInt32(time) AS at, filler, samples, ${TOTAL} AS total,
        if(samples = 1, total, lowest) AS lowest, if(samples = 1, total, highest) AS highest${lists}
       FROM ${table} WHERE ${of(first, last)}${openBatch === undefined ? "" : ` AND batch != ${openBatch}`}`,
    );
  };
  rolled("metric_minutes", Math.max(from, rolledMinutes), to);
  rolled("metric_five_minutes", Math.max(from, rolledFiveMinutes), Math.min(to, rolledMinutes));
  rolled("metric_hours", from, Math.min(to, rolledFiveMinutes));
  return parts;
}
