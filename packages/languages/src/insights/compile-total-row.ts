import { compileExpression } from "./compile-expression.ts";
import { shownNumber } from "./function-numeric.ts";
import { above, HIDDEN, orderTerms, type Pipeline } from "./pipeline.ts";
import type { Step } from "./plan.ts";
import { RowScope } from "./row-scope.ts";
import { Layer } from "./sql-layer.ts";
import { asNumber, isNeverNumber, type Value } from "./sql-value.ts";

/**
 * Adds a row below all others that holds the sums of columns. It is made of the last row, which is doubled: a column tells the
 * two apart, and every value of the copy but the sums becomes missing. Without any row there is none of totals either.
 */
export function compileTotalRow(step: Extract<Step, { kind: "total-row" }>, pipeline: Pipeline): void {
  const { run, counter } = pipeline;
  const rows = above(pipeline, false);
  pipeline.scope = rows;
  const order = orderTerms(step.order, pipeline).join(", ");
  const place = `row_number() OVER (${order === "" ? "" : `ORDER BY ${order}`})`;
  const totals = new Map<string, { readonly value: Value; readonly sum: string }>();
  for (const field of step.summed) {
    const value = compileExpression(field, rows, run);
    if (!isSummed(value, step.named)) continue;
    totals.set(field.name, { value, sum: `sumOrNull(${asNumber(value)}) OVER ()` });
  }

  const layer = new Layer(rows.layer, counter);
  const total = counter.next();
  layer.arrayJoin = `if(${layer.fromSource(place)} = ${layer.fromSource("count() OVER ()")}, [0, 1], [0]) AS ${total}`;
  const blank = (value: Value): Value =>
    value.type === "missing"
      ? value
      : { type: value.type, nullable: true, sql: `if(${total} = 1, NULL, toNullable(${value.sql}))` };
  const doubled: RowScope = new RowScope({
    layer,
    resolver: (field) => blank(doubled.import(compileExpression(field, rows, run))),
  });
  const hidden = [HIDDEN.time, HIDDEN.seq, HIDDEN.group, HIDDEN.stream].filter((name) => rows.defined(name));
  for (const name of [...step.names, ...hidden]) {
    const value = rows.defined(name);
    if (value !== undefined && !totals.has(name)) doubled.define(name, blank(doubled.importComputed(value)));
  }
  for (const text of step.texts) {
    const value = rows.byText(text);
    if (value !== undefined) doubled.defineText(text, blank(doubled.importComputed(value)));
  }
  // How many events matched is told by whichever row is looked at.
  const matched = rows.defined(HIDDEN.matched);
  if (matched !== undefined) doubled.define(HIDDEN.matched, doubled.importComputed(matched));
  for (const [name, { value, sum }] of totals) {
    const own = doubled.importComputed(value);
    const summed = layer.fromSource(sum);
    // A text stays one, so the sum is written as a row would show it.
    const shown = value.type === "number" ? summed : shownNumber(summed);
    doubled.define(name, {
      type: value.type,
      nullable: true,
      sql: `if(${total} = 1, ${shown}, toNullable(${own.sql}))`,
    });
  }
  pipeline.groupKeys = pipeline.groupKeys?.map(({ sql, direction }) => ({ sql: layer.fromSource(sql), direction }));
  pipeline.scope = doubled;
  // The row of totals of a command before stays above that of this one.
  pipeline.bottom = pipeline.bottom === undefined ? total : `(${total} + ${layer.fromSource(pipeline.bottom)})`;
  // Expressions over the doubled rows are staged above the join that makes them.
  pipeline.scope = above(pipeline, false);
}

/** Times and truths are summed in no case; they would give numbers that mean nothing. */
function isSummed(value: Value, asked: boolean): boolean {
  if (isNeverNumber(value)) return false;
  return value.type === "number" || value.type === "text" || (asked && value.type === "json");
}
