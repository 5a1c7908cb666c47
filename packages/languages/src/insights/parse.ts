import { MAX_COMMANDS, MAX_QUERY_LENGTH, MAX_ROWS } from "./limits.ts";
import type { Command, Expression, FieldNode, InsightsQuery, NamedExpression, SortKey } from "./node.ts";
import {
  parseAccum,
  parseAddtotals,
  parseAnomaly,
  parseAppendcols,
  parseAutoregress,
  parseCountFrequent,
  parseEstimate,
  parseFilldown,
  parseFillmissing,
  parseOutlier,
  parseRelevantfields,
  parseSessionize,
} from "./parse-analytic.ts";
import { fieldNode, internalCall, parseExpression } from "./parse-expression.ts";
import { parseJson, parseParse } from "./parse-extract.ts";
import { parseJoin } from "./parse-join.ts";
import { parseLookup } from "./parse-lookup.ts";
import { parseName, spanFrom } from "./parse-name.ts";
import { parseSource } from "./parse-source.ts";
import { parsePeriod, spanMilliseconds } from "./period.ts";
import type { ComparedPeriod } from "./period-before.ts";
import { nearestName } from "./spelling.ts";
import { InsightsSyntaxError } from "./syntax-error.ts";
import { type Token, tokenize } from "./token.ts";
import { describe, TokenReader } from "./token-reader.ts";

const COMMANDS_TOLD =
  "fields, display, filter, filterIndex, parse, json, stats, sort, limit, dedup, pattern, anomaly, diff, logcompare, unnest, expand, join, lookup, cidrlookup, unmask, accum, addtotals, appendcols, autoregress, countFrequent, estimate, filldown, fillmissing, outlier, relevantfields and sessionize";

/**
 * Parses the text of a Logs Insights query into frozen nodes.
 * Throws {@link InsightsSyntaxError} with character offsets; it throws nothing else.
 */
export function parseInsights(text: string): InsightsQuery {
  if (text.length > MAX_QUERY_LENGTH) {
    throw new InsightsSyntaxError(
      `The query has ${text.length} characters; at most ${MAX_QUERY_LENGTH} are allowed. Shorten it.`,
      {
        start: MAX_QUERY_LENGTH,
        end: text.length,
      },
    );
  }
  const reader = new TokenReader(text, tokenize(text), parseQuery);
  const query = parseQuery(reader);
  if (reader.peek().kind !== "end") {
    reader.fail(`Expected | or the end of the query but found ${describe(reader.peek())}. Separate commands with |.`);
  }
  return query;
}

/** Reads a query, or one inside another, up to what cannot belong to it. */
function parseQuery(reader: TokenReader): InsightsQuery {
  const { start } = reader.peek().span;
  const commands: Command[] = [];
  // Those before belong to the query around this one.
  const known = reader.subqueries.length;
  const source = reader.isWord("source") ? parseSource(reader) : undefined;
  // A pipe before the first command is harmless and common in pasted queries.
  const piped = reader.acceptOperator("|");
  if (reader.peek().kind === "end" && source === undefined)
    reader.fail("The query is empty. Write a command, for example: fields @timestamp, @message");
  if (source === undefined || piped) {
    do {
      commands.push(Object.freeze(parseCommand(reader)));
      if (commands.length > MAX_COMMANDS) reader.fail(`A query has at most ${MAX_COMMANDS} commands. Shorten it.`);
    } while (reader.acceptOperator("|"));
  }
  const span = Object.freeze({ start, end: reader.last().span.end });
  const text = reader.text.slice(start, span.end);
  const subqueries = Object.freeze(reader.subqueries.splice(known));
  return Object.freeze({ text, span, source, subqueries, commands: Object.freeze(commands) });
}

function parseCommand(reader: TokenReader): Command {
  const verb = reader.next();
  const word = verb.text.toLowerCase();
  const parser = verb.kind === "identifier" && verb.quoted !== true ? PARSERS[word] : undefined;
  if (parser !== undefined) return parser(reader, verb);
  if (verb.kind === "identifier" && word === "source") {
    reader.fail("SOURCE stands only at the beginning of a query. Move it there.", verb.span);
  }
  const nearest = verb.kind === "identifier" ? nearestName(word, commandNames()) : undefined;
  const meant = nearest === undefined ? `Commands are ${COMMANDS_TOLD}.` : `Did you mean ${nearest}?`;
  return reader.fail(`Expected a command but found ${describe(verb)}. ${meant}`, verb.span);
}

