import type { Span } from "../syntax-error.ts";
import type { Token } from "../token.ts";
import { AGGREGATES, COMMANDS, type Entry, FUNCTIONS, KEYWORDS, SYSTEM_FIELDS } from "./catalog.ts";
import { startsCommand } from "./highlight.ts";
import { lenientTokens } from "./lenient-tokens.ts";

export interface Completion {
  readonly label: string;
  readonly kind: "command" | "function" | "keyword" | "field";
  /** Goes in place of the span of the completions. */
  readonly insert: string;
  readonly detail: string;
}

export interface Completions {
  /** What is replaced: the word that is being written, or nothing at the offset. */
  readonly span: Span;
  readonly items: readonly Completion[];
}

export interface CompletionContext {
  /** Discovered fields of the chosen log groups, the most frequent first. */
  readonly fields: readonly string[];
}

/**
 * What may stand at the offset, judged by what stands before it. Inside texts, expressions and comments, and where a
 * new name is to be invented, there is nothing. Never throws.
 */
export function completeAt(text: string, offset: number, { fields }: CompletionContext): Completions {
  const at = Math.min(Math.max(0, Math.trunc(offset)), text.length);
  const before = text.slice(0, at);
  const { tokens, broken } = lenientTokens(before);
  const last = tokens.at(-1);
  const writing = last?.kind === "identifier" && last.span.end === at && last.quoted !== true ? last : undefined;
  const span = { start: writing?.span.start ?? at, end: at };
  const done = writing === undefined ? tokens : tokens.slice(0, -1);
  const inside =
    broken.some(({ end }) => end === at) ||
    inComment(before, tokens) ||
    (last?.kind === "duration" && last.span.end === at);
  if (inside) return { span, items: [] };
  const prefix = (writing?.text ?? "").toLowerCase();
  const items = candidates(done, [...namesIn(tokens), ...fields]).filter(({ label }) =>
    label.toLowerCase().startsWith(prefix),
  );
  return { span, items };
}

function inComment(before: string, tokens: readonly Token[]): boolean {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const hash = before.length - line.length + line.lastIndexOf("#");
  return line.includes("#") && !tokens.some(({ span }) => span.start <= hash && hash < span.end);
}

/** Commands whose operands are names of fields only. */
const FIELDS_ONLY = new Set(
  "dedup expand accum autoregress countfrequent filldown outlier sessionize addtotals unmask".split(" "),
);
const OPERATORS_ONLY = new Set([")", "]"]);

function candidates(done: readonly Token[], names: readonly string[]): readonly Completion[] {
  const index = done.length;
  const last = done.at(-1);
  if (last === undefined || (last.kind === "operator" && last.text === "|")) return commands();
  const verbAt = lastCommand(done);
  const verb = done[verbAt]?.text.toLowerCase() ?? "";
  const word = last.kind === "identifier" && last.quoted !== true ? last.text.toLowerCase() : "";
  if (word === "as" || word === "like" || word === "into" || last.text === "=~") return [];
  const opens = KEYWORDS.has(word) || (verb === "relevantfields" && word === "where");
  const operand = index - 1 === verbAt || opens ? false : endsOperand(last);
  if (verb === "limit" || verb === "head" || verb === "tail") return index - 1 === verbAt ? [keyword("any")] : [];
  if (verb === "diff") return ["previousDay", "previousWeek", "previousMonth"].map(keyword);
  if (verb === "logcompare") return index - 1 === verbAt ? [keyword("timeshift")] : [];
  if (verb === "anomaly" || verb === "estimate") return [];
  if (verb === "source")
    return (index - 1 === verbAt ? ["logGroups()", "logGroupTags()", "dataSource()"] : ["START=", "END="]).map(keyword);
  if (operand) return behindOperand(verb, done.slice(verbAt));
  if (FIELDS_ONLY.has(verb)) return fieldItems(names);
  const grouped = done.slice(verbAt).some((token) => token.kind === "identifier" && token.text.toLowerCase() === "by");
  const depth = done.slice(verbAt).reduce((sum, { text }) => sum + (text === "(" ? 1 : text === ")" ? -1 : 0), 0);
  if (verb === "stats" && !grouped && depth === 0) return [...functions(AGGREGATES), ...functions(FUNCTIONS)];
  return [
    ...fieldItems(names),
    ...functions(FUNCTIONS),
    ...(verb === "filter" || verb === "where" ? [keyword("not")] : []),
    ...(verb === "relevantfields" ? [keyword("where")] : []),
  ];
}

function lastCommand(tokens: readonly Token[]): number {
  for (let index = tokens.length - 1; index >= 0; index--) if (startsCommand(tokens, index)) return index;
  return 0;
}

function endsOperand(token: Token): boolean {
  return token.kind === "operator" ? OPERATORS_ONLY.has(token.text) : token.kind !== "end";
}

function behindOperand(verb: string, command: readonly Token[]): readonly Completion[] {
  const words: string[] = [];
  if (verb === "stats") {
    words.push("as");
    if (!command.some(({ text }) => text.toLowerCase() === "by")) words.push("by");
  }
  if (verb === "fields" || verb === "display" || verb === "parse" || verb === "json") words.push("as");
  if (verb === "filter" || verb === "where") words.push("and", "or", "like", "not", "in");
  if (verb === "relevantfields") words.push("where", "and", "or", "like", "not", "in");
  if (verb === "sort") words.push("asc", "desc");
  return words.map(keyword);
}

/** Names that the query gives itself. */
function namesIn(tokens: readonly Token[]): readonly string[] {
  const names: string[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1]?.text.toLowerCase();
    if (token.kind === "identifier" && (before === "as" || before === "into")) names.push(token.value);
    if (token.kind === "regex")
      names.push(...[...token.value.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g)].map(([, name = ""]) => name));
  });
  return names;
}

function fieldItems(names: readonly string[]): readonly Completion[] {
  const known = new Set([...names, ...SYSTEM_FIELDS.keys()]);
  return [...known].map((name) => ({
    label: name,
    kind: "field" as const,
    insert: quoted(name),
    detail: SYSTEM_FIELDS.get(name)?.summary ?? "",
  }));
}

/** Other characters than letters, digits, `_`, `@` and dots between them need backticks; a backtick cannot be written. */
function quoted(name: string): string {
  return /^[\p{L}_@][\p{L}\p{N}_@]*(?:\.[\p{L}\p{N}_@]+)*$/u.test(name) ? name : `\`${name.replaceAll("`", "")}\``;
}

function commands(): readonly Completion[] {
  return [...COMMANDS.values()].map((entry) => item(entry, "command", " "));
}

function functions(table: ReadonlyMap<string, Entry>): readonly Completion[] {
  return [...table.values()].map((entry) => item(entry, "function", "("));
}

function item(entry: Entry, kind: Completion["kind"], behind: string): Completion {
  const label = /^[A-Za-z0-9_]+/.exec(entry.usage)?.[0] ?? entry.usage;
  return { label, kind, insert: `${label}${behind}`, detail: `${entry.usage}: ${entry.summary}` };
}

function keyword(word: string): Completion {
  return { label: word, kind: "keyword", insert: word, detail: KEYWORDS.get(word.toLowerCase())?.summary ?? "" };
}
