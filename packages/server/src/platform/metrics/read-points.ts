import type { Engine } from "@nephoscope/engine";
import type { State } from "../state/state.ts";
import { type Distribution, needsDistribution, type Period, statisticOf } from "./distribution.ts";
import { horizonsOf } from "./horizons.ts";
import { metricIdOf, metricNumber } from "./metric-id.ts";
import type { MetricPoints, MetricQuery, MetricReader, TimeRange } from "./metric-reader.ts";
import type { Statistic } from "./statistic.ts";
import { EXACT_VALUES, onGrid, type StoredRange, storedRows, storedValues } from "./stored-values.ts";
import { type Unit, unitName } from "./units.ts";

/** Numbers of metrics are written into the statement, whose length the engine bounds. */
const METRICS_A_STATEMENT = 4_000;

/** The reader of what openStoreWriter and the roll-ups wrote. */
export function openMetricReader(engine: Engine, state: State): MetricReader {
  return {
    async read(queries, range, signal) {
      const numbered = queries.map((query) => ({ query, metric: metricNumber(metricIdOf(query)) }));
      const periods = new Set(queries.map(({ period }) => period));
      const stored = new Map<string, readonly StoredSeries[]>();
      await Promise.all(
        [...periods].map(async (period) => {
          const wanted = numbered.filter(({ query }) => query.period === period);
          const plain = wanted.filter(({ query }) => !needsDistribution(query.statistic));
          const extended = wanted.filter(({ query }) => needsDistribution(query.statistic));
          for (const [part, distributions] of [
            [plain, false],
            [extended, true],
          ] as const) {
            const metrics = [...new Set(part.map(({ metric }) => metric))];
            const extremes = part.some(({ query }) => isExtreme(query.statistic));
            for (let i = 0; i < metrics.length; i += METRICS_A_STATEMENT) {
              const some = metrics.slice(i, i + METRICS_A_STATEMENT);
              const series = await readPeriods(
                engine,
                state,
                { metrics: some, period, distributions, extremes, range },
                signal,
              );
              for (const [metric, list] of series) stored.set(`${period}/${distributions}/${metric}`, list);
            }
          }
        }),
      );
      return numbered.map(({ query, metric }) =>
        pointsOf(query, stored.get(`${query.period}/${needsDistribution(query.statistic)}/${metric}`) ?? []),
      );
    },
  };
}

/** The periods of one series in columns of the same length, oldest first. */
interface StoredSeries {
  readonly unit: Unit;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly samples: readonly number[];
  readonly totals: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
  /** Empty unless they were asked for; undefined where they are not known. */
  readonly distributions: readonly (Distribution | undefined)[];
}

const isExtreme = ({ kind }: Statistic) => kind === "Minimum" || kind === "Maximum";

interface Wanted {
  readonly metrics: readonly string[];
  readonly period: number;
  readonly distributions: boolean;
  /** Whether the least and greatest values are wanted; without it they may be missing. */
  readonly extremes: boolean;
  readonly range: TimeRange;
}

/** Periods up to here are put together from minutes, which the engine need not group again. In seconds. */
const FEW_MINUTES = 300;

type Row = [
  metric: string,
  unit: number,
  /** Periods, or rows of them. */
  count: number,
  /** Only the first where each is a period after the one before. */
  times: number[],
  /** None where all are 1; least and greatest values are the totals then. */
  samples: number[],
  totals: number[],
  lowest: number[],
  highest: number[],
  filler: number,
  opaque: number[],
  values: number[][],
  counts: number[][],
];

async function readPeriods(
  engine: Engine,
  state: State,
  wanted: Wanted,
  signal: AbortSignal | undefined,
): Promise<Map<string, StoredSeries[]>> {
  const { metrics, period, distributions, extremes, range } = wanted;
  const stored: StoredRange = {
    metrics,
    from: Math.floor(range.startMs / 1_000),
    to: Math.ceil(range.endMs / 1_000),
    bySecond: period < 60,
    distributions,
    horizons: horizonsOf(state),
  };
  const rows = await engine.client.rows<Row>({
    sql: distributions || period > FEW_MINUTES ? periodsSql(stored, period) : rowsSql(stored, period, extremes),
    settings: READ_SETTINGS,
    ...(signal && { signal }),
  });
  const withFillers = [...new Set(rows.filter((row) => row[8] === 1).map(([metric]) => metric))];
  const fillers = withFillers.length === 0 ? [] : await readFillers(engine, stored, period, withFillers, signal);
  const series = new Map<string, StoredSeries[]>();
  for (const row of rows) {
    const [metric, unit] = row;
    const filled = fillers.filter((filler) => filler[0] === metric && filler[1] === unit);
    const read = toSeries(row, filled, period);
    if (read.times.length === 0) continue;
    const list = series.get(metric);
    if (list === undefined) series.set(metric, [read]);
    else list.push(read);
  }
  return series;
}

