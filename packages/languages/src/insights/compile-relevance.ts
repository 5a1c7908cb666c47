import { compileExpression } from "./compile-expression.ts";
import { discoveredPairs } from "./discovered-pairs.ts";
import { above, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { sqlString } from "./sql-quote.ts";
import { asCondition, asText, json, number, text } from "./sql-value.ts";

/** Events looked at on either side of the condition: enough to tell them apart, and few enough to keep all their values. */
const MAX_EVENTS = 100_000;
/** A field is one of numbers when so many of its values are. */
const NUMERIC = 0.9;
/** Values of a smaller share on both sides, or seen fewer times, are counted together: else fields of identifiers would differ most of all. */
const FREQUENT = 0.01;
const REPEATED = 2;
/** Values shown of a field that is not of numbers. */
const SHOWN = 3;

/**
 * Replaces the rows by the fields in which those that meet the condition differ from the others. The score is the largest
 * distance between the two cumulative distributions for numbers (Kolmogorov and Smirnov), half the sum of the differences of
 * the shares for other values (total variation), and at least the difference of the shares of rows that have the field.
 */
export function compileRelevance(step: Extract<Step, { kind: "relevance" }>, pipeline: Pipeline): void {
  const { counter, run } = pipeline;
  const { scope } = pipeline;
  const over = (layer: Layer) => new Layer(layer, counter);
  const condition = asCondition(compileExpression(step.condition, scope, run));
  const pair = (name: string, value: string) => `(${sqlString(name)}, ${value})`;
  const named = [...(step.fields ?? step.made)].flatMap((field) => {
    const value = compileExpression(field, scope, run);
    return value.type === "missing" ? [] : [pair(field.name, `CAST(${asText(value)} AS Nullable(String))`)];
  });
  const listed = `arrayMap(p -> (p.1, assumeNotNull(p.2)), arrayFilter(p -> isNotNull(p.2), CAST([${named.join(", ")}] AS Array(Tuple(String, Nullable(String))))))`;
  const all = step.fields === undefined ? discoveredPairs((field) => compileExpression(field, scope, run)) : undefined;

  const events = scope.layer;
  const sampled = over(events);
  const meets = sampled.column(events.column(condition));
  const own = sampled.column(events.column(listed));
  const told = `[${step.told.map(sqlString).join(", ")}]`;
  const untold = step.told.length === 0 ? all : `arrayFilter(p -> NOT has(${told}, p.1), ${all})`;
  const found = all === undefined || untold === undefined ? undefined : sampled.column(events.column(untold));
  sampled.limitBy = [meets];
  sampled.limitByCount = MAX_EVENTS;

  const counted = over(sampled);
  const side = counted.column(meets);
  const pairs = counted.column(found === undefined ? own : withoutTwins(own, found));
  const conditional = counted.column(`countIf(${meets} = 1) OVER ()`);
  const baseline = counted.column(`countIf(${meets} = 0) OVER ()`);

  const exploded = over(counted);
  const element = counter.next();
  exploded.arrayJoin = `${pairs} AS ${element}`;
  exploded.where.push(`${conditional} > 0 AND ${baseline} > 0`);
  const name = exploded.column(`${element}.1`);
  const value = exploded.column(`${element}.2`);
  for (const column of [side, conditional, baseline]) exploded.column(column);

  const values = over(exploded);
  values.groupBy = [values.column(name), values.column(value)];
  const meeting = values.column(`countIf(${side} = 1)`);
  const others = values.column(`countIf(${side} = 0)`);
  const [sumMeeting, sumOthers] = [conditional, baseline].map((column) => values.column(`any(${column})`));

  const fields = over(values);
  fields.groupBy = [fields.column(name)];
  const parsed = `toFloat64OrNull(${value})`;
  const isNumber = `ifNull(isFinite(${parsed}), 0)`;
  const numbers = fields.column(`arraySort(groupArrayIf((ifNull(${parsed}, 0), ${meeting}, ${others}), ${isNumber}))`);
  const texts = fields.column(
    `arraySort(t -> (-abs(t.2 - t.3), t.1), groupArray((${value}, ${meeting} / ${sumMeeting}, ${others} / ${sumOthers}, ${meeting} + ${others})))`,
  );
  const isNumeric = fields.column(
    `sumIf(${meeting} + ${others}, ${isNumber}) >= ${NUMERIC} * sum(${meeting} + ${others})`,
  );
  const absent = fields.column(`abs(sum(${meeting}) / any(${sumMeeting}) - sum(${others}) / any(${sumOthers}))`);

  const result = new RowScope({ layer: over(fields) });
  const { layer } = result;
  const of = (sql: string) => layer.fromSource(sql);
  const isFrequent = `(greatest(t.2, t.3) >= ${FREQUENT} AND t.4 >= ${REPEATED})`;
  const frequent = `t -> ${isFrequent}`;
  const pooled = `abs(arraySum(t -> if(${isFrequent}, 0, t.2 - t.3), ${of(texts)}))`;
  const variation = `(arraySum(t -> abs(t.2 - t.3), arrayFilter(${frequent}, ${of(texts)})) + ${pooled} + ${of(absent)}) / 2`;
  const distance = `arrayMax(arrayMap((a, b) -> abs(a - b), ${share(of(numbers), 2)}, ${share(of(numbers), 3)}))`;
  const isOfNumbers = of(isNumeric);
  const score = `least(1, greatest(${of(absent)}, if(${isOfNumbers}, ${distance}, ${variation})))`;
  // Rounded, so that fields that differ by the error of the arithmetic alone stand in the order of their names.
  const scored = layer.stage(`round(${score}, 6)`);
  result.define("@fieldName", text(of(name), false));
  result.define("@relevanceScore", number(scored, false));
  const shown = `arraySlice(arrayFilter(${frequent}, ${of(texts)}), 1, ${SHOWN})`;
  const entries = `arrayMap(t -> CAST((t.1, round(t.2, 4), round(t.3, 4)) AS Tuple(value String, conditional Float64, baseline Float64)), ${shown})`;
  result.define(
    "@topRelevanceContributors",
    json(`if(${isOfNumbers} OR empty(${shown}), NULL, toJSONString(${entries}))`),
  );
  result.define("@conditionalMedian", number(`if(${isOfNumbers}, ${median(of(numbers), 2)}, NULL)`));
  result.define("@baselineMedian", number(`if(${isOfNumbers}, ${median(of(numbers), 3)}, NULL)`));
  pipeline.scope = result;
  pipeline.groupKeys = [
    { sql: scored, direction: "DESC" },
    { sql: of(name), direction: "ASC" },
  ];
  pipeline.bottom = undefined;
  pipeline.scope = above(pipeline, false);
}

/** What commands made stands for discovered fields of the same name. */
function withoutTwins(own: string, found: string): string {
  return `arrayConcat(${own}, arrayFilter(p -> NOT has(arrayMap(q -> q.1, ${own}), p.1), ${found}))`;
}

/** The share of the rows up to each number, of those that have one; no rows have all shares zero. */
function share(numbers: string, place: 2 | 3): string {
  const counts = `arrayMap(t -> t.${place}, ${numbers})`;
  return `arrayMap(c -> c / greatest(1, arraySum(${counts})), arrayCumSum(${counts}))`;
}

/** Numbers as often as they occur on one side. */
function median(numbers: string, place: 2 | 3): string {
  return `arrayReduce('quantileExactInclusiveOrNull(0.5)', arrayFlatten(arrayMap(t -> arrayWithConstant(t.${place}, t.1), ${numbers})))`;
}
