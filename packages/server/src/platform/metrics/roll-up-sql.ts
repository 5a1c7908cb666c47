import { EXACT_VALUES, onGrid, TOTAL } from "./stored-values.ts";

/** One step of the roll-ups: from a table into the next coarser one. */
export interface Tier {
  readonly source: string;
  readonly into: string;
  /** By which time the source is cut into runs. */
  readonly column: "received" | "time";
  readonly seconds: number;
  /** The total of a row of the source. */
  readonly total: string;
}

export const minuteTier: Tier = {
  source: "metric_samples",
  into: "metric_minutes",
  column: "received",
  seconds: 60,
  total: "total",
};

export function dayTier(source: string, into: string, seconds: number): Tier {
  return { source, into, column: "time", seconds, total: TOTAL };
}

/** Most decimals that a total is looked for with; beyond it the 64 bits are kept. */
const SCALES = 9;
/** Whole numbers up to here are exact in floating point. */
const EXACT_WHOLE = 2 ** 53;

/**
 * The statements that roll up the rows of a condition: one for periods whose values are all equal or of which only the figures are
 * known, which are nearly all; one for those with a distribution, which costs several times as much.
 */
export function rollStatements(tier: Tier, condition: string, batch: number): string[] {
  const rows = sourceRows(tier, condition);
  const grouped = (more: string, having: string, source: string) =>
    `SELECT metric, unit, t, filler, if(filler = 1, 1, sum(samples)) AS n, if(filler = 1, any(total_of), sum(total_of)) AS total,
       min(low) AS lowest, max(high) AS highest, max(opaque) AS unknown${more}
     FROM (${source}) GROUP BY metric, unit, t, filler HAVING ${having}`;
  const plain = "unknown OR lowest = highest OR filler = 1";
  const several = `SELECT metric, unit, t FROM (${rows}) GROUP BY metric, unit, t, filler
     HAVING max(opaque) = 0 AND min(low) < max(high) AND filler = 0`;
  const listed = `SELECT *, if(empty(vals), [low], vals) AS v, if(empty(vals), [samples], counts) AS c,
      sum(length(v)) OVER (PARTITION BY metric, unit, t, filler) AS size
    FROM (${rows}) WHERE (metric, unit, t) IN (${several})`;
  const merged = `, sumMap(if(size > ${EXACT_VALUES}, arrayMap(x -> ${onGrid("x")}, v), v), c) AS merged`;
  return [
    insert(tier, batch, grouped("", plain, rows), "[], []"),
    insert(tier, batch, grouped(merged, `NOT (${plain})`, listed), "merged.1, merged.2"),
  ];
}

/** Rows of the source by the periods of the target. */
function sourceRows({ source, seconds, total }: Tier, condition: string): string {
  const columns = `metric, unit, toUInt32(intDiv(toUInt32(time), ${seconds}) * ${seconds}) AS t, samples, ${total} AS total_of,
    if(samples = 1, total_of, lowest) AS low, if(samples = 1, total_of, highest) AS high, vals, counts,
    empty(vals) AND low < high AS opaque`;
  if (seconds === 60) return `SELECT ${columns}, filler FROM ${source} WHERE ${condition}`;
  // A filler counts while nothing else is in its minute, once; in longer periods it is a value like others.
  const filled = `SELECT metric, unit, time FROM ${source} WHERE ${condition} AND filler = 0
    AND metric IN (SELECT metric FROM ${source} WHERE ${condition} AND filler = 1)`;
  return `SELECT ${columns}, toUInt8(0) AS filler FROM ${source} WHERE ${condition} AND filler = 0
    UNION ALL
    SELECT ${columns}, toUInt8(0) AS filler FROM (
      SELECT * FROM ${source} WHERE ${condition} AND filler = 1 AND (metric, unit, time) NOT IN (${filled})
      LIMIT 1 BY metric, unit, time)`;
}

function insert({ into }: Tier, batch: number, grouped: string, lists: string): string {
  const scales = [...Array.from({ length: SCALES + 1 }, (_, k) => k), 255].map((k) => `toUInt8(${k})`).join(", ");
  const fits = (scale: string) => `abs(total) * intExp10(${scale}) < ${EXACT_WHOLE}`;
  const exact = `${fits("k")} AND toInt64(round(total * intExp10(k))) / intExp10(k) = total`;
  const scaled = `SELECT *, arrayFirst(k -> k = 255 OR (${exact}), [${scales}]) AS own FROM (${grouped})`;
  // One scale for all rows of a metric, so that neighbours differ little.
  const common = `SELECT *, maxIf(own, own < 255) OVER (PARTITION BY metric, unit) AS wide,
      if(own < 255 AND ${fits("wide")}, wide, own) AS scale_of
    FROM (${scaled})`;
  return `INSERT INTO ${into} (metric, unit, time, batch, filler, samples, mantissa, scale, lowest, highest, vals, counts)
    SELECT metric, unit, t, ${batch}, filler, n,
      if(scale_of = 255, reinterpretAsInt64(total), toInt64(round(total * intExp10(scale_of)))), scale_of,
      if(n = 1, 0, lowest), if(n = 1, 0, highest), ${lists}
    FROM (${common})`;
}
