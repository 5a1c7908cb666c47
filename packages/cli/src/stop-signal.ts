/**
 * One key press can arrive twice: the terminal signals the whole process group, and npm passes its own copy on.
 * Copies come within milliseconds, people take longer.
 */
const SAME_PRESS_MS = 300;

/** What of a process is used here. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM", listener: (signal: "SIGINT" | "SIGTERM") => void): unknown;
  exit(code: number): void;
}

/**
 * @returns a signal that aborts at the first SIGINT or SIGTERM, so that a command can end cleanly. A second one, from
 * somebody who does not want to wait, ends the process at once with the code that shells use for the signal.
 */
export function stopSignal(source: SignalSource, now: () => number = Date.now): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  const stop = (signal: "SIGINT" | "SIGTERM") => {
    if (first === undefined) {
      first = now();
      controller.abort(signal);
    } else if (now() - first > SAME_PRESS_MS) {
      source.exit(signal === "SIGINT" ? 130 : 143);
    }
  };
  source.on("SIGINT", stop);
  source.on("SIGTERM", stop);
  return controller.signal;
}

/** Resolves when the command is to end. */
export const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
