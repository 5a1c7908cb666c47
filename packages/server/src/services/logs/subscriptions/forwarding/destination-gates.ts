/** How many lanes may send to a destination, and when, after what it did with the last ones. */
export interface DestinationGates {
  /** Undefined when a lane may go on to this destination now; it must `leave`. Else the time before which it need not ask again. */
  enter(key: string, nowMs: number): number | undefined;
  /** Says how it went; undefined where nothing was learned. */
  leave(key: string, outcome: "taken" | "failed" | undefined, nowMs: number): void;
}

/** Lanes that send to one destination at the same time. */
const AT_ONCE = 4;
const FIRST_PAUSE_MS = 500;
/** One that comes back after a while gets what waits within so long. */
const LONGEST_PAUSE_MS = 60_000;

interface Gate {
  inside: number;
  failures: number;
  closedUntil: number;
}

/** A destination that fails gets one lane at a time, each later than the one before; the others wait outside and hold nothing. */
export function destinationGates(): DestinationGates {
  const gates = new Map<string, Gate>();
  return {
    enter(key, nowMs) {
      const gate = gates.get(key) ?? { inside: 0, failures: 0, closedUntil: 0 };
      if (nowMs < gate.closedUntil) return gate.closedUntil;
      if (gate.inside >= (gate.failures > 0 ? 1 : AT_ONCE)) return nowMs;
      gate.inside += 1;
      gates.set(key, gate);
      return undefined;
    },
    leave(key, outcome, nowMs) {
      const gate = gates.get(key);
      if (gate === undefined) return;
      gate.inside -= 1;
      if (outcome === "taken") gate.failures = 0;
      // Lanes that were inside together have seen one failure.
      if (outcome === "failed" && nowMs >= gate.closedUntil) {
        gate.failures += 1;
        gate.closedUntil = nowMs + Math.min(FIRST_PAUSE_MS * 2 ** Math.min(gate.failures - 1, 10), LONGEST_PAUSE_MS);
      }
      // Only those that have something to remember are kept.
      if (gate.inside === 0 && gate.failures === 0) gates.delete(key);
    },
  };
}
