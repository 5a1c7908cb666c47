import { readFileSync } from "node:fs";

/** One event of a `load` block. */
export interface ScriptEvent {
  readonly group: string;
  readonly stream: string;
  /** Milliseconds after the script's epoch, 2026-01-01T00:00:00Z. */
  readonly offsetMs: number;
  readonly message: string;
}

/** A `table` block: its first line names the columns, and commas separate the cells. */
export interface ScriptTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One query with what is expected of it. */
export interface ScriptCase {
  readonly line: number;
  readonly events: readonly ScriptEvent[];
  readonly tables: ReadonlyMap<string, ScriptTable>;
  readonly query: string;
  readonly plan: readonly string[] | undefined;
  readonly rows: readonly string[] | undefined;
  readonly matched: number | undefined;
  readonly histogram: readonly string[] | undefined;
  readonly fails: { readonly start: number; readonly end: number; readonly message: string } | undefined;
}

export const SCRIPT_EPOCH_MS = Date.UTC(2026, 0, 1);

/**
 * Reads a test script; testdata/README.md describes the language. Blocks start
 * with a word at the line's beginning and hold the indented lines below it.
 */
export function readScript(path: string | URL): readonly ScriptCase[] {
  const cases: ScriptCase[] = [];
  let events: readonly ScriptEvent[] = [];
  const tables = new Map<string, ScriptTable>();
  let current: { -readonly [K in keyof ScriptCase]: ScriptCase[K] } | undefined;
  for (const block of readBlocks(readFileSync(path, "utf8"))) {
    const [word = "", ...rest] = block.head.split(" ");
    if (word === "load") {
      events = block.lines.flatMap((line) => readEvents(line, block.line));
      current = undefined;
      continue;
    }
    if (word === "table") {
      const [columns = [], ...rows] = block.lines.map((line) => line.split(","));
      tables.set(rest.join(" "), { columns, rows });
      current = undefined;
      continue;
    }
    if (word === "query") {
      current = { line: block.line, events, tables, query: block.lines.join("\n"), ...UNSET };
      cases.push(current);
      continue;
    }
    if (current === undefined) throw new Error(`line ${block.line}: ${word} stands before any query`);
    if (word === "plan") current.plan = block.lines;
    else if (word === "rows") current.rows = block.lines;
    else if (word === "histogram") current.histogram = block.lines;
    else if (word === "matched") current.matched = Number(rest[0]);
    else if (word === "fails") current.fails = readFailure(rest.join(" "), block.line);
    else throw new Error(`line ${block.line}: unknown block ${word}`);
  }
  return cases;
}

const UNSET = { plan: undefined, rows: undefined, matched: undefined, histogram: undefined, fails: undefined };

interface Block {
  readonly head: string;
  readonly line: number;
  readonly lines: string[];
}

function readBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "" || line.startsWith("#")) return;
    if (line.startsWith("  ")) {
      const block = blocks.at(-1);
      if (block === undefined) throw new Error(`line ${index + 1}: indented before any block`);
      block.lines.push(line.slice(2));
    } else {
      blocks.push({ head: line, line: index + 1, lines: [] });
    }
  });
  return blocks;
}

/**
 * `group/stream seconds message`; in the message `\t`, `\n` and `\\` are escapes. `first..last/step` in place of the seconds
 * stands for an event every `step` seconds, in whose messages `{i}` counts from 0.
 */
function readEvents(line: string, block: number): readonly ScriptEvent[] {
  const match = /^(\S+)\/(\S+) (-?[0-9.]+?)(?:\.\.(-?[0-9.]+)\/([0-9.]+))? (.*)$/.exec(line);
  const [, group = "", stream = "", first = "", last, step, message = ""] = match ?? [];
  if (match === null) throw new Error(`load at line ${block}: cannot read event ${line}`);
  const event = (seconds: number, text: string) => ({
    group,
    stream,
    offsetMs: Math.round(seconds * 1000),
    message: unescapeMessage(text),
  });
  if (last === undefined) return [event(Number(first), message)];
  const count = Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
  return Array.from({ length: count }, (_each, index) =>
    event(Number(first) + index * Number(step), message.replaceAll("{i}", String(index))),
  );
}

function unescapeMessage(text: string): string {
  return text.replace(/\\([tn\\])/g, (_all, char: string) => (char === "t" ? "\t" : char === "n" ? "\n" : "\\"));
}

function readFailure(text: string, line: number): ScriptCase["fails"] {
  const match = /^(\d+)-(\d+) (.+)$/.exec(text);
  if (match === null) throw new Error(`line ${line}: write fails <start>-<end> <part of the message>`);
  return { start: Number(match[1]), end: Number(match[2]), message: match[3] ?? "" };
}
