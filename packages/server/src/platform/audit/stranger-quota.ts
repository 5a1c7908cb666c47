/**
 * How many calls of unproven callers are recorded. Whoever reaches the port can make such calls without end, and each
 * record takes room that is kept for months; the records of real callers must not drown in them.
 */
export interface StrangerQuota {
  /** Whether this call may be recorded. */
  take(): boolean;
  /** Calls that were not recorded since this was last asked. */
  skipped(): number;
}

/** On average and in a row. A person who mistypes a key, or a client that tries again, stays far below. */
const PER_SECOND = 10;
const BURST = 600;

export function strangerQuota(now: () => number): StrangerQuota {
  let left = BURST;
  let filledAt = now();
  let skipped = 0;
  return {
    take() {
      const at = now();
      left = Math.min(BURST, left + (Math.max(0, at - filledAt) * PER_SECOND) / 1_000);
      filledAt = at;
      if (left < 1) {
        skipped++;
        return false;
      }
      left--;
      return true;
    },
    skipped() {
      const count = skipped;
      skipped = 0;
      return count;
    },
  };
}
