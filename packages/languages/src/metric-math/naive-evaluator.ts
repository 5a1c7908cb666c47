import type { MathNode } from "./nodes.ts";
import type { MathRange, Series } from "./series.ts";

/**
 * A second evaluator, for tests: it works out every datapoint on its own from maps of time to value, and shares nothing with the
 * first but the nodes.
 */
export interface NaiveSeries {
  readonly id: string;
  readonly label: string;
  readonly period: number;
  readonly points: ReadonlyMap<number, number>;
}

type NaiveValue = number | string | readonly string[] | NaiveSeries | readonly NaiveSeries[];

export interface NaiveRequest {
  readonly range: MathRange;
  readonly period: number;
  readonly metrics: readonly NaiveSeries[];
  readonly value: (id: string) => NaiveValue;
}

export function naiveSeries({ id, label, period, timestamps, values }: Series): NaiveSeries {
  return { id, label, period, points: new Map(timestamps.map((at, index) => [at, values[index] ?? Number.NaN])) };
}

export function evaluateNaively(node: MathNode, request: NaiveRequest): NaiveValue {
  const of = (other: MathNode) => evaluateNaively(other, request);
  switch (node.kind) {
    case "number":
      return node.value;
    case "text":
      return node.value;
    case "word":
      return node.word;
    case "id":
      return request.value(node.id);
    case "array":
      return node.items.flatMap((item) => list(of(item)));
    case "negative":
      return each(of(node.operand), (value) => -value);
    case "binary":
      return binary(of(node.left), of(node.right), (left, right) => operate(node.operator, left, right));
    case "call":
      return call(node.name, node.args, node.args.map(of), request);
  }
}

function isSeries(value: NaiveValue | undefined): value is NaiveSeries {
  return typeof value === "object" && "points" in value;
}

/** The series of a result, one or many. */
export function list(value: NaiveValue | undefined): readonly NaiveSeries[] {
  if (isSeries(value)) return [value];
  if (!Array.isArray(value)) throw new Error("not series");
  return value.filter((item) => typeof item !== "string");
}

function make(like: { readonly period: number }, pairs: Iterable<readonly [number, number | undefined]>): NaiveSeries {
  const points = new Map<number, number>();
  for (const [at, value] of [...pairs].sort((one, other) => one[0] - other[0])) {
    if (value !== undefined && Number.isFinite(value)) points.set(at, value + 0);
  }
  return { id: "", label: "", period: like.period, points };
}

function each(value: NaiveValue | undefined, change: (value: number) => number): NaiveValue {
  if (typeof value === "number") return real(change(value));
  if (isSeries(value)) {
    return {
      ...make(
        value,
        [...value.points].map(([at, point]) => [at, change(point)]),
      ),
      id: value.id,
      label: value.label,
    };
  }
  return list(value).map((series) => {
    const changed = each(series, change);
    if (!isSeries(changed)) throw new Error("not a series");
    return changed;
  });
}

const real = (value: number) => (Number.isFinite(value) ? value : Number.NaN);

function operate(operator: string, left: number, right: number): number {
  if (Number.isNaN(left) || Number.isNaN(right)) return Number.NaN;
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "^":
      return left ** right;
    case "==":
      return left === right ? 1 : 0;
    case "!=":
      return left === right ? 0 : 1;
    case "<":
      return left < right ? 1 : 0;
    case "<=":
      return left > right ? 0 : 1;
    case ">":
      return left > right ? 1 : 0;
    case ">=":
      return left < right ? 0 : 1;
    case "AND":
      return left && right ? 1 : 0;
    default:
      return left || right ? 1 : 0;
  }
}

function binary(left: NaiveValue, right: NaiveValue, work: (left: number, right: number) => number): NaiveValue {
  const array = [left, right].find((side) => typeof side === "object" && !isSeries(side));
  if (array !== undefined) {
    return list(array).map((series) => {
      const result = binary(array === left ? series : left, array === right ? series : right, work);
      if (!isSeries(result)) throw new Error("not a series");
      return { ...result, id: series.id, label: series.label };
    });
  }
  if (typeof left === "number" && typeof right === "number") return real(work(left, right));
  const both = [left, right].filter(isSeries);
  const times = new Set(both.flatMap((series) => [...series.points.keys()]));
  const at = (side: NaiveValue, time: number) => (isSeries(side) ? (side.points.get(time) ?? 0) : Number(side));
  const period = Math.min(...both.map((series) => series.period));
  return make(
    { period },
    [...times].map((time) => [time, work(at(left, time), at(right, time))]),
  );
}

