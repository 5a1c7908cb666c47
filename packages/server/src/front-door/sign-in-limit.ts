import type { Clock } from "../platform/clock/clock.ts";

/** How often somebody may fail to sign in. Keys can not be guessed; passwords that people choose can. */
export interface SignInLimit {
  /** False while too many tries by this name (a key's id, a user), or from this address, have failed. */
  allows(tries: Tries): boolean;
  failed(tries: Tries): void;
}

export interface Tries {
  readonly name: string;
  readonly address: string;
}

/** Tries in a window that may fail: enough for a person's mistakes, 14,400 guesses a day for a program. */
const MOST_OF_NAME = 10;
/** Behind a proxy many people have one address. */
const MOST_OF_ADDRESS = 100;
const WINDOW_MS = 60_000;
/** Names that are remembered: past it, the window begins anew for all, so that no memory is filled by inventing names. */
const MOST_NAMES = 10_000;

export function signInLimit(clock: Clock): SignInLimit {
  const failures = new Map<string, number>();
  let windowEnds = 0;
  const of = (key: string) => failures.get(key) ?? 0;
  const renew = () => {
    if (clock.now() < windowEnds && failures.size < MOST_NAMES) return;
    failures.clear();
    windowEnds = clock.now() + WINDOW_MS;
  };
  return {
    allows({ name, address }) {
      renew();
      return of(`name ${name}`) < MOST_OF_NAME && of(`address ${address}`) < MOST_OF_ADDRESS;
    },
    failed({ name, address }) {
      renew();
      for (const key of [`name ${name}`, `address ${address}`]) failures.set(key, of(key) + 1);
    },
  };
}