/** Names of all commands, in lower case; SOURCE is none. */
export function commandNames(): readonly string[] {
  return Object.keys(PARSERS);
}

const PARSERS: Readonly<Record<string, (reader: TokenReader, verb: Token) => Command>> = Object.assign(
  Object.create(null),
  {
    fields: parseFields,
    display: parseFields,
    filter: parseFilter,
    where: parseFilter,
    filterindex: parseFilterIndex,
    parse: parseParse,
    json: parseJson,
    stats: parseStats,
    sort: parseSort,
    limit: parseLimit,
    head: parseLimit,
    tail: parseLimit,
    dedup: parseDedup,
    pattern: parsePattern,
    anomaly: parseAnomaly,
    diff: parseDiff,
    logcompare: parseLogcompare,
    unnest: parseUnnest,
    accum: parseAccum,
    addtotals: parseAddtotals,
    appendcols: parseAppendcols,
    autoregress: parseAutoregress,
    countfrequent: parseCountFrequent,
    estimate: parseEstimate,
    filldown: parseFilldown,
    fillmissing: parseFillmissing,
    outlier: parseOutlier,
    relevantfields: parseRelevantfields,
    sessionize: parseSessionize,
    join: parseJoin,
    lookup: parseLookup,
    cidrlookup: parseLookup,
    expand: parseExpand,
    unmask: parseUnmask,
  },
);

/** `expression [as name], …`; a column without alias is named by its own text. */
function parseNamedList(reader: TokenReader, readOne = parseExpression): readonly NamedExpression[] {
  const items: NamedExpression[] = [];
  do {
    const expression = readOne(reader);
    const alias = reader.acceptWord("as") ? parseName(reader, "as") : undefined;
    const name = alias?.name ?? (expression.kind === "field" ? expression.name : reader.source(expression.span));
    items.push(Object.freeze({ expression, name, aliased: alias !== undefined, span: expression.span }));
  } while (reader.acceptOperator(","));
  return Object.freeze(items);
}

function parseFields(reader: TokenReader, verb: Token): Command {
  const items = parseNamedList(reader);
  const kind = verb.text.toLowerCase() === "display" ? "display" : "fields";
  return { kind, items, span: spanFrom(reader, verb) };
}

function parseFilter(reader: TokenReader, verb: Token): Command {
  const predicate = parseExpression(reader);
  return { kind: "filter", predicate, span: spanFrom(reader, verb) };
}

/** `filterIndex field = value` or `filterIndex field in [...]`, and nothing else. */
function parseFilterIndex(reader: TokenReader, verb: Token): Command {
  const predicate = parseExpression(reader);
  const span = spanFrom(reader, verb);
  const equality = predicate.kind === "binary" && predicate.operator === "=" && isLiteral(predicate.right);
  const subject =
    equality && predicate.kind === "binary"
      ? predicate.left
      : predicate.kind === "in" && !predicate.negated
        ? predicate.subject
        : undefined;
  if (subject?.kind !== "field") {
    return reader.fail(
      "filterIndex takes only field = value or field in [...]. Use filter for the rest.",
      predicate.span,
    );
  }
  return { kind: "filter-index", field: subject, predicate, span };
}

function isLiteral(node: Expression): boolean {
  return node.kind === "number" || node.kind === "string" || node.kind === "boolean";
}

function parseStats(reader: TokenReader, verb: Token): Command {
  const outputs = parseNamedList(reader);
  const keys = reader.acceptWord("by") ? parseNamedList(reader, parseGroupKey) : Object.freeze([]);
  return { kind: "stats", outputs, keys, span: spanFrom(reader, verb) };
}

/** A group key; `bin(1h) offset 15m` moves the edges of the bins. */
function parseGroupKey(reader: TokenReader): Expression {
  const key = parseExpression(reader);
  if (!reader.isWord("offset")) return key;
  const word = reader.next();
  if (key.kind !== "call" || key.name !== "bin") {
    reader.fail("offset follows only bin(...). Remove it.", word.span);
  }
  const token = reader.next();
  const offset = token.kind === "duration" ? parsePeriod(token.text, token.span) : undefined;
  if (offset === undefined || spanMilliseconds(offset) === undefined) {
    reader.fail(
      `Expected a period but found ${describe(token)}. Write bin(1h) offset 15m, in ms, s, m, h, d or w.`,
      token.span,
    );
  }
  const span = { start: key.span.start, end: token.span.end };
  const args = [...key.args, Object.freeze({ kind: "period" as const, value: offset, span: token.span })];
  return Object.freeze({ ...key, args: Object.freeze(args), span });
}

