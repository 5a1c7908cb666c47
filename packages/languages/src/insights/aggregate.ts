import { naturalKey } from "./sort-key.ts";
import { asNumber, asText, isNeverNumber, json, MISSING, number, text, type Value } from "./sql-value.ts";

/** What orders events by age inside an aggregate, newest greatest; undefined after a first `stats`. */
export type AgeOrder = string | undefined;

/** An aggregate of `stats`. `compile` gives the SQL of its value over a group. */
export interface Aggregate {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  /** The second argument must be a number in the query, within these bounds. */
  readonly level?: { readonly from: number; readonly to: number };
  /** Reads the age of events, which exists only while rows are events. */
  readonly needsAge?: boolean;
  /** The second argument is a period in the query; it arrives as a constant number of milliseconds. */
  readonly takesPeriod?: boolean;
  /** `bucketMs` is the length of the `bin` that groups the rows, or of the query's range. */
  readonly compile: (args: readonly Value[], age: AgeOrder, bucketMs: number) => Value;
}

function numeric(name: string, sql: (operand: string) => string): Aggregate {
  return {
    name,
    minimum: 1,
    maximum: 1,
    compile: ([operand = MISSING]) => (isNeverNumber(operand) ? MISSING : number(sql(asNumber(operand)))),
  };
}

/** The first or last value in AWS's order: numbers come after everything else. */
function extreme(name: string, pick: "min" | "max"): Aggregate {
  return { name, minimum: 1, maximum: 1, compile: ([operand]) => extremeOf(operand ?? MISSING, pick) };
}

function extremeOf(value: Value, pick: "min" | "max"): Value {
  if (value.type === "missing") return MISSING;
  if (value.type !== "text" && value.type !== "json") return { ...value, sql: `${pick}(${value.sql})`, nullable: true };
  const subject = asText(value);
  const parsed = asNumber(text(subject));
  const arg = pick === "min" ? "argMin" : "argMax";
  // A group without a match gives null only for a nullable value, hence toNullable.
  const byNumber = `${arg}(toNullable(${subject}), ${parsed})`;
  const byText = `${arg}If(toNullable(${subject}), if(isNotNull(${parsed}), '', ${naturalKey(subject)}), isNull(${parsed}) AND isNotNull(${subject}))`;
  const order = pick === "min" ? [byText, byNumber] : [byNumber, byText];
  return text(`coalesce(${order.join(", ")})`);
}

function percentile(name: string, levelOf: (args: readonly Value[]) => number, count: number): Aggregate {
  return {
    name,
    minimum: count,
    maximum: count,
    ...(count === 2 ? { level: { from: 0, to: 100 } } : {}),
    compile: (args) => {
      const [operand = MISSING] = args;
      if (isNeverNumber(operand)) return MISSING;
      return number(`quantileExactInclusiveOrNull(${levelOf(args) / 100})(${asNumber(operand)})`);
    },
  };
}

function byAge(name: string, pick: "argMin" | "argMax"): Aggregate {
  return {
    name,
    minimum: 1,
    maximum: 1,
    needsAge: true,
    compile: ([operand = MISSING], age) =>
      operand.type === "missing" || age === undefined
        ? MISSING
        : { ...operand, sql: `${pick}(toNullable(${operand.sql}), ${age})`, nullable: true },
  };
}

function distinct(name: string): Aggregate {
  return {
    name,
    minimum: 1,
    maximum: 1,
    compile: ([operand = MISSING]) =>
      operand.type === "missing"
        ? number("toFloat64(0)", false)
        : number(`toFloat64(uniqExact(${operand.sql}))`, false),
  };
}

function collect(name: string): Aggregate {
  return {
    name,
    minimum: 1,
    maximum: 1,
    compile: ([operand = MISSING]) => json(`toJSONString(arraySort(groupUniqArray(10000)(${asText(operand)})))`),
  };
}

/** Values that are there, per interval: counted in each bin, or in the query's range without one. */
const rate: Aggregate = {
  name: "rate",
  minimum: 2,
  maximum: 2,
  takesPeriod: true,
  compile: ([operand = MISSING, interval], _age, bucketMs) =>
    operand.type === "missing"
      ? number("toFloat64(0)", false)
      : number(`count(${operand.sql}) * ${Number(interval?.constant ?? 0)} / ${Math.max(1, bucketMs)}`, false),
};

/** At most so many buckets: each is a pair in the result's map. */
const MAX_BUCKETS = 1_000;

/** A map from the lower edge of each bucket to about how many values are in it. The engine chooses edges by density. */
const histogram: Aggregate = {
  name: "histogram",
  minimum: 2,
  maximum: 2,
  level: { from: 1, to: MAX_BUCKETS },
  compile: ([operand = MISSING, buckets]) => {
    if (isNeverNumber(operand)) return MISSING;
    const values = asNumber(operand);
    const bars = `histogramIf(${Math.trunc(Number(buckets?.constant ?? 1))})(ifNull(${values}, 0), isNotNull(${values}))`;
    const edges = `arrayMap(t -> toString(round(t.1, 6)), ${bars})`;
    return json(
      `if(count(${values}) = 0, NULL, toJSONString(mapFromArrays(${edges}, arrayMap(t -> round(t.3, 2), ${bars}))))`,
    );
  },
};

/** The most frequent values; the plan makes groups of it, because each value is a row. */
const topk: Aggregate = {
  name: "topk",
  minimum: 2,
  maximum: 2,
  compile: () => MISSING,
};

const TABLE: ReadonlyMap<string, Aggregate> = new Map(
  [
    {
      name: "count",
      minimum: 0,
      maximum: 1,
      compile: ([operand]: readonly Value[]) => {
        if (operand === undefined) return number("toFloat64(count())", false);
        return number(operand.type === "missing" ? "toFloat64(0)" : `toFloat64(count(${operand.sql}))`, false);
      },
    },
    distinct("count_distinct"),
    distinct("countDistinct"),
    numeric("avg", (x) => `avgOrNull(${x})`),
    numeric("sum", (x) => `sumOrNull(${x})`),
    numeric("stddev", (x) => `stddevPopStableOrNull(${x})`),
    numeric("variance", (x) => `varPopStableOrNull(${x})`),
    extreme("min", "min"),
    extreme("max", "max"),
    extreme("sortsFirst", "min"),
    extreme("sortsLast", "max"),
    percentile("pct", ([, level]) => (typeof level?.constant === "number" ? level.constant : 50), 2),
    percentile("median", () => 50, 1),
    byAge("earliest", "argMin"),
    byAge("latest", "argMax"),
    rate,
    histogram,
    topk,
    { ...numeric("sumOverTime", (x) => `sumOrNull(${x})`) },
    {
      name: "countOverTime",
      minimum: 1,
      maximum: 1,
      compile: ([operand = MISSING]: readonly Value[]) =>
        number(operand.type === "missing" ? "toFloat64(0)" : `toFloat64(count(${operand.sql}))`, false),
    },
    collect("values"),
    collect("collect_values"),
  ].map((entry): [string, Aggregate] => [entry.name.toLowerCase(), entry]),
);

/** Looks an aggregate up by its name in any case. */
export function aggregateNamed(name: string): Aggregate | undefined {
  return TABLE.get(name.toLowerCase());
}

/** Every aggregate, for completion and documentation. */
export function aggregates(): readonly Aggregate[] {
  return [...TABLE.values()];
}
