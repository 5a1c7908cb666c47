import { compileExpression } from "./compile-expression.ts";
import { shownNumber } from "./function-numeric.ts";
import type { FieldNode } from "./node.ts";
import { spanMilliseconds } from "./period.ts";
import { above, HIDDEN, orderTerms, type Pipeline } from "./pipeline.ts";
import type { WindowStep } from "./plan.ts";
import type { RowScope } from "./row-scope.ts";
import { sqlInteger, sqlNumber } from "./sql-quote.ts";
import { asNumber, asText, isNeverNumber, MISSING, number, text, type Value } from "./sql-value.ts";

/**
 * Adds columns that depend on other rows, in the order of the last `sort`. A window sees the rows of its SELECT after that
 * SELECT's conditions, so each stands in one of its own: above what came before, below what follows.
 */
export function compileWindow(step: WindowStep, pipeline: Pipeline): void {
  const scope = above(pipeline, false);
  pipeline.scope = scope;
  const defined = windowColumns(step, scope, pipeline);
  const next = above(pipeline, false);
  pipeline.scope = next;
  for (const [name, value] of defined) next.define(name, next.importComputed(value));
  if (step.kind === "outlier" && step.removes) {
    for (const { name } of step.fields) {
      const kept = next.defined(`${REMOVED}${name}`);
      if (kept !== undefined) next.layer.where.push(`NOT ${kept.sql}`);
    }
  }
}

const REMOVED = "\0outlier ";

function windowColumns(step: WindowStep, scope: RowScope, pipeline: Pipeline): readonly (readonly [string, Value])[] {
  const { run } = pipeline;
  const read = (field: FieldNode) => compileExpression(field, scope, run);
  const order = orderTerms(step.order, pipeline).join(", ");
  const sorted = order === "" ? "" : `ORDER BY ${order} `;
  const before = `OVER (${sorted}ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  switch (step.kind) {
    case "accum": {
      const value = read(step.field);
      return [[step.name.name, isNeverNumber(value) ? MISSING : number(`sumOrNull(${asNumber(value)}) ${before}`)]];
    }
    case "autoregress": {
      const value = read(step.field);
      const all = `OVER (${sorted}ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`;
      return Array.from({ length: step.to - step.from + 1 }, (_each, index) => {
        const distance = step.from + index;
        const lag = {
          ...plain(value),
          sql: `lagInFrame(toNullable(${value.sql}), ${distance}) ${all}`,
          nullable: true,
        };
        return [`${step.name.name}_p${distance}`, value.type === "missing" ? MISSING : lag] as const;
      });
    }
    case "filldown":
      return step.fields.map((field) => {
        const value = read(field);
        // As an aggregate, anyLast passes over nulls.
        const last = { ...plain(value), sql: `anyLast(toNullable(${value.sql})) ${before}`, nullable: true };
        return [field.name, value.type === "missing" ? MISSING : last] as const;
      });
    case "sessionize":
      return [[step.name.name, sessions(step, scope, read)]];
    case "outlier":
      return step.fields.flatMap((field) => bounded(step, field, read(field)));
  }
}

function plain({ type, nullable }: Value): Omit<Value, "sql"> {
  return { type, nullable };
}

/** The values with the number of the session, counted from 1 in order of time. */
function sessions(
  step: Extract<WindowStep, { kind: "sessionize" }>,
  scope: RowScope,
  read: (field: FieldNode) => Value,
): Value {
  const time = scope.defined(HIDDEN.time)?.sql;
  const seq = scope.defined(HIDDEN.seq)?.sql;
  if (time === undefined || seq === undefined) return MISSING;
  const ms = `toUnixTimestamp64Milli(${time})`;
  const keys = step.fields.map((field) => {
    const value = read(field);
    return value.type === "missing" ? "''" : `ifNull(${asText(value)}, '')`;
  });
  const rows = `PARTITION BY ${keys.join(", ")} ORDER BY ${time} ASC, ${seq} ASC ROWS BETWEEN UNBOUNDED PRECEDING AND`;
  const gap = sqlInteger(spanMilliseconds(step.gap) ?? 0);
  const starts = scope.layer.stage(
    `if(lagInFrame(toNullable(${ms}), 1) OVER (${rows} UNBOUNDED FOLLOWING) >= ${ms} - ${gap}, 0, 1)`,
  );
  const session = `concat(${keys.join(", '-', ")}, '-', toString(sum(${starts}) OVER (${rows} CURRENT ROW)))`;
  // A row of totals is no event, so it is in no session.
  return text(`if(isNull(${time}), NULL, ${session})`);
}

function bounded(
  step: Extract<WindowStep, { kind: "outlier" }>,
  field: FieldNode,
  value: Value,
): readonly (readonly [string, Value])[] {
  if (isNeverNumber(value)) return [];
  const x = asNumber(value);
  const quartile = (level: number) => `quantileExactInclusiveOrNull(${level})(${x}) OVER ()`;
  const range = `${sqlNumber(step.factor)} * (${quartile(0.75)} - ${quartile(0.25)})`;
  const high = `(${quartile(0.75)} + ${range})`;
  const low = `(${quartile(0.25)} - ${range})`;
  const above = `ifNull(${x} > ${high}, 0)`;
  const below = step.lower ? `ifNull(${x} < ${low}, 0)` : "0";
  if (step.removes)
    return [[`${REMOVED}${field.name}`, { sql: `(${above} OR ${below})`, type: "boolean", nullable: false }]];
  // Texts stay texts, and those that are no numbers stay what they are.
  const isText = value.type !== "number" || step.marks;
  const own = value.type === "number" ? `toString(${x})` : asText(value);
  const bound = (limit: string) => (isText ? `concat('${step.marks ? MARK : ""}', ${shownNumber(limit)})` : limit);
  const cut = `multiIf(${above}, ${bound(high)}, ${below}, ${bound(low)}, ${isText ? own : x})`;
  return [[field.name, isText ? text(cut) : number(cut)]];
}

/** Stands before values that were cut, where that is asked for. */
const MARK = "000";