/** The statements name what they make like what they read. */
const READ_SETTINGS = { prefer_column_name_to_alias: 1 };

/** Several rows may be of one period. */
function rowsSql(stored: StoredRange, period: number, extremes: boolean): string {
  const figures = extremes ? "groupArray(lowest) AS l, groupArray(highest) AS h" : "[] AS l, [] AS h";
  return `SELECT m, unit, ${compact(period)}, f
    FROM (
      SELECT toString(metric) AS m, unit, groupArray(t) AS ts, groupArray(samples) AS n, groupArray(total) AS s, ${figures}, max(filler) AS f
      FROM (${storedRows(stored, period)}) GROUP BY metric, unit)`;
}

/** The columns of a row without what needs no telling: most series have one value in each period, and miss none. */
const compact = (period: number) =>
  `toUInt32(length(ts)), if(ts = range(ts[1], toUInt32(ts[1] + length(ts) * ${period}), ${period}), [ts[1]], ts),
   if(arrayMin(n) = 1 AND arrayMax(n) = 1, [], n) AS several, s, if(empty(several), [], l), if(empty(several), [], h)`;

/** Fillers count nothing here; where there are any the row says so. */
function periodsSql(stored: StoredRange, period: number): string {
  const { distributions } = stored;
  const real = `SELECT metric, unit, toUInt32(at - (at - ${stored.from}) % ${period}) AS t, filler, samples, total, lowest, highest
    ${distributions ? `, v, c, opaque, sum(length(v)) OVER (PARTITION BY metric, unit, t) AS size` : ""}
    FROM (${storedValues(stored)})`;
  const merged = distributions
    ? `, maxIf(opaque, filler = 0) AS opaque,
       sumMapIf(if(size > ${EXACT_VALUES}, arrayMap(x -> ${onGrid("x")}, v), v), c, filler = 0) AS merged`
    : "";
  return `SELECT toString(metric), unit, toUInt32(count()), groupArray(t), groupArray(samples), groupArray(total), groupArray(lowest),
      groupArray(highest), max(filler)${distributions ? ", groupArray(opaque), groupArray(merged.1), groupArray(merged.2)" : ""}
    FROM (
      SELECT metric, unit, t, sumIf(samples, filler = 0) AS samples, sumIf(total, filler = 0) AS total,
        minIf(lowest, filler = 0) AS lowest, maxIf(highest, filler = 0) AS highest, max(filler) AS filler${merged}
      FROM (${real}) GROUP BY metric, unit, t ORDER BY metric, unit, t)
    GROUP BY metric, unit`;
}

type Filler = [metric: string, unit: number, time: number, minutes: number, total: number, values: number[]];

