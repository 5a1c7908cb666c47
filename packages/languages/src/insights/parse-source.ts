import { DATA_SOURCE_IDS } from "./data-source.ts";
import type { NameNode, SourceNode } from "./node.ts";
import { spanFrom } from "./parse-name.ts";
import { parseSourceRange } from "./source-range.ts";
import { quoteForMessage } from "./syntax-error.ts";
import { describe, type TokenReader } from "./token-reader.ts";

/** AWS's bounds for each list of SOURCE (query syntax, "SOURCE"). */
const MAX_PREFIXES = 5;
const MAX_ACCOUNTS = 20;
const MAX_DATA_SOURCES = 10;
const MAX_TAG_KEYS = 5;
const MAX_TAG_VALUES = 5;
/** Names after SOURCE; the API takes as many in its own list. */
const MAX_NAMES = 50;
const CLASSES = new Set(["STANDARD", "INFREQUENT_ACCESS"]);

/**
 * `SOURCE logGroups(…) dataSource(…) logGroupTags(…)` in any combination, or `SOURCE 'name', …`; a range may follow.
 * The caller finds out which groups are meant; nothing is resolved here.
 */
export function parseSource(reader: TokenReader): SourceNode {
  const verb = reader.next();
  if (startsGroupName(reader)) {
    const names = list(reader, MAX_NAMES, "log groups", (each) => nameOf(each));
    const range = parseSourceRange(reader);
    return Object.freeze({ ...NOTHING, names, range, span: spanFrom(reader, verb) });
  }
  const source: { -readonly [K in keyof SourceNode]: SourceNode[K] } = { ...NOTHING, span: verb.span };
  do {
    const word = reader.next();
    const part = word.kind === "identifier" ? word.text.toLowerCase() : "";
    if (part === "loggroups" && source.logGroups === undefined) source.logGroups = parseLogGroups(reader);
    else if (part === "datasource" && source.dataSources === undefined) source.dataSources = parseDataSources(reader);
    else if (part === "loggrouptags" && source.tags === undefined) source.tags = parseTags(reader);
    else {
      reader.fail(
        `Expected logGroups(...), dataSource(...) or logGroupTags(...) once each, or names of log groups, but found ${describe(word)}. Correct it.`,
        word.span,
      );
    }
    reader.acceptOperator(",");
    source.range = parseSourceRange(reader);
  } while (!reader.isOperator("|") && !reader.isOperator(")") && reader.peek().kind !== "end");
  return Object.freeze({ ...source, span: spanFrom(reader, verb) });
}

/** Names need no quotes where they look like a field's; `logGroups(` and the like are none. */
function startsGroupName(reader: TokenReader): boolean {
  const { kind, quoted } = reader.peek();
  return kind === "string" || (kind === "identifier" && (quoted === true || !reader.isOperator("(", 1)));
}

const NOTHING = { names: undefined, logGroups: undefined, dataSources: undefined, tags: undefined, range: undefined };

function nameOf(reader: TokenReader): NameNode {
  const token = reader.next();
  if (token.kind !== "string" && token.kind !== "identifier")
    reader.fail(`Expected the name of a log group but found ${describe(token)}. Put the name in quotes.`, token.span);
  return Object.freeze({ name: token.value, span: token.span });
}

/** Values separated by commas, at most `most` of them. */
function list<T>(reader: TokenReader, most: number, what: string, readOne: (reader: TokenReader) => T): readonly T[] {
  const items: T[] = [];
  do {
    items.push(readOne(reader));
    if (items.length > most) reader.fail(`SOURCE takes at most ${most} ${what}. Remove some.`, reader.last().span);
  } while (reader.acceptOperator(","));
  return Object.freeze(items);
}

function textOf(reader: TokenReader): string {
  const token = reader.next();
  if (token.kind !== "string")
    reader.fail(`Expected quoted text but found ${describe(token)}. Put each value in quotes.`, token.span);
  return token.value;
}

