import type { Clock } from "../platform/clock/clock.ts";

/** How often somebody may fail to sign in. Keys can not be guessed; passwords that people choose can. */
export interface SignInLimit {
  /** False while too many tries by this name (a key's id, a user) or from this address have failed. */
  allows(names: readonly string[]): boolean;
  failed(names: readonly string[]): void;
}

/** Tries in a window that may fail: enough for a person's mistakes, 14,400 guesses a day for a program. */
const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
/** Names that are remembered: past it, the window begins anew for all, so that no memory is filled by inventing names. */
const MOST_NAMES = 10_000;

export function signInLimit(clock: Clock): SignInLimit {
  const failures = new Map<string, number>();
  let windowEnds = 0;
  const renew = () => {
    if (clock.now() < windowEnds && failures.size < MOST_NAMES) return;
    failures.clear();
    windowEnds = clock.now() + WINDOW_MS;
  };
  return {
    allows(names) {
      renew();
      return names.every((name) => (failures.get(name) ?? 0) < MOST_FAILURES);
    },
    failed(names) {
      renew();
      for (const name of names) failures.set(name, (failures.get(name) ?? 0) + 1);
    },
  };
}
