import type { Command, Expression, FieldNode, NamedExpression, NameNode } from "./node.ts";
import { fieldNode, internalCall } from "./parse-expression.ts";
import { parseName, spanFrom } from "./parse-name.ts";
import { parseRegex } from "./regex.ts";
import { InsightsSyntaxError, quoteForMessage, type Span } from "./syntax-error.ts";
import type { Token } from "./token.ts";
import { describe, type TokenReader } from "./token-reader.ts";

const MESSAGE: FieldNode = Object.freeze({
  kind: "field",
  name: "@message",
  segments: Object.freeze(["@message"]),
  span: Object.freeze({ start: 0, end: 0 }),
});

/** `parse [field] <pattern> [as names] [multi]`; the field is `@message` unless given. */
export function parseParse(reader: TokenReader, verb: Token): Command {
  const source = reader.peek().kind === "identifier" && !isFormat(reader) ? fieldNode(reader.next()) : MESSAGE;
  const pattern = reader.next();
  if (pattern.kind === "identifier" && FORMATS.has(pattern.text.toLowerCase())) {
    return parseFormat(reader, verb, source, pattern);
  }
  if (pattern.kind !== "string" && pattern.kind !== "regex") {
    reader.fail(
      `Expected a pattern but found ${describe(pattern)}. Write parse field "a * c" as name, or parse field /...(?<name>...)/.`,
      pattern.span,
    );
  }
  const names = parseNames(reader);
  const multi = reader.acceptWord("multi");
  const command =
    pattern.kind === "string"
      ? parseGlob(reader, source, pattern, names, multi)
      : parseRegexParse(reader, source, pattern, names, multi);
  return { ...command, span: spanFrom(reader, verb) };
}

function parseNames(reader: TokenReader): NameNode[] {
  const names: NameNode[] = [];
  if (!reader.acceptWord("as")) return names;
  do {
    names.push(parseName(reader, "as"));
  } while (reader.acceptOperator(","));
  return names;
}

const FORMATS = new Set(["logfmt", "csv"]);

/** `parse logfmt as m` reads the message; `parse logfmt "..." as m` reads a field of that name. */
function isFormat(reader: TokenReader): boolean {
  return FORMATS.has(reader.peek().text.toLowerCase()) && reader.isWord("as", 1);
}

/** `parse f logfmt as map` and `parse f csv as a, b`. */
function parseFormat(reader: TokenReader, verb: Token, source: FieldNode, format: Token): Command {
  const names = parseNames(reader);
  const logfmt = format.text.toLowerCase() === "logfmt";
  if (names.length === 0 || (logfmt && names.length > 1)) {
    reader.fail(
      logfmt
        ? "parse ... logfmt makes one map. Write parse field logfmt as name, and read its keys as name.key."
        : "parse ... csv needs names for its columns. Write parse field csv as first, second.",
      format.span,
    );
  }
  checkDistinct(names);
  const items = names.map(({ name, span }, index) =>
    named(logfmt ? internalCall("logfmtmap", source) : part(internalCall("csvlist", source), [index]), name, span),
  );
  return { kind: "extract", items: Object.freeze(items), span: spanFrom(reader, verb) };
}

/** `json [field=f] "path" as name, …`: values inside a text that is JSON. */
export function parseJson(reader: TokenReader, verb: Token): Command {
  let source = MESSAGE;
  if (reader.isWord("field") && reader.isOperator("=", 1)) {
    reader.next();
    reader.next();
    const token = reader.next();
    if (token.kind !== "identifier")
      reader.fail(`Expected a field but found ${describe(token)}. Write json field=name "key" as alias.`, token.span);
    source = fieldNode(token);
  }
  const items: NamedExpression[] = [];
  do {
    const path = reader.next();
    const steps = path.kind === "string" ? pathSteps(path.value) : undefined;
    if (steps === undefined) {
      reader.fail(
        `Expected a quoted path but found ${describe(path)}. Write json field=name "a.b[0]" as alias.`,
        path.span,
      );
    }
    if (!reader.acceptWord("as"))
      reader.fail(`Expected as but found ${describe(reader.peek())}. Name the value: json "${path.value}" as name.`);
    const alias = parseName(reader, "as");
    items.push(named(part(internalCall("jsonparse", source), steps), alias.name, alias.span));
  } while (reader.acceptOperator(","));
  return { kind: "extract", items: Object.freeze(items), span: spanFrom(reader, verb) };
}

/** `a.b[0].c` as its steps; undefined for text that is no path. */
function pathSteps(path: string): readonly (string | number)[] | undefined {
  if (!/^(?:[^.[\]]+|\[[0-9]{1,6}\])(?:\.[^.[\]]+|\[[0-9]{1,6}\])*$/.test(path)) return undefined;
  return Object.freeze(
    [...path.matchAll(/\[([0-9]+)\]|[^.[\]]+/g)].map(([whole, index]) => (index === undefined ? whole : Number(index))),
  );
}

function part(target: Expression, path: readonly (string | number)[]): Expression {
  return Object.freeze({ kind: "element", target, path: Object.freeze([...path]), span: target.span });
}

function named(expression: Expression, name: string, span: Span): NamedExpression {
  return Object.freeze({ expression, name, aliased: true, span });
}

function parseGlob(
  reader: TokenReader,
  source: FieldNode,
  pattern: Token,
  names: readonly NameNode[],
  multi: boolean,
): Command {
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
  return {
    kind: "parse-glob",
    source,
    glob: pattern.value,
    names: Object.freeze([...names]),
    multi,
    span: pattern.span,
  };
}

function parseRegexParse(
  reader: TokenReader,
  source: FieldNode,
  pattern: Token,
  aliases: readonly NameNode[],
  multi: boolean,
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
    return { kind: "parse-regex", source, regex, names: Object.freeze([...aliases]), multi, span: pattern.span };
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
  return { kind: "parse-regex", source, regex, names: Object.freeze(names), multi, span: pattern.span };
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