/** The minutes in which nothing but fillers stands, by period. */
async function readFillers(
  engine: Engine,
  stored: StoredRange,
  period: number,
  metrics: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Filler[]> {
  return await engine.client.rows<Filler>({
    sql: `SELECT toString(metric), unit, toUInt32(minute - (minute - ${stored.from}) % ${period}) AS t, toUInt32(count()), sum(value), groupUniqArray(value)
      FROM (
        SELECT metric, unit, greatest(intDiv(at, 60) * 60, ${stored.from}) AS minute, any(total) AS value
        FROM (${storedValues({ ...stored, metrics, distributions: false })})
        GROUP BY metric, unit, minute HAVING min(filler) = 1)
      GROUP BY metric, unit, t ORDER BY metric, unit, t`,
    settings: READ_SETTINGS,
    ...(signal && { signal }),
  });
}

function toSeries(row: Row, fillers: readonly Filler[], period: number): StoredSeries {
  const [, unit, count, told, samples, totals, lowest, highest, , opaque, values = [], counts = []] = row;
  const [first = 0] = told;
  const times = told.length === count ? told : Array.from({ length: count }, (_, i) => first + i * period);
  const single = samples.length === 0;
  const series = new SeriesColumns(unitName(unit));
  for (const i of inOrder(times)) {
    const number = single ? 1 : (samples[i] ?? 0);
    if (number === 0) continue;
    const distribution = opaque?.[i] === 0 ? { values: values[i] ?? [], counts: counts[i] ?? [] } : undefined;
    const total = totals[i] ?? 0;
    series.add(
      times[i] ?? 0,
      number,
      total,
      single ? total : (lowest[i] ?? 0),
      single ? total : (highest[i] ?? 0),
      distribution,
    );
  }
  if (fillers.length === 0) return series;
  const filled = new SeriesColumns(series.unit);
  const byTime = new Map(fillers.map((filler) => [filler[2], filler]));
  const all = new Set([...series.times, ...byTime.keys()]);
  for (const time of [...all].sort((a, b) => a - b)) {
    const period = withFillers(series.at(time), byTime.get(time));
    if (period === undefined) continue;
    filled.add(time, period.samples, period.total, period.lowest, period.highest, period.distribution);
  }
  return filled;
}

/** The places of a list in the order of their times; the list itself is mostly in order. */
function inOrder(times: readonly number[]): Iterable<number> {
  for (let i = 1; i < times.length; i++)
    if ((times[i - 1] ?? 0) > (times[i] ?? 0))
      return [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  return times.keys();
}

class SeriesColumns implements StoredSeries {
  readonly unit: Unit;
  readonly times: number[] = [];
  readonly samples: number[] = [];
  readonly totals: number[] = [];
  readonly lowest: number[] = [];
  readonly highest: number[] = [];
  readonly distributions: (Distribution | undefined)[] = [];

  constructor(unit: Unit) {
    this.unit = unit;
  }

  /** Adds to the last period or opens a later one. Only periods of their own may have a distribution. */
  add(
    time: number,
    samples: number,
    total: number,
    lowest: number,
    highest: number,
    distribution: Distribution | undefined,
  ): void {
    const last = this.times.length - 1;
    if (last >= 0 && this.times[last] === time) {
      this.samples[last] = (this.samples[last] ?? 0) + samples;
      this.totals[last] = (this.totals[last] ?? 0) + total;
      this.lowest[last] = Math.min(this.lowest[last] ?? 0, lowest);
      this.highest[last] = Math.max(this.highest[last] ?? 0, highest);
      return;
    }
    this.times.push(time);
    this.samples.push(samples);
    this.totals.push(total);
    this.lowest.push(lowest);
    this.highest.push(highest);
    if (distribution !== undefined) this.distributions[last + 1] = distribution;
  }

  at(time: number): Period | undefined {
    const i = this.times.indexOf(time);
    return i < 0 ? undefined : periodAt(this, i);
  }
}

function periodAt({ samples, totals, lowest, highest, distributions }: StoredSeries, i: number): Period {
  return {
    samples: samples[i] ?? 0,
    total: totals[i] ?? 0,
    lowest: lowest[i] ?? 0,
    highest: highest[i] ?? 0,
    distribution: distributions[i],
  };
}

function withFillers(period: Period | undefined, filler: Filler | undefined): Period | undefined {
  if (filler === undefined) return period;
  const [, , , minutes, total, values] = filler;
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  // A filter's default is one value; where it was changed inside the period, its minutes count as if spread evenly.
  const fillers: Distribution = {
    values: [...values].sort((a, b) => a - b),
    counts: values.map(() => minutes / values.length),
  };
  if (period === undefined) return { samples: minutes, total, lowest, highest, distribution: fillers };
  return {
    samples: period.samples + minutes,
    total: period.total + total,
    lowest: Math.min(period.lowest, lowest),
    highest: Math.max(period.highest, highest),
    distribution: period.distribution && added(period.distribution, fillers),
  };
}

function added(one: Distribution, other: Distribution): Distribution {
  const counts = new Map<number, number>();
  for (const { values, counts: list } of [one, other])
    for (const [i, value] of values.entries()) counts.set(value, (counts.get(value) ?? 0) + (list[i] ?? 0));
  const rising = [...counts].sort(([a], [b]) => a - b);
  return { values: rising.map(([value]) => value), counts: rising.map(([, count]) => count) };
}

function pointsOf(query: MetricQuery, all: readonly StoredSeries[]): MetricPoints {
  const units = all.map(({ unit }) => unit).sort();
  const unit = query.unit ?? units[0];
  const series = all.find((candidate) => candidate.unit === unit);
  if (series === undefined) return { unit: undefined, units, timestamps: [], values: [], sampleCounts: [] };
  const { statistic } = query;
  const timestamps: number[] = [];
  const values: number[] = [];
  const sampleCounts: number[] = [];
  for (let i = 0; i < series.times.length; i++) {
    const value = valueAt(statistic, series, i);
    if (value === undefined) continue;
    timestamps.push((series.times[i] ?? 0) * 1_000);
    values.push(value);
    sampleCounts.push(series.samples[i] ?? 0);
  }
  return { unit: series.unit, units, timestamps, values, sampleCounts };
}

/** Without an object of each period: a page has a hundred thousand. */
function valueAt(statistic: Statistic, series: StoredSeries, i: number): number | undefined {
  switch (statistic.kind) {
    case "Sum":
      return series.totals[i];
    case "SampleCount":
      return series.samples[i];
    case "Average":
      return (series.totals[i] ?? 0) / (series.samples[i] ?? 0);
    case "Minimum":
      return series.lowest[i];
    case "Maximum":
      return series.highest[i];
    default:
      return statisticOf(statistic, periodAt(series, i));
  }
}
