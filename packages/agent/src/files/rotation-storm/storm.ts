import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";

export type Rotation = "rename" | "copytruncate";

export interface StormOptions {
  readonly path: string;
  readonly rotation: Rotation;
  readonly rotations: number;
  /** Milliseconds between rotations. */
  readonly pause: number;
  /** Files that are kept besides the log: the oldest is deleted. */
  readonly kept: number;
  readonly linesPerSecond: number;
}

export interface StormEnd {
  /** Lines that were written; their numbers are those below it. */
  readonly written: number;
  /** Numbers of lines that were in no file any more when the log was cut. Rotation lost them, whoever reads. */
  readonly cut: ReadonlySet<number>;
}

export interface RunningStorm {
  readonly end: Promise<StormEnd>;
  stop(): void;
}

const WRITER = new URL("writer.ts", import.meta.url).pathname;
const ROTATOR = new URL("rotator.ts", import.meta.url).pathname;

/** Starts a process that writes a log and one that rotates it. Neither knows of a reader. */
export function startStorm({ path, rotation, rotations, pause, kept, linesPerSecond }: StormOptions): RunningStorm {
  const writer = run(WRITER, path, linesPerSecond);
  const rotator = run(ROTATOR, path, rotation, rotations, pause, kept, writer.pid ?? 0);
  return {
    end: watch(path, writer, rotator),
    stop() {
      rotator.kill("SIGKILL");
      writer.kill("SIGKILL");
    },
  };
}

async function watch(path: string, writer: ChildProcess, rotator: ChildProcess): Promise<StormEnd> {
  const { gaps, next }: { gaps: readonly (readonly [number, number])[]; next: number } = JSON.parse(
    await output(rotator),
  );
  writer.kill("SIGTERM");
  const written = Number(await output(writer));
  // Lines after the last cut stand in the log itself.
  const first = next === 0 ? 0 : Number(readFileSync(path, "utf8").slice(0, 9));
  const all = next === 0 || next >= first ? gaps : [...gaps, [next, first] as const];
  return {
    written,
    cut: new Set(all.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at))),
  };
}

const run = (program: string, ...args: readonly (string | number)[]): ChildProcess =>
  spawn(process.execPath, [program, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });

async function output({ stdout }: ChildProcess): Promise<string> {
  return stdout === null ? "" : await text(stdout);
}

/** How often each line came. */
export class Tally {
  readonly #counts: Map<number, number>;

  constructor(counts: Iterable<readonly [number: number, times: number]> = []) {
    this.#counts = new Map(counts);
  }

  add(number: number): void {
    this.#counts.set(number, (this.#counts.get(number) ?? 0) + 1);
  }

  get counts(): readonly (readonly [number: number, times: number])[] {
    return [...this.#counts];
  }

  has(number: number): boolean {
    return this.#counts.has(number);
  }

  get lines(): number {
    return this.#counts.size;
  }

  get doubled(): readonly number[] {
    return [...this.#counts].flatMap(([number, count]) => (count > 1 ? [number] : []));
  }

  /** Lines that stood in a file and did not come. */
  lost({ written, cut }: StormEnd): readonly number[] {
    const numbers = Array.from({ length: written }, (_, number) => number);
    return numbers.filter((number) => !this.#counts.has(number) && !cut.has(number));
  }
}

/** The number that a line of the writer begins with. */
export const numberOf = (line: string): number => Number(line.slice(0, 9));
