import type { Terminal } from "../terminal.ts";

const BAR = 30;
/** A bar is redrawn at most this often; a terminal over a slow line must not hold up the load. */
const REDRAW_MS = 100;

/** Shows how far a load is: a bar on a terminal, otherwise a plain line for each tenth. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #now: () => number;
  readonly #began: number;
  #events = 0;
  #bytes = 0;
  #drawn = 0;
  #tenth = 0;

  constructor(terminal: Terminal, total: number, now: () => number) {
    this.#terminal = terminal;
    this.#total = total;
    this.#now = now;
    this.#began = now();
  }

  add(events: number, bytes: number): void {
    this.#events += events;
    this.#bytes += bytes;
    const share = Math.min(1, this.#events / this.#total);
    const now = this.#now();
    const rate = this.#bytes / 1e6 / Math.max(0.001, (now - this.#began) / 1000);
    const figures = `${Math.floor(share * 100)}%  ${this.#events.toLocaleString("en")} of ${this.#total.toLocaleString("en")} events  ${rate.toFixed(1)} MB/s`;
    if (this.#terminal.errColumns === undefined) {
      const tenth = Math.floor(share * 10);
      if (tenth > this.#tenth) this.#terminal.err(`${figures}\n`);
      this.#tenth = tenth;
    } else if (share === 1 || now - this.#drawn >= REDRAW_MS) {
      const filled = Math.round(share * BAR);
      const line = `[${"#".repeat(filled)}${".".repeat(BAR - filled)}] ${figures}`;
      this.#terminal.err(`\r${line.slice(0, this.#terminal.errColumns - 1)}\x1b[K`);
      this.#drawn = now;
    }
  }

  /** Leaves the bar's line, so that what follows starts on one of its own. */
  end(): void {
    if (this.#terminal.errColumns !== undefined) this.#terminal.err("\n");
  }
}
