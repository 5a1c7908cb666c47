import { formatExpression } from "./format.ts";
import type { NamedExpression, SortKey } from "./node.ts";
import type { ComparedPeriod } from "./period-before.ts";
import type { Plan, Step } from "./plan.ts";

/** The plan as text, one line per step in the order of execution. */
export function explainPlan(plan: Plan): string[] {
  const columns = plan.columns.map((column) => column.name).join(", ");
  const steps = plan.steps.map(explainStep);
  if (plan.estimate) return ["estimate scan events", ...steps];
  return ["scan events", ...steps, `show ${columns}${plan.rawEvents ? ", @ptr" : ""}`];
}

function explainStep(step: Step): string {
  switch (step.kind) {
    case "compute":
      return `compute ${step.name} = ${formatExpression(step.expression)}`;
    case "filter":
      return `filter ${formatExpression(step.predicate)}${step.moved ? " (moved before stats)" : ""}`;
    case "parse-glob":
      return `parse ${formatExpression(step.source)} glob ${JSON.stringify(step.glob)} into ${step.names.map(({ name }) => name).join(", ")}${step.multi ? " multi" : ""}`;
    case "parse-regex":
      return `parse ${formatExpression(step.source)} regex /${step.regex.source}/ into ${step.names.map(({ name }) => name).join(", ")}${step.multi ? " multi" : ""}`;
    case "unnest":
      return `unnest ${formatExpression(step.source)} into ${step.alias.name}`;
    case "aggregate": {
      const outputs = step.outputs.map((output) => named(output));
      const keys = step.keys.map((key) => named(key));
      return `aggregate ${outputs.join(", ")}${keys.length === 0 ? "" : ` by ${keys.join(", ")}`}`;
    }
    case "accum":
      return `running sum of ${formatExpression(step.field)} as ${step.name.name}${ordered(step.order)}`;
    case "autoregress":
      return `${formatExpression(step.field)} of ${step.from} to ${step.to} rows before as ${step.name.name}${ordered(step.order)}`;
    case "filldown":
      return `fill down ${step.fields.map(formatExpression).join(", ")}${ordered(step.order)}`;
    case "sessionize":
      return `sessions of ${step.fields.map(formatExpression).join(", ")} as ${step.name.name}`;
    case "outlier":
      return `${step.removes ? "remove" : "cut"} outliers of ${step.fields.map(formatExpression).join(", ")}`;
    case "fill":
      return `fill bins of ${step.key}`;
    case "join":
      return `join ${step.outer ? "left" : "inner"} ${step.keys.map(({ left, right }) => `${step.left}.${left.name} = ${step.right}.${right.name}`).join(" and ")} (${step.query.text.trim()})`;
    case "lookup":
      return `lookup ${step.table.name} ${step.cidr ? "range " : ""}${step.keys.map(({ column, field }) => `${column.name} = ${formatExpression(field)}`).join(", ")} into ${step.outputs.map(({ name }) => name.name).join(", ")}${step.keeps ? " where missing" : ""}`;
    case "pattern":
      return `patterns of ${formatExpression(step.source)}${comparedText(step.compare)}${step.anomalies ? " with anomalies" : ""}`;
    case "relevance":
      return `relevance of ${step.fields === undefined ? "all fields" : step.fields.map(formatExpression).join(", ")} where ${formatExpression(step.condition)}`;
    case "total-row":
      return `row of totals of ${step.summed.map(formatExpression).join(", ")}${ordered(step.order)}`;
    case "append-columns":
      return `${step.override ? "override" : "append"} ${step.columns.map(({ name }) => name).join(", ")} from ${step.most} rows (${step.query.text.trim()})${ordered(step.order)}`;
    case "dedup":
      return `dedup ${step.fields.map(formatExpression).join(", ")}`;
    case "take":
      return `take ${step.any ? "any " : ""}${step.count}${ordered(step.order)}`;
  }
}

function comparedText(compare: ComparedPeriod | undefined): string {
  if (compare === undefined) return "";
  return ` compared with ${typeof compare === "object" ? `${compare.shiftMs} ms before` : compare}`;
}

function ordered(order: readonly SortKey[]): string {
  return order.length === 0 ? "" : ` by ${order.map(explainKey).join(", ")}`;
}

function named(item: NamedExpression): string {
  return `${formatExpression(item.expression)}${item.aliased ? ` as ${item.name}` : ""}`;
}

function explainKey(key: SortKey): string {
  return `${formatExpression(key.expression)}${key.descending ? " desc" : ""}`;
}
