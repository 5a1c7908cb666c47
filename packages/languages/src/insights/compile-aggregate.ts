import { aggregateNamed } from "./aggregate.ts";
import { compileExpression } from "./compile-expression.ts";
import { formatExpression } from "./format.ts";
import type { Expression } from "./node.ts";
import { periodMilliseconds, spanMilliseconds } from "./period.ts";
import { HIDDEN, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { asKey, asText, constant } from "./sql-value.ts";
import { children } from "./walk.ts";

/** `stats`: one row for each combination of the keys' values; only the keys and the outputs are known after it. */
export function compileAggregate(step: Extract<Step, { kind: "aggregate" }>, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const { layer } = scope;
  const result = new RowScope({ layer: new Layer(layer, pipeline.counter) });
  const groupKeys: string[] = [];
  const timeKeys: string[] = [];
  const expressions: string[] = [];
  for (const key of step.keys) {
    const value = asKey(compileExpression(key.expression, scope, run));
    const column = result.importComputed(value);
    if (value.type !== "missing" && value.constant === undefined) {
      expressions.push(value.sql);
      if (value.type === "timestamp") timeKeys.push(column.sql);
      else groupKeys.push(value.type === "json" ? asText(column) : column.sql);
    }
    result.define(key.name, column);
    result.defineText(formatExpression(key.expression), column);
  }
  layer.groupBy = expressions;
  // Without groups ClickHouse gives a row even for no event at all.
  if (expressions.length === 0) layer.having = "count() > 0";
  const age = () => {
    const time = scope.defined(HIDDEN.time);
    const seq = scope.defined(HIDDEN.seq);
    return time === undefined || seq === undefined ? undefined : `(${time.sql}, ${seq.sql})`;
  };
  const bucketMs = bucketLength(step.keys) ?? run.endTimeMs - run.startTimeMs + 1;
  const define = (node: Expression): void => {
    const aggregate = node.kind === "call" ? aggregateNamed(node.name) : undefined;
    if (node.kind !== "call" || aggregate === undefined) {
      for (const child of children(node)) define(child);
      return;
    }
    // Every aggregate inside the expression is computed apart and known by its text.
    const args = node.args.map((arg) =>
      arg.kind === "period" ? constant(spanMilliseconds(arg.value) ?? 0) : compileExpression(arg, scope, run),
    );
    const value = aggregate.compile(args, aggregate.needsAge ? age() : undefined, bucketMs);
    result.defineText(formatExpression(node), result.importComputed(value));
  };
  for (const output of step.outputs) {
    define(output.expression);
    const value = compileExpression(output.expression, result, run);
    result.define(output.name, value);
    result.defineText(formatExpression(output.expression), value);
  }
  carryMatched(pipeline, result, expressions.length > 0);
  pipeline.scope = result;
  pipeline.bottom = undefined;
  pipeline.groupKeys = [
    ...timeKeys.map((sql) => ({ sql, direction: "DESC" })),
    ...groupKeys.map((sql) => ({ sql, direction: "ASC NULLS LAST" })),
  ];
}

function carryMatched(pipeline: Pipeline, result: RowScope, grouped: boolean): void {
  const before = pipeline.scope.defined(HIDDEN.matched);
  if (before === undefined && !pipeline.countsEvents) return;
  pipeline.countsEvents = false;
  const counted = before !== undefined ? `any(${before.sql})` : grouped ? "sum(count()) OVER ()" : "count()";
  result.define(HIDDEN.matched, result.importComputed({ sql: counted, type: "number", nullable: false }));
}

/** How long the bins are that group the rows; undefined without any, and for calendar units. */
function bucketLength(keys: Extract<Step, { kind: "aggregate" }>["keys"]): number | undefined {
  for (const { expression } of keys) {
    const [period] = expression.kind === "call" && expression.name === "bin" ? expression.args : [];
    if (period?.kind === "period") return periodMilliseconds(period.value);
  }
  return undefined;
}
