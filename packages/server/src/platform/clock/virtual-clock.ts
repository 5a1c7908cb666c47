import type { Clock } from "./clock.ts";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves time forward, running each due timer at its own time, in order. Awaits a turn of the event loop after each
   * timer, so that what it started gets a chance to run.
   */
  advance(ms: number): Promise<void>;
}

export function virtualClock(startMs: number): VirtualClock {
  let now = startMs;
  let nextId = 1;
  const timers = new Map<number, { due: number; action: () => void }>();

  const earliest = (limit: number) => {
    let found: { id: number; due: number; action: () => void } | undefined;
    for (const [id, timer] of timers) {
      if (timer.due <= limit && (found === undefined || timer.due < found.due)) found = { id, ...timer };
    }
    return found;
  };

  return {
    now: () => now,
    after(delayMs, action) {
      const id = nextId++;
      timers.set(id, { due: now + Math.max(0, delayMs), action });
      return () => timers.delete(id);
    },
    async advance(ms) {
      const target = now + ms;
      for (let timer = earliest(target); timer !== undefined; timer = earliest(target)) {
        timers.delete(timer.id);
        now = timer.due;
        timer.action();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = target;
    },
  };
}