function gridOf(series: NaiveSeries, range: MathRange): number[] {
  const step = series.period * 1_000;
  const [first] = series.points.keys();
  let start = first ?? range.startMs;
  while (start - step >= range.startMs) start -= step;
  const times: number[] = [];
  for (let at = start; at < range.endMs; at += step) if (at >= range.startMs) times.push(at);
  return times;
}

const numbersOf = (series: NaiveSeries) => [...series.points.values()];

const AGGREGATES: Readonly<Record<string, (values: readonly number[], series?: number) => number>> = {
  SUM: (values) => values.reduce((total, value) => total + value, 0),
  AVG: (values, series) => values.reduce((total, value) => total + value, 0) / (series ?? values.length),
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  DATAPOINT_COUNT: (values) => values.length,
  STDDEV(values) {
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    return Math.sqrt(values.reduce((total, value) => total + (value - mean) * (value - mean), 0) / values.length);
  },
};

const POINTWISE: Readonly<Record<string, (value: number) => number>> = {
  ABS: (value) => (value < 0 ? -value : value),
  CEIL: (value) => Math.ceil(value),
  FLOOR: (value) => Math.floor(value),
  LOG: (value) => Math.log(value),
  LOG10: (value) => Math.log10(value),
};

const CALENDAR: Readonly<Record<string, (iso: string, at: number) => number>> = {
  MINUTE: (iso) => Number(iso.slice(14, 16)),
  HOUR: (iso) => Number(iso.slice(11, 13)),
  DATE: (iso) => Number(iso.slice(8, 10)),
  MONTH: (iso) => Number(iso.slice(5, 7)),
  YEAR: (iso) => Number(iso.slice(0, 4)),
  // 1 January 1970 was a Thursday, the fourth day.
  DAY: (_iso, at) => ((Math.floor(at / 86_400_000) + 3) % 7) + 1,
  EPOCH: (_iso, at) => Math.floor(at / 1_000),
};

