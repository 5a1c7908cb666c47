import type { Surroundings } from "./command.ts";

/** Surroundings for tests: what a command writes is kept. */
export interface FakeSurroundings extends Surroundings {
  readonly written: { out: string; err: string };
}

export function fakeSurroundings(
  given: Partial<Surroundings> & { readonly errColumns?: number } = {},
): FakeSurroundings {
  const written = { out: "", err: "" };
  return {
    written,
    terminal: {
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
      errColumns: given.errColumns,
    },
    env: given.env ?? {},
    now: given.now ?? Date.now,
    signal: given.signal ?? new AbortController().signal,
  };
}
