/**
 * Time as the server sees it. Everything that reads the time or waits takes a Clock, so that tests move time by hand
 * and a week passes in a moment.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `action` once, `delayMs` from now. The returned function cancels it; cancelling twice or after the call is
   * harmless. A pending timer never keeps the process alive.
   */
  after(delayMs: number, action: () => void): () => void;
}

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
