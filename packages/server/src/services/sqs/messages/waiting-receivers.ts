import type { Clock } from "../../../platform/clock/clock.ts";

/** Receivers that wait for a message (long polling): none of them looks before there is reason to. */
export interface WaitingReceivers {
  /** A message of this queue can be received. Wakes one waiting receiver; it passes the call on when it leaves some. */
  wake(queueId: number): void;
  /**
   * Resolves when woken, at `wakeAt`, or when the signal aborts. Times are of the clock; `wakeAt` says when the wait is over or
   * a hidden message turns up.
   */
  wait(queueId: number, wakeAt: number, signal: AbortSignal): Promise<void>;
}

export function waitingReceivers(clock: Clock): WaitingReceivers {
  const waiting = new Map<number, Set<() => void>>();
  return {
    wake(queueId) {
      const [first] = waiting.get(queueId) ?? [];
      first?.();
    },
    wait: (queueId, wakeAt, signal) =>
      new Promise((resolve) => {
        const receivers = waiting.get(queueId) ?? new Set();
        waiting.set(queueId, receivers);
        const done = () => {
          receivers.delete(done);
          if (receivers.size === 0) waiting.delete(queueId);
          cancel();
          signal.removeEventListener("abort", done);
          resolve();
        };
        const cancel = clock.after(Math.max(0, wakeAt - clock.now()), done);
        receivers.add(done);
        if (signal.aborted) done();
        else signal.addEventListener("abort", done, { once: true });
      }),
  };
}