function call(
  name: string,
  nodes: readonly MathNode[],
  args: readonly NaiveValue[],
  request: NaiveRequest,
): NaiveValue {
  const [first, second, third, fourth] = args;
  const aggregate = AGGREGATES[name];
  if (aggregate !== undefined) {
    if (isSeries(first)) return real(aggregate(numbersOf(first)));
    const all = list(first);
    const period = all.length === 0 ? request.period : Math.min(...all.map((series) => series.period));
    const times = new Set(all.flatMap((series) => [...series.points.keys()]));
    const at = (time: number) => all.map((series) => series.points.get(time)).filter((value) => value !== undefined);
    return make(
      { period },
      [...times].map((time) => [time, aggregate(at(time), all.length)]),
    );
  }
  const pointwise = POINTWISE[name];
  if (pointwise !== undefined) return each(first, pointwise);
  const calendar = CALENDAR[name];
  if (calendar !== undefined && isSeries(first)) {
    return make(
      first,
      gridOf(first, request.range).map((at) => [at, calendar(new Date(at).toISOString(), at)]),
    );
  }
  const perSeries = (work: (series: NaiveSeries) => NaiveSeries): NaiveValue => {
    const worked = list(first).map((series) => ({ ...work(series), id: series.id, label: series.label }));
    return isSeries(first) ? (worked[0] ?? 0) : worked;
  };
  const withBefore = (series: NaiveSeries, work: (value: number, before: number, seconds: number) => number) => {
    const pairs = [...series.points];
    return make(
      series,
      pairs.slice(1).map(([at, value], index) => {
        const [beforeAt = 0, before = 0] = pairs[index] ?? [];
        return [at, work(value, before, (at - beforeAt) / 1_000)];
      }),
    );
  };
  const empty = { ...make({ period: request.period }, []) };
  const whole = (value: NaiveValue | undefined, otherwise: number) =>
    value === undefined ? otherwise : Math.max(0, Math.floor(Number(value)) || 0);
  switch (name) {
    case "DIFF":
      return perSeries((series) => withBefore(series, (value, before) => value - before));
    case "DIFF_TIME":
      return perSeries((series) => withBefore(series, (_value, _before, seconds) => seconds));
    case "RATE":
      return perSeries((series) => withBefore(series, (value, before, seconds) => (value - before) / seconds));
    case "RUNNING_SUM":
      return perSeries((series) => {
        const pairs = [...series.points];
        return make(
          series,
          pairs.map(([at], index) => [at, pairs.slice(0, index + 1).reduce((total, [, value]) => total + value, 0)]),
        );
      });
    case "METRIC_COUNT":
      return list(first).length;
    case "FIRST":
      return list(first)[0] ?? empty;
    case "LAST":
      return list(first).at(-1) ?? empty;
    case "REMOVE_EMPTY":
      return list(first).filter((series) => series.points.size > 0);
    case "SLICE":
      return list(first).filter(
        (_series, index) => index >= whole(second, 0) && index < whole(third, Number.POSITIVE_INFINITY),
      );
    case "SORT": {
      const key = (series: NaiveSeries) => AGGREGATES[String(second)]?.(numbersOf(series)) ?? 0;
      const filled = list(first).filter((series) => series.points.size > 0);
      const sorted = filled
        .map((series, index) => ({ series, index }))
        .sort((one, other) => {
          const difference = key(one.series) - key(other.series);
          return (String(third) === "DESC" ? -difference : difference) || one.index - other.index;
        })
        .map(({ series }) => series);
      const all = [...sorted, ...list(first).filter((series) => series.points.size === 0)];
      return all.slice(0, whole(fourth, all.length));
    }
    case "PERIOD":
      return isSeries(first) ? first.period : 0;
    case "TIME_SERIES": {
      const value = Number(first);
      return make(
        { period: request.period },
        gridOf(empty, request.range).map((at) => [at, value]),
      );
    }
    case "METRICS":
      return request.metrics.filter((series) => first === undefined || series.id.split(String(first)).length > 1);
    case "FILL":
      return perSeries((series) =>
        make(
          series,
          gridOf(series, request.range).map((at) => [at, series.points.get(at) ?? filler(series, at, second)]),
        ),
      );
    case "IF":
      return choose(first, second, third);
    default:
      throw new Error(`the naive evaluator has no ${name} of ${nodes.length} arguments`);
  }
}

function filler(series: NaiveSeries, at: number, value: NaiveValue | undefined): number | undefined {
  if (typeof value === "number") return value;
  if (isSeries(value)) return value.points.get(at);
  const before = [...series.points].filter(([time]) => time < at).at(-1);
  if (value === "REPEAT") return before?.[1];
  const after = [...series.points].find(([time]) => time > at);
  if (before === undefined || after === undefined) return undefined;
  return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0]);
}

function choose(
  condition: NaiveValue | undefined,
  then: NaiveValue | undefined,
  otherwise: NaiveValue | undefined,
): NaiveValue {
  const args = [condition, then, otherwise];
  const array = args.find((value) => typeof value === "object" && !isSeries(value));
  if (array !== undefined) {
    return list(array).map((series) => {
      const [one, two, three] = args.map((value) => (value === array ? series : value));
      const chosen = choose(one, two, three);
      const points = isSeries(chosen) ? chosen.points : new Map<number, number>();
      const period = isSeries(chosen) ? chosen.period : series.period;
      return { id: series.id, label: series.label, period, points };
    });
  }
  const branch = (holds: boolean) => (holds ? then : otherwise);
  if (isSeries(condition)) {
    return make(
      condition,
      [...condition.points].map(([at, value]) => {
        const side = branch(value !== 0);
        if (!isSeries(side)) return [at, side === undefined ? undefined : Number(side)];
        const counts = value !== 0 || (isSeries(then) && then.points.has(at));
        return [at, side.points.get(at) ?? (counts ? 0 : undefined)];
      }),
    );
  }
  const like = [then, otherwise].find(isSeries);
  const side = Number.isNaN(Number(condition)) ? undefined : branch(condition !== 0);
  if (like === undefined) return side === undefined ? Number.NaN : side;
  if (isSeries(side)) return side;
  return make(
    like,
    [...like.points.keys()].map((at) => [at, side === undefined ? undefined : Number(side)]),
  );
}
