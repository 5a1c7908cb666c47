/** First wait after a failed call, and the longest; each failure doubles it, with up to half of it by chance. */
const FIRST_MS = 200;
const LONGEST_MS = 15_000;
/** When somebody must mend a key or a permission first. */
const LONGEST_IDENTITY_MS = 60_000;

/**
 * Says when calls may be tried again. All calls to a service share one: while it is away, one knocks and the others wait.
 */
export class Gate {
  readonly #now: () => number;
  readonly #random: () => number;
  #failures = 0;
  #notBefore = 0;
  #failingSince: number | undefined;

  constructor(now: () => number, random: () => number) {
    this.#now = now;
    this.#random = random;
  }

  /** Milliseconds since the first of the failures that go on; 0 when the last call succeeded. */
  get failingFor(): number {
    return this.#failingSince === undefined ? 0 : Math.max(0, this.#now() - this.#failingSince);
  }

  /** Milliseconds until a call may be tried. Bounded, so that a clock that is set back does not stop the agent. */
  get wait(): number {
    return Math.min(Math.max(0, this.#notBefore - this.#now()), LONGEST_IDENTITY_MS);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
    this.#failingSince = undefined;
  }

  failed(remedy: "retry" | "wait"): void {
    this.#failingSince ??= this.#now();
    // Calls that ran at the same time fail together: they count once.
    if (this.wait > 0) return;
    const longest = remedy === "wait" ? LONGEST_IDENTITY_MS : LONGEST_MS;
    const wait = Math.min(longest, FIRST_MS * 2 ** Math.min(this.#failures++, 20));
    this.#notBefore = this.#now() + wait * (0.5 + this.#random() / 2);
  }
}
