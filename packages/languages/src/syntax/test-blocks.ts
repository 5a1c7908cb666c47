import { readFileSync } from "node:fs";

/** A block of a test script: a line that begins with a word, and the indented lines below it without their indent. */
export interface TestBlock {
  readonly word: string;
  /** What follows the word on its line. */
  readonly rest: string;
  readonly line: number;
  readonly lines: readonly string[];
}

/** Reads a plain-text test script. Empty lines and lines that begin with `#` are left out. */
export function readTestBlocks(path: string | URL): readonly TestBlock[] {
  const blocks: (TestBlock & { readonly lines: string[] })[] = [];
  readFileSync(path, "utf8")
    .split("\n")
    .forEach((line, index) => {
      if (line.trim() === "" || line.startsWith("#")) return;
      if (line.startsWith("  ")) {
        const block = blocks.at(-1);
        if (block === undefined) throw new Error(`line ${index + 1}: indented before any block`);
        block.lines.push(line.slice(2));
        return;
      }
      const [word = "", ...rest] = line.split(" ");
      blocks.push({ word, rest: rest.join(" "), line: index + 1, lines: [] });
    });
  return blocks;
}

/** Reads `<start>-<end> <part of the message>`, the expectation of a text that is refused. */
export function readFailure(text: string): { readonly start: number; readonly end: number; readonly message: string } {
  const match = /^(\d+)-(\d+) (.+)$/.exec(text);
  if (match === null) throw new Error(`write <start>-<end> <part of the message>, not ${text}`);
  return { start: Number(match[1]), end: Number(match[2]), message: match[3] ?? "" };
}
