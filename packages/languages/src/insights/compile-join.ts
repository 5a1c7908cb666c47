import { compileExpression } from "./compile-expression.ts";
import type { FieldNode, JoinNode } from "./node.ts";
import { above, carryOrder, type Pipeline } from "./pipeline.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { asText, type Value } from "./sql-value.ts";
import { SUBQUERY_SETTINGS } from "./sub-query.ts";

/** The rows beside those of the inner query with equal keys, compared as texts. */
export function compileJoin(step: JoinNode, pipeline: Pipeline): void {
  const { counter, run } = pipeline;
  const left = pipeline.scope;
  const inner = pipeline.inner(step.query);
  const right = new Layer(inner.scope.layer, counter, true);
  const beside = (value: Value): Value => {
    if (value.type === "missing") return value;
    // An outer join fills the columns of rows without a partner with null only where they can be null.
    return { type: value.type, nullable: true, sql: right.column(`toNullable(${value.sql})`) };
  };
  const joined: RowScope = new RowScope({
    layer: new Layer(left.layer, counter),
    below: left,
    resolver: (field) => {
      const [side, ...segments] = field.segments;
      if (segments.length === 0 || (side !== step.left && side !== step.right)) return joined.import(left.field(field));
      const rest: FieldNode = { ...field, name: segments.join("."), segments };
      return side === step.left
        ? joined.import(compileExpression(rest, left, run))
        : beside(compileExpression(rest, inner.scope, inner.run));
    },
  });
  const text = (value: Value) => `CAST(${asText(value)} AS Nullable(String))`;
  const pairs = step.keys.map((key) => {
    const ours = joined.importSql(text(compileExpression(key.left, left, run)));
    return `${ours} = ${right.column(text(compileExpression(key.right, inner.scope, inner.run)))}`;
  });
  joined.layer.join = {
    kind: step.outer ? "LEFT" : "INNER",
    layer: right,
    on: pairs.join(" AND "),
    settings: SUBQUERY_SETTINGS,
  };
  carryOrder(pipeline, joined.layer);
  // Expressions over both sides are staged above the join that brings them together.
  pipeline.scope = joined;
  pipeline.scope = above(pipeline, false);
}
