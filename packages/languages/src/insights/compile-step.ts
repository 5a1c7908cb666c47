import { compileAggregate } from "./compile-aggregate.ts";
import { compileWindow } from "./compile-analytic.ts";
import { compileAppend } from "./compile-append.ts";
import { compileExpression, implied } from "./compile-expression.ts";
import { compileFill } from "./compile-fill.ts";
import { compileJoin } from "./compile-join.ts";
import { compileLookup } from "./compile-lookup.ts";
import { compileParse } from "./compile-parse.ts";
import { compilePattern } from "./compile-pattern.ts";
import { compileRelevance } from "./compile-relevance.ts";
import { compileTotalRow } from "./compile-total-row.ts";
import { compileUnnest } from "./compile-unnest.ts";
import type { Expression } from "./node.ts";
import { above, orderTerms, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { asCondition, asText, isPresent } from "./sql-value.ts";

/** Adds one step to the pipeline. */
export function compileStep(step: Step, pipeline: Pipeline): void {
  switch (step.kind) {
    case "compute":
      compute(step.name, step.expression, pipeline);
      break;
    case "filter":
      filter(step.predicate, pipeline);
      break;
    case "parse-glob":
    case "parse-regex":
      compileParse(step, pipeline);
      break;
    case "unnest":
      compileUnnest(step, pipeline);
      break;
    case "aggregate":
      compileAggregate(step, pipeline);
      break;
    case "accum":
    case "autoregress":
    case "filldown":
    case "sessionize":
    case "outlier":
      compileWindow(step, pipeline);
      break;
    case "fill":
      compileFill(step, pipeline);
      break;
    case "join":
      compileJoin(step, pipeline);
      break;
    case "lookup":
      compileLookup(step, pipeline);
      break;
    case "pattern":
      compilePattern(step, pipeline);
      break;
    case "relevance":
      compileRelevance(step, pipeline);
      break;
    case "total-row":
      compileTotalRow(step, pipeline);
      break;
    case "append-columns":
      compileAppend(step, pipeline);
      break;
    case "dedup":
      dedup(step, pipeline);
      break;
    case "take":
      take(step, pipeline);
      break;
  }
}

function compute(name: string, expression: Expression, { scope, run }: Pipeline): void {
  scope.define(name, compileExpression(expression, scope, run));
}

function filter(predicate: Expression, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const narrowing = scope.narrow === undefined ? undefined : implied(predicate, scope, run);
  if (narrowing !== undefined) scope.narrow?.(narrowing);
  scope.layer.where.push(asCondition(compileExpression(predicate, scope, run)));
}

/** Rows with a missing field are all kept, so each of them gets a key of its own. An event may have several rows. */
function dedup(step: Extract<Step, { kind: "dedup" }>, pipeline: Pipeline): void {
  const { scope, run } = pipeline;
  const values = step.fields.map((field) => compileExpression(field, scope, run));
  const complete = values.map(isPresent).filter((condition) => condition !== "1");
  const own = complete.length === 0 ? [] : [`if(${complete.join(" AND ")}, toUInt64(0), rowNumberInAllBlocks() + 1)`];
  const present = values.filter((value) => value.type !== "missing");
  scope.layer.limitBy = [...present.map((value) => (value.type === "json" ? asText(value) : value.sql)), ...own];
  if (scope.layer.limitBy.length === 0) scope.layer.limitBy = undefined;
}

function take(step: Extract<Step, { kind: "take" }>, pipeline: Pipeline): void {
  const { scope } = pipeline;
  scope.layer.orderBy = step.any ? [] : orderTerms(step.order, pipeline);
  scope.layer.limit = step.count;
  pipeline.scope = above(pipeline, false);
}
