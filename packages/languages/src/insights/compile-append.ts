import { compileExpression } from "./compile-expression.ts";
import { above, carryOrder, orderTerms, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { sqlInteger } from "./sql-quote.ts";
import { asText, type Value } from "./sql-value.ts";
import { SUBQUERY_SETTINGS } from "./sub-query.ts";

/** Columns of another query beside the rows: the first row's beside the first, and so on. Rows without a partner lack them. */
export function compileAppend(step: Extract<Step, { kind: "append-columns" }>, pipeline: Pipeline): void {
  const { counter, run } = pipeline;
  const inner = pipeline.inner(step.query);
  const theirs = numbered(inner, step.innerOrder);
  const right = new RowScope({ layer: new Layer(theirs.scope.layer, counter, true), below: theirs.scope });
  const rightPlace = right.layer.column(`toNullable(${right.layer.fromSource(theirs.place)})`);
  right.layer.where.push(`${right.layer.fromSource(theirs.place)} <= ${sqlInteger(step.most)}`);
  const values = step.columns.map(({ name, expression }) => {
    const value = right.import(compileExpression(expression, theirs.scope, inner.run));
    const column: Value =
      value.type === "missing"
        ? value
        : { type: value.type, nullable: true, sql: right.layer.column(`toNullable(${value.sql})`) };
    return [name, column] as const;
  });

  const ours = numbered(pipeline, step.order);
  const joined = new RowScope({ layer: new Layer(ours.scope.layer, counter), below: ours.scope });
  const leftPlace = joined.layer.fromSource(ours.place);
  joined.layer.join = {
    kind: "LEFT",
    layer: right.layer,
    on: `${leftPlace} = ${rightPlace}`,
    settings: SUBQUERY_SETTINGS,
  };
  carryOrder(pipeline, joined.layer);
  const isOurs = (value: string) => (step.override ? `isNull(${rightPlace})` : `isNotNull(${value})`);
  for (const [name, value] of values) {
    const field = { kind: "field" as const, name, segments: [name], span: { start: 0, end: 0 } };
    const own = joined.import(compileExpression(field, ours.scope, run));
    joined.define(name, either(value, own, isOurs));
  }
  pipeline.scope = joined;
  pipeline.scope = above(pipeline, false);
}

/** Either value, ours where `isOurs` holds for it. Values of different kinds meet as texts. */
function either(theirs: Value, ours: Value, isOurs: (ours: string) => string): Value {
  if (ours.type === "missing" && theirs.type === "missing") return ours;
  const same = theirs.type === ours.type || ours.type === "missing" || theirs.type === "missing";
  const type = !same ? "text" : ours.type === "missing" ? theirs.type : ours.type;
  const [a, b] = [theirs, ours].map((value) => (value.type === "missing" ? "NULL" : same ? value.sql : asText(value)));
  return { type, nullable: true, sql: `if(${isOurs(b ?? "NULL")}, toNullable(${b}), toNullable(${a}))` };
}

/** The rows with their place in an order, from 1. */
function numbered(pipeline: Pipeline, order: Parameters<typeof orderTerms>[0]): { scope: RowScope; place: string } {
  const scope = above(pipeline, false);
  pipeline.scope = scope;
  const terms = orderTerms(order, pipeline).join(", ");
  return { scope, place: `row_number() OVER (${terms === "" ? "" : `ORDER BY ${terms}`})` };
}
