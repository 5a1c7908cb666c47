/** Where a command writes. `out` is its result, `err` is about the work: a program that reads the result is not disturbed. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Columns of the terminal that `err` is; undefined when it is none (a file or a pipe). */
  readonly errColumns: number | undefined;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errColumns: process.stderr.isTTY ? process.stderr.columns : undefined,
  };
}
