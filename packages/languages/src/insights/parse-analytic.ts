import type { AnalyticNode } from "./analytic-node.ts";
import { MAX_ROWS } from "./limits.ts";
import type { FieldNode, NameNode } from "./node.ts";
import { fieldNode, parseExpression } from "./parse-expression.ts";
import { parseName, spanFrom } from "./parse-name.ts";
import { parsePeriod, spanMilliseconds } from "./period.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** Rows looked back at, at most: each distance is a column. */
const MAX_DISTANCE = 100;

function parseField(reader: TokenReader): FieldNode {
  const token = reader.next();
  if (token.kind !== "identifier")
    reader.fail(`Expected a field but found ${describe(token)}. Write its name.`, token.span);
  return fieldNode(token);
}

function startsName(reader: TokenReader): boolean {
  return reader.peek().kind === "identifier" && !reader.isWord("as") && !reader.isWord("maxspan");
}

/** Fields separated by commas or blanks. */
function parseFields(reader: TokenReader): FieldNode[] {
  const fields: FieldNode[] = [];
  while (startsName(reader)) {
    fields.push(parseField(reader));
    if (reader.acceptOperator(",") && !startsName(reader)) parseField(reader);
  }
  return fields;
}

/** `name=value` in front of the fields, each once. */
function parseOptions(reader: TokenReader, verb: Token, known: readonly string[]): ReadonlyMap<string, Token> {
  const options = new Map<string, Token>();
  while (reader.peek().kind === "identifier" && reader.isOperator("=", 1)) {
    const option = reader.next();
    const name = option.text.toLowerCase();
    if (!known.includes(name) || options.has(name))
      reader.fail(
        `${verb.text} takes ${known.join(", ")} once each but found ${describe(option)}. Take it out.`,
        option.span,
      );
    reader.next();
    options.set(name, reader.next());
  }
  return options;
}

function truth(reader: TokenReader, option: Token | undefined, otherwise: boolean): boolean {
  if (option === undefined) return otherwise;
  const word = option.text.toLowerCase();
  if (word !== "true" && word !== "false")
    reader.fail(`Expected true or false but found ${describe(option)}. Write true or false behind the =.`, option.span);
  return word === "true";
}

export function parseAccum(reader: TokenReader, verb: Token): AnalyticNode {
  const field = parseField(reader);
  const name = reader.acceptWord("as") ? parseName(reader, "as") : { name: field.name, span: field.span };
  return { kind: "accum", field, name, span: spanFrom(reader, verb) };
}

/** `autoregress field [as name] [p=N or p=N-M]`; one row back without `p`. */
export function parseAutoregress(reader: TokenReader, verb: Token): AnalyticNode {
  const field = parseField(reader);
  const name = reader.acceptWord("as") ? parseName(reader, "as") : { name: field.name, span: field.span };
  let [from, to] = [1, 1];
  if (reader.isWord("p") && reader.isOperator("=", 1)) {
    reader.next();
    reader.next();
    from = parseDistance(reader);
    to = reader.acceptOperator("-") ? parseDistance(reader) : from;
    if (to < from)
      reader.fail("The distances of p go from the smaller to the larger. Write p=1-3.", reader.last().span);
  }
  return { kind: "autoregress", field, name, from, to, span: spanFrom(reader, verb) };
}

function parseDistance(reader: TokenReader): number {
  const token = reader.next();
  const value = Number(token.value);
  if (token.kind !== "number" || !Number.isInteger(value) || value < 1 || value > MAX_DISTANCE)
    reader.fail(
      `Expected a whole number of rows from 1 to ${MAX_DISTANCE} but found ${describe(token)}. Write p=1-3.`,
      token.span,
    );
  return value;
}

/** Names here may hold `*`, which the tokens give apart. */
export function parseFilldown(reader: TokenReader, verb: Token): AnalyticNode {
  const names: NameNode[] = [];
  while (startsName(reader) || reader.isOperator("*")) {
    const first = reader.next();
    let name = first.value;
    let { end } = first.span;
    while (reader.peek().span.start === end && (startsName(reader) || reader.isOperator("*"))) {
      const part = reader.next();
      name += part.value;
      end = part.span.end;
    }
    names.push(Object.freeze({ name, span: { start: first.span.start, end } }));
    reader.acceptOperator(",");
  }
  return { kind: "filldown", names: Object.freeze(names), span: spanFrom(reader, verb) };
}

export function parseSessionize(reader: TokenReader, verb: Token): AnalyticNode {
  const fields = parseFields(reader);
  if (fields.length === 0) reader.fail("sessionize takes the fields that are equal in a session. Name at least one.");
  let gap = parsePeriod("30m", verb.span);
  if (reader.acceptWord("maxspan")) {
    const token = reader.next();
    if (token.kind === "duration") gap = parsePeriod(token.text, token.span);
    if (token.kind !== "duration" || spanMilliseconds(gap) === undefined)
      reader.fail(
        `Expected a period but found ${describe(token)}. Write maxspan 30m, in ms, s, m, h, d or w.`,
        token.span,
      );
  }
  const name = reader.acceptWord("as") ? parseName(reader, "as") : { name: "session_id", span: verb.span };
  return { kind: "sessionize", fields: Object.freeze(fields), gap, name, span: spanFrom(reader, verb) };
}

