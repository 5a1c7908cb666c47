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
  /** What became of each job so far, in the order in which they were set up. */
  reports(): JobReport[];
  /** Starts no more runs, tells those under way to stop, and waits for them. */
  close(): Promise<void>;
}

/** A job for people to see. Times in milliseconds since the epoch. */
export interface JobReport {
  readonly name: string;
  readonly everyMs: number;
  /** Since when it runs; undefined while it waits. */
  readonly runningSince: number | undefined;
  /** The last run that is over; undefined before. */
  readonly last: { readonly endedAt: number; readonly tookMs: number; readonly error: string | undefined } | undefined;
  /** Runs that failed since the server started. */
  readonly failures: number;
}

export function startJobs(clock: Clock, log: Log): Jobs {
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const reports: { -readonly [Part in keyof JobReport]: JobReport[Part] }[] = [];

  return {
    every(name, everyMs, action, firstMs = everyMs) {
      let current: Promise<void> | undefined;
      const report: (typeof reports)[number] = { name, everyMs, runningSince: undefined, last: undefined, failures: 0 };
      reports.push(report);
      const run = () => {
        if (current !== undefined) return current;
        const began = clock.now();
        report.runningSince = began;
        let failure: string | undefined;
        current = action(stop.signal)
          .catch((error: unknown) => {
            if (stop.signal.aborted) return;
            failure = error instanceof Error ? error.message : String(error);
            report.failures += 1;
            log("error", "background job failed", { job: name, error });
          })
          .finally(() => {
            report.runningSince = undefined;
            report.last = { endedAt: clock.now(), tookMs: clock.now() - began, error: failure };
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
    reports: () => reports.map((report) => ({ ...report })),
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}
