import type { AnalyticNode } from "./analytic-node.ts";
import { formatExpression } from "./format.ts";
import { callOf, countAll, fieldNamed } from "./make-node.ts";
import type { Command, Expression, FieldNode, NamedExpression, NameNode } from "./node.ts";
import { periodMilliseconds, spanMilliseconds } from "./period.ts";
import type { Step } from "./plan-step.ts";
import { InsightsSyntaxError, quoteForMessage } from "./syntax-error.ts";

/**
 * `stats topk(k, field)` gives a row for each of the k most frequent values: its count by the field, largest first.
 * Anywhere else `topk` is refused by the check of the command.
 */
export function topValues(command: Extract<Command, { kind: "stats" }>) {
  const [output] = command.outputs;
  const call = output?.expression;
  if (output === undefined || call?.kind !== "call" || call.name !== "topk") return undefined;
  if (command.outputs.length > 1 || command.keys.length > 0) return undefined;
  const [size, field] = call.args;
  if (
    field === undefined ||
    size?.kind !== "number" ||
    !Number.isInteger(size.value) ||
    size.value < 1 ||
    size.value > MAX_TOP
  ) {
    throw new InsightsSyntaxError(
      `topk takes a number of values from 1 to ${MAX_TOP} and a field. Write topk(10, field).`,
      call.span,
    );
  }
  const { span } = output;
  const count = countAll(span);
  const key = Object.freeze({ expression: field, name: formatExpression(field), aliased: false, span });
  const counted = Object.freeze({
    expression: count,
    name: output.aliased ? output.name : "count",
    aliased: true,
    span,
  });
  return {
    command: { kind: "stats" as const, outputs: [counted], keys: [key], span: command.span },
    order: [{ expression: fieldNamed(counted.name, span), descending: true }],
    count: size.value,
  };
}

/** `countFrequent` as the `stats` that it is. */
export function countOf({
  fields,
  span,
}: Extract<AnalyticNode, { kind: "countfrequent" }>): Extract<Command, { kind: "stats" }> {
  const count = countAll(span);
  return {
    kind: "stats",
    outputs: [{ expression: count, name: "_approxcount", aliased: true, span }],
    keys: fields.map((field) => ({ expression: field, name: field.name, aliased: false, span: field.span })),
    span,
  };
}

/** AWS's bound for topk. */
const MAX_TOP = 10_000;

/** The known names that fit one of these, in which `*` stands for anything; all of them without any. Others stay as they are. */
export function namesLike(names: readonly NameNode[], known: readonly string[]): readonly string[] {
  if (names.length === 0) return known;
  const found = names.flatMap(({ name }) => (name.includes("*") ? known.filter((each) => fits(each, name)) : [name]));
  return [...new Set(found)];
}

/** The pieces between the stars follow each other in the text. */
function fits(text: string, pattern: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** `fillmissing` as a step; `last` is the step before it, and `columns` are those of the `stats`. */
export function fillStep(
  { value, names, span }: Extract<AnalyticNode, { kind: "fillmissing" }>,
  last: Step | undefined,
  columns: readonly string[],
): Extract<Step, { kind: "fill" }> {
  const [key, second] = last?.kind === "aggregate" ? last.keys : [];
  const call = key?.expression;
  const [period, offset] = call?.kind === "call" && call.name === "bin" ? call.args : [];
  const lengthMs = period?.kind === "period" ? periodMilliseconds(period.value) : undefined;
  if (key === undefined || second !== undefined || lengthMs === undefined) {
    throw new InsightsSyntaxError(
      "fillmissing follows directly on stats ... by bin(...) alone, in ms, s, m, h or d. Move it there.",
      span,
    );
  }
  for (const { name, span: at } of names) {
    if (!columns.includes(name) || name === key.name) {
      throw new InsightsSyntaxError(
        `${quoteForMessage(name)} is not a column of stats. Name one of its aggregates.`,
        at,
      );
    }
  }
  const offsetMs = offset?.kind === "period" ? (spanMilliseconds(offset.value) ?? 0) : 0;
  return {
    kind: "fill",
    key: key.name,
    lengthMs,
    offsetMs,
    columns,
    value,
    names: names.map(({ name }) => name),
    span,
  };
}

/** What `addtotals` adds up: its fields, or without any all columns shown but group keys and those of the events themselves. */
export function summedFields(
  { fields, span }: Extract<AnalyticNode, { kind: "addtotals" }>,
  shown: readonly string[],
): readonly FieldNode[] {
  const all = shown.filter((each) => !each.startsWith("@")).map((each) => fieldNamed(each, span));
  const summed = fields.length > 0 ? fields : all;
  if (summed.length === 0)
    throw new InsightsSyntaxError("addtotals finds no columns of numbers. Name the fields to add.", span);
  return summed;
}

/** The sum of the fields as a column. */
export function totalOf(
  { name, span }: Extract<AnalyticNode, { kind: "addtotals" }>,
  summed: readonly FieldNode[],
): NamedExpression {
  const zero: Expression = Object.freeze({ kind: "number", value: 0, text: "0", span });
  const expression = summed
    .map((field): Expression => callOf("coalesce", [callOf("tonumber", [field], span), zero], span))
    .reduce((left, right) => Object.freeze({ kind: "binary", operator: "+", left, right, span }));
  return Object.freeze({ expression, name: name.name, aliased: true, span: name.span });
}
