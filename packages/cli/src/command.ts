import type { Terminal } from "./terminal.ts";

/** 0: done. 1: it failed, and why has been said. 2: it was called wrongly. */
export type ExitCode = 0 | 1 | 2;

export interface OptionLine {
  readonly type: "string" | "boolean";
  readonly meaning: string;
  /** What a value looks like in the help, such as `N` or `URL`. */
  readonly value?: string;
  /** One letter, for commands whose options people know by it. */
  readonly short?: string;
  /** Shown in the help; the command applies it. */
  readonly default?: string;
}

/** What a command finds around it. Tests give their own. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
}

/** The options of a call, checked against the command's table. */
export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** One command of `nephoscope`. Adding one is adding a file and its line in commands.ts. */
export interface Command {
  /** One paragraph for the help. */
  readonly about: string;
  readonly options: Readonly<Record<string, OptionLine>>;
  readonly examples: readonly { readonly call: string; readonly meaning: string }[];
  /** Positional arguments it takes, for the usage line; none when left out. */
  readonly argument?: string;
  run(options: OptionValues, args: readonly string[], around: Surroundings): Promise<ExitCode>;
}

/** A line of the list of commands. */
export interface CommandLine {
  readonly name: string;
  readonly summary: string;
  /** Loads the command only when it is called: a server must not carry the others in memory. */
  readonly load: () => Promise<Command>;
}

/** The command was called wrongly; the message says how. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command cannot do its work; the message says why and what to do. Ends with exit code 1. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** @returns the value of an option of type "string" */
export function text(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}