function parseSort(reader: TokenReader, verb: Token): Command {
  // `sort by x` is written in many published queries.
  reader.acceptWord("by");
  const keys: SortKey[] = [];
  do {
    const expression = parseExpression(reader);
    const descending = reader.acceptWord("desc");
    if (!descending) reader.acceptWord("asc");
    keys.push(Object.freeze({ expression, descending }));
  } while (reader.acceptOperator(","));
  return { kind: "sort", keys: Object.freeze(keys), span: spanFrom(reader, verb) };
}

function parseLimit(reader: TokenReader, verb: Token): Command {
  const any = reader.acceptWord("any");
  const token = reader.next();
  const count = Number(token.value);
  if (token.kind !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_ROWS) {
    reader.fail(
      `Expected a whole number of rows from 1 to ${MAX_ROWS} but found ${describe(token)}. Correct the limit.`,
      token.span,
    );
  }
  return { kind: "limit", count, any, span: spanFrom(reader, verb) };
}

function parseDedup(reader: TokenReader, verb: Token): Command {
  const fields: FieldNode[] = [];
  do {
    const token = reader.next();
    if (token.kind !== "identifier")
      reader.fail(`Expected a field but found ${describe(token)}. dedup takes field names.`, token.span);
    fields.push(fieldNode(token));
  } while (reader.acceptOperator(","));
  return { kind: "dedup", fields: Object.freeze(fields), span: spanFrom(reader, verb) };
}

/** `pattern field`, or of a function of one. */
function parsePattern(reader: TokenReader, verb: Token): Command {
  const source = parseExpression(reader);
  if (source.kind !== "field" && source.kind !== "call" && source.kind !== "element") {
    reader.fail("pattern takes a field or a function of one. Write pattern @message.", source.span);
  }
  return { kind: "pattern", source, span: spanFrom(reader, verb) };
}

function parseDiff(reader: TokenReader, verb: Token): Command {
  const token = reader.peek();
  const period = token.kind === "identifier" ? COMPARED[token.text.toLowerCase()] : "previous";
  if (period === undefined) {
    reader.fail(
      `Expected previousDay, previousWeek or previousMonth but found ${describe(token)}. Leave it out for the time just before.`,
    );
  }
  if (token.kind === "identifier") reader.next();
  return { kind: "diff", period, span: spanFrom(reader, verb) };
}

const COMPARED: Readonly<Partial<Record<string, ComparedPeriod>>> = Object.assign(Object.create(null), {
  previousday: "previousDay",
  previousweek: "previousWeek",
  previousmonth: "previousMonth",
});

/** `logcompare timeshift 7d`: `diff` with the range so much earlier. */
function parseLogcompare(reader: TokenReader, verb: Token): Command {
  if (!reader.acceptWord("timeshift"))
    reader.fail(`Expected timeshift but found ${describe(reader.peek())}. Write logcompare timeshift 7d.`);
  const token = reader.next();
  const shiftMs = token.kind === "duration" ? spanMilliseconds(parsePeriod(token.text, token.span)) : undefined;
  if (shiftMs === undefined) {
    return reader.fail(
      `Expected a period but found ${describe(token)}. Write timeshift 7d, in ms, s, m, h, d or w, up to a hundred years.`,
      token.span,
    );
  }
  return { kind: "diff", period: Object.freeze({ shiftMs }), span: spanFrom(reader, verb) };
}

function parseUnnest(reader: TokenReader, verb: Token): Command {
  const source = parseExpression(reader);
  if (!reader.acceptWord("into"))
    reader.fail(`Expected into but found ${describe(reader.peek())}. Write unnest list into name.`);
  const alias = parseName(reader, "into");
  return { kind: "unnest", source, alias, span: spanFrom(reader, verb) };
}

/** `expand field`: `unnest` of the list that the field's JSON text holds, under the field's own name. */
function parseExpand(reader: TokenReader, verb: Token): Command {
  const token = reader.next();
  if (token.kind !== "identifier")
    reader.fail(`Expected a field but found ${describe(token)}. Write expand field.`, token.span);
  const field = fieldNode(token);
  const source = internalCall("expandlist", field);
  return { kind: "unnest", source, alias: { name: field.name, span: field.span }, span: spanFrom(reader, verb) };
}

/** Nothing is masked when it is stored, so the field itself is what AWS shows to those who may see it. */
function parseUnmask(reader: TokenReader, verb: Token): Command {
  return { kind: "fields", items: parseNamedList(reader), span: spanFrom(reader, verb) };
}
