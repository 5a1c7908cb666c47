import { aggregateNamed } from "./aggregate.ts";
import type { AnalyticNode } from "./analytic-node.ts";
import { fieldNamed } from "./make-node.ts";
import type { Expression, FieldNode, SortKey } from "./node.ts";
import type { Columns } from "./plan-columns.ts";
import type { Plan, Step } from "./plan-step.ts";
import { fieldsOf, substitute, visit } from "./walk.ts";

type AnalyticOf<K extends AnalyticNode["kind"]> = Extract<AnalyticNode, { kind: K }>;

/** The row below all others of `addtotals col=true`. */
export function totalRowStep(
  command: AnalyticOf<"addtotals">,
  summed: readonly FieldNode[],
  columns: Columns,
  order: readonly SortKey[],
): Step {
  const total = command.column ? [fieldNamed(command.name.name, command.name.span)] : [];
  return {
    kind: "total-row",
    summed: [...summed, ...total],
    named: command.fields.length > 0,
    names: [...new Set([...columns.known(), ...columns.names(true)])],
    texts: [...(columns.outputs?.texts ?? [])],
    order,
  };
}

/** The columns of the other query that `appendcols` puts beside those shown: all with `override`, else those that are new. */
export function appendStep(
  command: AnalyticOf<"appendcols">,
  inner: Plan,
  there: ReadonlySet<string>,
  order: readonly SortKey[],
): Extract<Step, { kind: "append-columns" }> {
  const last = inner.steps.at(-1);
  return {
    kind: "append-columns",
    query: command.query,
    override: command.override,
    columns: inner.columns.filter(({ name }) => command.override || !there.has(name)),
    most: command.most,
    order,
    innerOrder: last?.kind === "take" ? last.order : [],
  };
}

/** `relevantfields`. What the condition names tells the rows apart by itself. */
export function relevanceStep({ fields, condition, span }: AnalyticOf<"relevantfields">, columns: Columns): Step {
  const told = new Set(fieldsOf(condition).map(({ name }) => name));
  const made = columns.known().filter((name) => !told.has(name));
  return {
    kind: "relevance",
    fields: fields.length === 0 ? undefined : fields,
    made: made.map((name) => fieldNamed(name, span)),
    told: [...told],
    condition,
  };
}

/** A condition behind `stats` in terms of the rows before it, if it is about group keys alone. */
export function keyCondition(term: Expression, keys: ReadonlyMap<string, Expression>): Expression | undefined {
  const fields = fieldsOf(term);
  if (fields.length === 0 || !fields.every((field) => keys.has(field.name))) return undefined;
  let aggregate = false;
  visit(term, (node) => {
    if (node.kind === "call" && aggregateNamed(node.name) !== undefined) aggregate = true;
    return true;
  });
  return aggregate ? undefined : substitute(term, (field) => keys.get(field.name));
}