export function parseOutlier(reader: TokenReader, verb: Token): AnalyticNode {
  const options = parseOptions(reader, verb, ["action", "param", "uselower", "mark"]);
  const action = options.get("action");
  const word = action?.text.toLowerCase() ?? "transform";
  if (word !== "transform" && word !== "remove")
    reader.fail("The action of outlier is transform or remove. Correct it.", action?.span ?? verb.span);
  const param = options.get("param");
  const factor = param === undefined ? 2.5 : Number(param.value);
  if (param !== undefined && (param.kind !== "number" || factor <= 0))
    reader.fail(`Expected a number above 0 but found ${describe(param)}. Write param=2.5.`, param.span);
  const lower = truth(reader, options.get("uselower"), false);
  const marks = truth(reader, options.get("mark"), false);
  const fields = parseFields(reader);
  if (fields.length === 0) reader.fail("outlier takes the fields to look at. Name at least one.");
  const removes = word === "remove";
  return {
    kind: "outlier",
    fields: Object.freeze(fields),
    removes,
    factor,
    lower,
    marks,
    span: spanFrom(reader, verb),
  };
}

/** `fillmissing [with value for field, ...]`. */
export function parseFillmissing(reader: TokenReader, verb: Token): AnalyticNode {
  if (!reader.acceptWord("with"))
    return { kind: "fillmissing", value: undefined, names: Object.freeze([]), span: spanFrom(reader, verb) };
  const token = reader.next();
  if (token.kind !== "number" && token.kind !== "string")
    reader.fail(
      `Expected a number or quoted text but found ${describe(token)}. Write fillmissing with 0 for name.`,
      token.span,
    );
  if (!reader.acceptWord("for"))
    reader.fail(`Expected for but found ${describe(reader.peek())}. Write fillmissing with 0 for name.`);
  const names: NameNode[] = [];
  do {
    names.push(parseName(reader, "for"));
  } while (reader.acceptOperator(","));
  const value = token.kind === "number" ? Number(token.value) : token.value;
  return { kind: "fillmissing", value, names: Object.freeze(names), span: spanFrom(reader, verb) };
}

/** `addtotals [fieldname=Total] [row=true] [col=false] [field, ...]`: `row` sums each row into a column, `col` each column into a row. */
export function parseAddtotals(reader: TokenReader, verb: Token): AnalyticNode {
  const options = parseOptions(reader, verb, ["fieldname", "row", "col"]);
  const column = truth(reader, options.get("row"), true);
  const row = truth(reader, options.get("col"), false);
  if (!column && !row)
    reader.fail(
      "With row=false and col=false addtotals adds nothing up. Leave one of them out.",
      spanFrom(reader, verb),
    );
  const named = options.get("fieldname");
  if (named !== undefined && named.kind !== "identifier" && named.kind !== "string")
    reader.fail(`Expected a name but found ${describe(named)}. Write fieldname=Total.`, named.span);
  const name = { name: named?.value ?? "Total", span: named?.span ?? verb.span };
  const fields = Object.freeze(parseFields(reader));
  return { kind: "addtotals", name, fields, column, row, span: spanFrom(reader, verb) };
}

/** Rows of a sub-query that `appendcols` takes (query syntax, "appendcols"). */
const DEFAULT_APPENDED = 10_000;

/** `appendcols [override=false] [max=10000] (SOURCE ... | ...)`. */
export function parseAppendcols(reader: TokenReader, verb: Token): AnalyticNode {
  const options = parseOptions(reader, verb, ["override", "max"]);
  const override = truth(reader, options.get("override"), false);
  const max = options.get("max");
  const most = max === undefined ? DEFAULT_APPENDED : Number(max.value);
  if (max !== undefined && (max.kind !== "number" || !Number.isInteger(most) || most < 1 || most > MAX_ROWS))
    reader.fail(`Expected a whole number from 1 to ${MAX_ROWS} but found ${describe(max)}. Write max=100.`, max.span);
  const query = reader.readSubquery();
  return { kind: "appendcols", override, most, query, span: spanFrom(reader, verb) };
}

export function parseEstimate(reader: TokenReader, verb: Token): AnalyticNode {
  return { kind: "estimate", span: spanFrom(reader, verb) };
}

export function parseAnomaly(reader: TokenReader, verb: Token): AnalyticNode {
  return { kind: "anomaly", span: spanFrom(reader, verb) };
}

/** `relevantfields [field, ...] where condition`. */
export function parseRelevantfields(reader: TokenReader, verb: Token): AnalyticNode {
  const fields: FieldNode[] = [];
  while (reader.peek().kind === "identifier" && !reader.isWord("where")) {
    fields.push(parseField(reader));
    reader.acceptOperator(",");
  }
  if (!reader.acceptWord("where"))
    reader.fail(`Expected where but found ${describe(reader.peek())}. Write relevantfields where status >= 500.`);
  const condition = parseExpression(reader);
  return { kind: "relevantfields", fields: Object.freeze(fields), condition, span: spanFrom(reader, verb) };
}

export function parseCountFrequent(reader: TokenReader, verb: Token): AnalyticNode {
  const fields = parseFields(reader);
  if (fields.length === 0) reader.fail("countFrequent takes the fields to count. Name at least one.");
  return { kind: "countfrequent", fields: Object.freeze(fields), span: spanFrom(reader, verb) };
}