function bracketed(reader: TokenReader, most: number, what: string): readonly string[] {
  reader.expectOperator("[", `List the ${what} in brackets.`);
  const items = list(reader, most, what, textOf);
  reader.expectOperator("]", "Close the list with ].");
  return items;
}

function parseLogGroups(reader: TokenReader): NonNullable<SourceNode["logGroups"]> {
  reader.expectOperator("(", "Write logGroups().");
  const chosen: { -readonly [K in keyof NonNullable<SourceNode["logGroups"]>]: readonly string[] | undefined } = {
    namePrefixes: undefined,
    accounts: undefined,
    classes: undefined,
  };
  while (!reader.isOperator(")")) {
    const word = reader.next();
    reader.expectOperator(":", "Write logGroups(namePrefix: ['name']).");
    const name = word.text.toLowerCase();
    if (name === "nameprefix") chosen.namePrefixes = bracketed(reader, MAX_PREFIXES, "prefixes");
    else if (name === "accountidentifiers" || name === "accountidentifier")
      chosen.accounts = bracketed(reader, MAX_ACCOUNTS, "accounts");
    else if (name === "class" || name === "loggroupclass") {
      const from = reader.peek().span;
      chosen.classes = bracketed(reader, CLASSES.size, "classes");
      const unknown = chosen.classes.find((each) => !CLASSES.has(each));
      if (unknown !== undefined)
        reader.fail(`The class is STANDARD or INFREQUENT_ACCESS, not ${quoteForMessage(unknown)}. Correct it.`, {
          start: from.start,
          end: reader.last().span.end,
        });
    } else {
      reader.fail(
        `logGroups takes namePrefix, accountIdentifiers and class but found ${describe(word)}. Correct it.`,
        word.span,
      );
    }
    if (!reader.acceptOperator(",")) break;
  }
  reader.expectOperator(")", "Close logGroups( with ).");
  return Object.freeze(chosen);
}

function parseDataSources(reader: TokenReader): readonly string[] {
  reader.expectOperator("(", "Write dataSource(['name.type']).");
  const { start } = reader.peek().span;
  const items = bracketed(reader, MAX_DATA_SOURCES, "data sources");
  const unknown = items.find((each) => !DATA_SOURCE_IDS.includes(each));
  if (unknown !== undefined) {
    reader.fail(`There is no data source ${quoteForMessage(unknown)} here. There are ${DATA_SOURCE_IDS.join(", ")}.`, {
      start,
      end: reader.last().span.end,
    });
  }
  reader.expectOperator(")", "Close dataSource( with ).");
  return items;
}

/** `logGroupTags([{"key": "team", "values": ["a*", "!b"]}])`. */
function parseTags(reader: TokenReader): NonNullable<SourceNode["tags"]> {
  reader.expectOperator("(", 'Write logGroupTags([{"key":"k","values":["v"]}]).');
  reader.expectOperator("[", "List the tags in brackets.");
  const tags = list(reader, MAX_TAG_KEYS, "tag keys", parseTag);
  reader.expectOperator("]", "Close the list with ].");
  reader.expectOperator(")", "Close logGroupTags( with ).");
  return tags;
}

function parseTag(reader: TokenReader): { readonly key: string; readonly values: readonly string[] } {
  const open = reader.expectOperator("{", 'Write {"key":"k","values":["v"]}.');
  let key: string | undefined;
  let values: readonly string[] | undefined;
  do {
    const member = textOf(reader);
    reader.expectOperator(":", 'Write {"key":"k","values":["v"]}.');
    if (member === "key") key = textOf(reader);
    else if (member === "values") values = bracketed(reader, MAX_TAG_VALUES, "values of a tag");
    else reader.fail(`A tag has key and values, not ${quoteForMessage(member)}. Correct it.`, reader.last().span);
  } while (reader.acceptOperator(","));
  const close = reader.expectOperator("}", "Close the tag with }.");
  if (key === undefined || values === undefined) {
    return reader.fail("A tag needs key and values. Add what is missing.", {
      start: open.span.start,
      end: close.span.end,
    });
  }
  return Object.freeze({ key, values });
}
