/**
 * Runs the commands that a page tells its reader to type, and compares what they print with what the page shows.
 *
 * A block of the page counts when the comment `<!-- tour -->` stands before it:
 *
 *     <!-- tour -->
 *     ```sh
 *     aws logs create-log-group --log-group-name /shop/web
 *     ```
 *     ```text
 *     what it prints (may be left out)
 *     ```
 *
 * The blocks run in order, in one bash, as typed. What differs from run to run may be shown as it was once: ids, times,
 * tokens and durations are made equal before the comparison. `…` stands for any text in a line, a line that is only
 * `…` for any lines. Blanks at the ends of lines do not count.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TourBlock {
  /** The line of the page where the commands begin. */
  readonly line: number;
  readonly commands: string;
  /** What the page shows below them; undefined when it shows nothing. */
  readonly shown: string | undefined;
}

/** What one block did. `stop` is the exit code of the first command that failed, which ends the tour. */
export interface TourResult {
  readonly block: TourBlock;
  readonly stdout: string;
  readonly stderr: string;
  readonly stop: number | undefined;
}

const BLOCK = /<!-- tour -->\s*\n```sh\n(?<commands>.*?)\n```(?:\s*\n```text\n(?<shown>.*?)\n?```)?/gs;

/** The marked blocks of a page in Markdown. Throws when a mark has no `sh` block below it. */
export function readTour(markdown: string): TourBlock[] {
  const blocks = [...markdown.matchAll(BLOCK)].map((match) => ({
    line: markdown.slice(0, match.index).split("\n").length + 2,
    commands: match.groups?.commands ?? "",
    shown: match.groups?.shown,
  }));
  const marks = markdown.split("<!-- tour -->").length - 1;
  if (marks !== blocks.length) throw new Error(`${marks} blocks are marked as tour, ${blocks.length} can be read`);
  return blocks;
}

/**
 * Runs the blocks in one bash with `environment` and nothing on stdin, beginning in `directory`. A command that fails ends the tour: the blocks
 * after it have no result. `signal` kills the shell.
 */
export async function runTour(
  blocks: readonly TourBlock[],
  directory: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<TourResult[]> {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-tour-"));
  const at = (index: number, name: string): string => join(folder, `${index}.${name}`);
  try {
    const script = blocks.map((block, index) => {
      writeFileSync(at(index, "sh"), `${block.commands}\n`);
      return `echo ${index} > '${join(folder, "reached")}'
. '${at(index, "sh")}' < /dev/null > '${at(index, "out")}' 2> '${at(index, "err")}'`;
    });
    const all = ["set -e", ...script].join("\n");
    const shell = spawn("bash", ["--noprofile", "--norc", "-c", all], {
      cwd: directory,
      env: { ...environment, HOME: folder },
      stdio: "ignore",
      ...(signal === undefined ? {} : { signal }),
    });
    const [code]: (number | null)[] = await once(shell, "close");
    const reached = Number(readFileSync(join(folder, "reached"), "utf8"));
    return blocks.slice(0, reached + 1).map((block, index) => ({
      block,
      stdout: readFileSync(at(index, "out"), "utf8"),
      stderr: readFileSync(at(index, "err"), "utf8"),
      stop: index === reached && code !== 0 ? (code ?? -1) : undefined,
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What differs from run to run, each with the text that takes its place. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b\d{56}\b/g, "<id>"],
  [/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?![\w])/g, "<time>"],
  [/\b1[5-9]\d{8}(?:\d{3})?\b/g, "<time>"],
];

function settle(text: string): string[] {
  const settled = VOLATILE.reduce((result, [pattern, name]) => result.replaceAll(pattern, name), text);
  return settled
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n+$/, "")
    .split("\n");
}

/** Whether `line` is the shown one, where `…` stands for anything. */
function sameLine(shown: string, line: string): boolean {
  const parts = shown.split("…");
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return shown === line;
  const last = rest.pop() ?? "";
  if (!line.startsWith(first) || !line.endsWith(last) || line.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of rest) {
    const found = line.indexOf(part, from);
    if (found < 0 || found + part.length > line.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}

function sameLines(shown: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === "…") {
    return printed.some((_, skipped) => sameLines(rest, printed.slice(skipped))) || sameLines(rest, []);
  }
  const [line, ...later] = printed;
  return line !== undefined && sameLine(first, line) && sameLines(rest, later);
}

/** Whether `printed` is what the page shows. */
export function isShown(shown: string, printed: string): boolean {
  return sameLines(settle(shown), settle(printed));
}

/** What is wrong with a result, for a reader of the page; empty when nothing is. */
export function describeTourFault({ block, stdout, stderr, stop }: TourResult): string {
  const place = `the block at line ${block.line}`;
  if (stop !== undefined) return `${place} failed with ${stop}:\n${block.commands}\n${stdout}${stderr}`;
  if (block.shown === undefined || isShown(block.shown, stdout)) return "";
  return `${place} prints something else than the page shows:\n${block.commands}\n--- shown\n${block.shown}\n--- printed\n${stdout}`;
}
