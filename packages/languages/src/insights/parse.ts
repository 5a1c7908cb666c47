import { MAX_COMMANDS, MAX_QUERY_LENGTH, MAX_ROWS } from "./limits.ts";
import type { Command, FieldNode, InsightsQuery, NamedExpression, NameNode, SortKey } from "./node.ts";
import { describe, fieldNode, parseExpression, TokenReader } from "./parse-expression.ts";
import { parseRegex } from "./regex.ts";
import { InsightsSyntaxError, quoteForMessage } from "./syntax-error.ts";
import { type Token, tokenize } from "./token.ts";

/** Commands of the language that this version refuses by name. */
const NOT_YET = new Set(
  (
    "filterindex json pattern diff anomaly expand unmask lookup cidrlookup join source addtotals accum appendcols autoregress " +
    "countfrequent estimate filldown fillmissing logcompare outlier relevantfields sessionize"
  ).split(" "),
);
const SUPPORTED = "fields, display, filter, parse, stats, sort, limit, dedup and unnest";

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
  const reader = new TokenReader(text, tokenize(text));
  const commands: Command[] = [];
  // A pipe before the first command is harmless and common in pasted queries.
  reader.acceptOperator("|");
  if (reader.peek().kind === "end")
    reader.fail("The query is empty. Write a command, for example: fields @timestamp, @message");
  do {
    commands.push(Object.freeze(parseCommand(reader)));
    if (commands.length > MAX_COMMANDS) reader.fail(`A query has at most ${MAX_COMMANDS} commands. Shorten it.`);
  } while (reader.acceptOperator("|"));
  if (reader.peek().kind !== "end") {
    reader.fail(`Expected | or the end of the query but found ${describe(reader.peek())}. Separate commands with |.`);
  }
  return Object.freeze({ text, commands: Object.freeze(commands) });
}

function parseCommand(reader: TokenReader): Command {
  const verb = reader.next();
  const word = verb.text.toLowerCase();
  const parser = verb.kind === "identifier" && verb.quoted !== true ? PARSERS[word] : undefined;
  if (parser !== undefined) return parser(reader, verb);
  if (verb.kind === "identifier" && NOT_YET.has(word)) {
    reader.fail(`The command ${word} is not supported yet. Supported are ${SUPPORTED}.`, verb.span);
  }
  return reader.fail(`Expected a command but found ${describe(verb)}. Commands are ${SUPPORTED}.`, verb.span);
}

const PARSERS: Readonly<Record<string, (reader: TokenReader, verb: Token) => Command>> = Object.assign(
  Object.create(null),
  {
    fields: parseFields,
    display: parseFields,
    filter: parseFilter,
    where: parseFilter,
    parse: parseParse,
    stats: parseStats,
    sort: parseSort,
    limit: parseLimit,
    head: parseLimit,
    tail: parseLimit,
    dedup: parseDedup,
    unnest: parseUnnest,
  },
);

function spanFrom(reader: TokenReader, verb: Token) {
  return { start: verb.span.start, end: reader.last().span.end };
}

function parseName(reader: TokenReader, after: string): NameNode {
  const token = reader.next();
  if (token.kind !== "identifier") {
    reader.fail(
      `Expected a name after ${after} but found ${describe(token)}. Put names with other characters in backticks.`,
      token.span,
    );
  }
  return Object.freeze({ name: token.value, span: token.span });
}

