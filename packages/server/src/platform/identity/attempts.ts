import type { Clock } from "../clock/clock.ts";

/**
 * Counts wrong passwords and codes, so that nobody can try them out. In memory: a restart forgives, and costs an attacker more
 * than it gives.
 */
export interface Attempts {
  /**
   * Whether one more may be tried. It counts as failed until it is forgiven, so that as many at the same time do not get more
   * than one after another.
   */
  begin(id: string): boolean;
  /** The attempt that began was right. */
  forgive(id: string): void;
  /** Everything was right: all is forgotten. */
  clear(id: string): void;
}

/** Of a million codes three count at any time: at this rate a guess succeeds once in 60 years. */
const MOST_FAILURES = 10;
const WINDOW_MS = 15 * 60_000;
/** Only failures of things that exist are counted, so there are no more than users and devices. */
const MOST_KNOWN = 100_000;

export function countAttempts(clock: Pick<Clock, "now">): Attempts {
  const failures = new Map<string, { count: number; readonly since: number }>();
  const current = (id: string) => {
    const found = failures.get(id);
    if (found === undefined || clock.now() - found.since < WINDOW_MS) return found;
    failures.delete(id);
    return undefined;
  };
  return {
    begin(id) {
      const found = current(id);
      if (found === undefined) {
        if (failures.size >= MOST_KNOWN) failures.clear();
        failures.set(id, { count: 1, since: clock.now() });
        return true;
      }
      if (found.count >= MOST_FAILURES) return false;
      found.count++;
      return true;
    },
    forgive(id) {
      const found = current(id);
      if (found !== undefined) found.count--;
    },
    clear: (id) => failures.delete(id),
  };
}
