import { aggregateNamed } from "./aggregate.ts";
import { formatExpression } from "./format.ts";
import { scalarFunction } from "./function.ts";
import type { CallNode, Command, Expression, NamedExpression } from "./node.ts";
import { InsightsSyntaxError, quoteForMessage } from "./syntax-error.ts";
import { children, visit } from "./walk.ts";

interface KnownColumns {
  readonly names: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

/** Checks an expression outside `stats`; `outputs` are the columns of the `stats` before, if any. */
export function checkRowExpression(expression: Expression, outputs: KnownColumns | undefined): void {
  visit(expression, (node) => {
    if (outputs?.texts.has(formatExpression(node))) return false;
    if (node.kind === "period")
      throw new InsightsSyntaxError(
        "A period stands only in bin, datefloor, dateceil and rate. Put text in quotes.",
        node.span,
      );
    if (node.kind !== "call") return true;
    if (aggregateNamed(node.name) !== undefined) {
      throw new InsightsSyntaxError(
        `The aggregate ${node.name} stands only in stats. Compute it there, give it a name with as, and use the name here.`,
        node.span,
      );
    }
    checkCall(node, outputs !== undefined);
    return belowCall(node, (each) => checkRowExpression(each, outputs));
  });
}

/** Checks what a call takes as constants, and that `bin` still has events to read. */
function checkCall(node: CallNode, afterStats: boolean): void {
  if (node.name === "bin" && afterStats) {
    throw new InsightsSyntaxError(
      "bin reads @timestamp, which is gone after stats. Keep a time column there and use datefloor(column, period).",
      node.span,
    );
  }
  const scalar = scalarFunction(node.name);
  if (scalar === undefined) return;
  const literals = node.args.map((arg) =>
    arg.kind === "string" || arg.kind === "number" || arg.kind === "boolean" ? arg.value : undefined,
  );
  for (const index of scalar.literalAt ?? []) {
    const arg = node.args[index];
    if (arg !== undefined && literals[index] === undefined) {
      throw new InsightsSyntaxError(
        `${scalar.name} takes a constant here, not a field. Write the value itself.`,
        arg.span,
      );
    }
  }
  const problem = scalar.check?.(literals);
  if (problem !== undefined) throw new InsightsSyntaxError(`${problem}. Correct the call.`, node.span);
}

/** Checks the arguments of a call except the period of a time bucket; returns false because nothing is left to visit. */
function belowCall(node: CallNode, check: (arg: Expression) => void): false {
  for (const arg of node.args) if (arg.kind !== "period") check(arg);
  return false;
}

/** Checks a `stats` command; `before` are the columns of the previous `stats`, if any. */
export function checkAggregation(command: Extract<Command, { kind: "stats" }>, before: KnownColumns | undefined): void {
  for (const key of command.keys) {
    checkRowExpression(key.expression, before);
    requireColumns(key.expression, before);
  }
  const known = new Set(command.keys.flatMap((key) => [key.name, formatExpression(key.expression)]));
  for (const output of command.outputs) {
    checkOutput(output, known, before);
    known.add(output.name);
    known.add(formatExpression(output.expression));
  }
}

/** An output is made of aggregates, constants, group keys and earlier outputs. */
function checkOutput(output: NamedExpression, known: ReadonlySet<string>, before: KnownColumns | undefined): void {
  const check = (node: Expression): void => {
    if (known.has(formatExpression(node))) return;
    if (node.kind === "call" && aggregateNamed(node.name) !== undefined) {
      checkAggregateCall(node, before);
      return;
    }
    if (node.kind === "field") {
      throw new InsightsSyntaxError(
        `${quoteForMessage(node.name)} stands outside an aggregate. Wrap it, as in max(${node.name}), or group by it.`,
        node.span,
      );
    }
    if (node.kind === "period")
      throw new InsightsSyntaxError(
        "A period stands only in bin, datefloor, dateceil and rate. Put text in quotes.",
        node.span,
      );
    if (node.kind === "call") {
      if (node.name === "bin")
        throw new InsightsSyntaxError("bin stands behind by. Write stats ... by bin(5m).", node.span);
      checkCall(node, before !== undefined);
      for (const arg of node.args) if (arg.kind !== "period") check(arg);
      return;
    }
    for (const child of children(node)) check(child);
  };
  check(output.expression);
  if (
    output.expression.kind === "number" ||
    output.expression.kind === "string" ||
    output.expression.kind === "boolean"
  ) {
    throw new InsightsSyntaxError("stats takes aggregates. Write count(*), sum(field) and the like.", output.span);
  }
}

function checkAggregateCall(node: CallNode, before: KnownColumns | undefined): void {
  const aggregate = aggregateNamed(node.name);
  if (aggregate === undefined) return;
  if (aggregate.needsAge && before !== undefined) {
    throw new InsightsSyntaxError(
      `${aggregate.name} reads @timestamp, which is gone after stats. Use it in the first stats.`,
      node.span,
    );
  }
  if (aggregate.name === "topk") {
    throw new InsightsSyntaxError("topk stands alone in stats, without by. Write stats topk(10, field).", node.span);
  }
  const { level } = aggregate;
  const levelNode = level === undefined ? undefined : node.args[1];
  if (
    level !== undefined &&
    (levelNode?.kind !== "number" || levelNode.value < level.from || levelNode.value > level.to)
  ) {
    throw new InsightsSyntaxError(
      `${aggregate.name} takes a number from ${level.from} to ${level.to} as its second argument. Write ${aggregate.name}(field, 95).`,
      levelNode?.span ?? node.span,
    );
  }
  for (const arg of node.args) {
    if (aggregate.takesPeriod && arg.kind === "period") continue;
    checkRowExpression(arg, before);
    requireColumns(arg, before);
  }
}

/** After a `stats` of several, names are columns of the one before; `before` undefined means rows are still events. */
export function requireColumns(expression: Expression, before: KnownColumns | undefined): void {
  if (before === undefined) return;
  visit(expression, (node) => {
    if (before.texts.has(formatExpression(node))) return false;
    if (node.kind === "field" && !before.names.has(node.name)) {
      throw new InsightsSyntaxError(
        `${quoteForMessage(node.name)} is not a column of the stats before. With several stats commands each sees only those columns: add it there.`,
        node.span,
      );
    }
    return true;
  });
}
