import type { Clock } from "../../src/platform/clock/clock.ts";

/** A clock that stands still until a test moves it, and then leaps, as that of a machine that slept does. */
export interface LeapingClock extends Clock {
  /**
   * Moves time forward at once and runs each timer that has become due, once, at the new time. So weeks cost no more
   * than a minute, where stepping through them would run every job thousands of times.
   */
  advance(ms: number): Promise<void>;
}

export function leapingClock(startMs: number): LeapingClock {
  let now = startMs;
  let nextId = 1;
  const timers = new Map<number, { readonly due: number; readonly action: () => void }>();
  return {
    now: () => now,
    after(delayMs, action) {
      const id = nextId++;
      timers.set(id, { due: now + Math.max(0, delayMs), action });
      return () => timers.delete(id);
    },
    async advance(ms) {
      now += ms;
      const due = [...timers].filter(([, timer]) => timer.due <= now).sort(([, a], [, b]) => a.due - b.due);
      for (const [id, { action }] of due) {
        // An earlier one may have cancelled it.
        if (timers.delete(id)) action();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