/** `expression [as name], …`; a column without alias is named by its own text. */
function parseNamedList(reader: TokenReader): readonly NamedExpression[] {
  const items: NamedExpression[] = [];
  do {
    const expression = parseExpression(reader);
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

const MESSAGE: FieldNode = Object.freeze({
  kind: "field",
  name: "@message",
  segments: Object.freeze(["@message"]),
  span: Object.freeze({ start: 0, end: 0 }),
});

function parseParse(reader: TokenReader, verb: Token): Command {
  const source = reader.peek().kind === "identifier" ? fieldNode(reader.next()) : MESSAGE;
  const pattern = reader.next();
  if (pattern.kind === "identifier" && ["logfmt", "csv"].includes(pattern.text.toLowerCase())) {
    reader.fail(
      `parse ... ${pattern.text} is not supported yet. Use a glob such as "key=*" or a regular expression.`,
      pattern.span,
    );
  }
  if (pattern.kind !== "string" && pattern.kind !== "regex") {
    reader.fail(
      `Expected a pattern but found ${describe(pattern)}. Write parse field "a * c" as name, or parse field /...(?<name>...)/.`,
      pattern.span,
    );
  }
  const names: NameNode[] = [];
  if (reader.acceptWord("as")) {
    do {
      names.push(parseName(reader, "as"));
    } while (reader.acceptOperator(","));
  }
  if (reader.isWord("multi"))
    reader.fail("parse ... multi is not supported yet. Without it parse takes the first match.");
  const command =
    pattern.kind === "string"
      ? parseGlob(reader, source, pattern, names)
      : parseRegexParse(reader, source, pattern, names);
  return { ...command, span: spanFrom(reader, verb) };
}

function parseGlob(reader: TokenReader, source: FieldNode, pattern: Token, names: readonly NameNode[]): Command {
  const wildcards = pattern.value.split("*").length - 1;
  if (wildcards === 0) reader.fail("The pattern captures nothing. Put a * where each value stands.", pattern.span);
  if (pattern.value.includes("**")) {
    reader.fail(
      "Two * stand side by side, so where the first value ends is unknown. Put the text between them into the pattern.",
      pattern.span,
    );
  }
  if (names.length !== wildcards) {
    reader.fail(`The pattern has ${wildcards} * but ${names.length} name(s) follow as. Give each * one name.`, {
      start: pattern.span.start,
      end: names.at(-1)?.span.end ?? pattern.span.end,
    });
  }
  checkDistinct(names);
  return { kind: "parse-glob", source, glob: pattern.value, names: Object.freeze([...names]), span: pattern.span };
}

function parseRegexParse(
  reader: TokenReader,
  source: FieldNode,
  pattern: Token,
  aliases: readonly NameNode[],
): Command {
  const regex = parseRegex(pattern.value, pattern.span);
  if (regex.groups.length === 0) {
    reader.fail("The expression captures nothing. Name each value: (?<name>...).", pattern.span);
  }
  if (aliases.length > 0) {
    if (aliases.length !== regex.groups.length) {
      reader.fail(
        `The expression has ${regex.groups.length} group(s) but ${aliases.length} name(s) follow as. Give each group one name.`,
        pattern.span,
      );
    }
    checkDistinct(aliases);
    return { kind: "parse-regex", source, regex, names: Object.freeze([...aliases]), span: pattern.span };
  }
  const names = regex.groups.map((group) => {
    if (group.name === undefined) {
      return reader.fail(
        "A group has no name. Write (?<name>...), use (?:...) when its text is not wanted, or list names after as.",
        pattern.span,
      );
    }
    return Object.freeze({ name: group.name, span: pattern.span });
  });
  return { kind: "parse-regex", source, regex, names: Object.freeze(names), span: pattern.span };
}

function checkDistinct(names: readonly NameNode[]): void {
  const seen = new Set<string>();
  for (const { name, span } of names) {
    if (seen.has(name))
      throw new InsightsSyntaxError(
        `The name ${quoteForMessage(name)} is used twice. Give each value its own name.`,
        span,
      );
    seen.add(name);
  }
}

function parseStats(reader: TokenReader, verb: Token): Command {
  const outputs = parseNamedList(reader);
  const keys = reader.acceptWord("by") ? parseNamedList(reader) : Object.freeze([]);
  if (reader.isWord("offset")) reader.fail("by bin(...) offset is not supported yet. Group by bin alone.");
  return { kind: "stats", outputs, keys, span: spanFrom(reader, verb) };
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
  reader.acceptWord("any");
  const token = reader.next();
  const count = Number(token.value);
  if (token.kind !== "number" || !Number.isInteger(count) || count < 1 || count > MAX_ROWS) {
    reader.fail(
      `Expected a whole number of rows from 1 to ${MAX_ROWS} but found ${describe(token)}. Correct the limit.`,
      token.span,
    );
  }
  return { kind: "limit", count, span: spanFrom(reader, verb) };
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

function parseUnnest(reader: TokenReader, verb: Token): Command {
  const source = parseExpression(reader);
  if (!reader.acceptWord("into"))
    reader.fail(`Expected into but found ${describe(reader.peek())}. Write unnest list into name.`);
  const alias = parseName(reader, "into");
  return { kind: "unnest", source, alias, span: spanFrom(reader, verb) };
}
