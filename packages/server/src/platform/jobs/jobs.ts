import type { Clock } from "../clock/clock.ts";
import type { Log } from "../log/log.ts";

/** Work that goes on in the background, by the clock. */
export interface Jobs {
  /**
   * Runs `action` every `everyMs`, the first time after `firstMs`. A run never overlaps the one before; one that fails is
   * logged and tried again at its next time. Returns a function that runs it now (or joins the run under way).
   */
  every(
    name: string,
    everyMs: number,
    action: (signal: AbortSignal) => Promise<void>,
    firstMs?: number,
  ): () => Promise<void>;
  /** Starts no more runs, tells those under way to stop, and waits for them. */
  close(): Promise<void>;
}

export function startJobs(clock: Clock, log: Log): Jobs {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  return {
    every(name, everyMs, action, firstMs = everyMs) {
      let current: Promise<void> | undefined;
      const run = () => {
        current ??= action(stop.signal)
          .catch((error: unknown) => {
            if (!stop.signal.aborted) log("error", "background job failed", { job: name, error });
          })
          .finally(() => {
            if (current !== undefined) running.delete(current);
            current = undefined;
          });
        running.add(current);
        return current;
      };
      const next = (delayMs: number) => {
        clock.after(delayMs, () => {
          if (stop.signal.aborted) return;
          void run().then(() => next(everyMs));
        });
      };
      next(firstMs);
      return run;
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
