import { isBlank } from "./quoted.ts";

/**
 * Splits an event into the fields of the space-delimited language: at blanks, where `[…]` and `"…"` are one field each,
 * without their delimiters. A delimiter that does not open a field, or that no blank or end follows, is an ordinary
 * character. A `"` after a backslash does not close. Takes time linear in the message.
 */
export function splitFields(message: string): readonly string[] {
  const fields: string[] = [];
  const brackets = new CloserFinder(message, "]");
  const quotes = new CloserFinder(message, '"');
  let at = 0;
  for (;;) {
    while (isBlank(message[at])) at++;
    if (at >= message.length) return fields;
    const start = at;
    const closers = message[at] === "[" ? brackets : message[at] === '"' ? quotes : undefined;
    const close = closers?.after(at);
    if (close !== undefined && (close + 1 === message.length || isBlank(message[close + 1]))) {
      fields.push(message.slice(start + 1, close));
      at = close + 1;
      continue;
    }
    while (at < message.length && !isBlank(message[at])) at++;
    fields.push(message.slice(start, at));
  }
}

/** Finds closing delimiters; remembers the last answer, so that many openers before one closer cost one search. */
class CloserFinder {
  readonly #message: string;
  readonly #closer: string;
  #found: number | undefined = -1;

  constructor(message: string, closer: string) {
    this.#message = message;
    this.#closer = closer;
  }

  /** The next closer after `at`; calls come with rising positions. */
  after(at: number): number | undefined {
    while (this.#found !== undefined && (this.#found <= at || this.#isEscaped(this.#found))) {
      const next = this.#message.indexOf(this.#closer, Math.max(at, this.#found) + 1);
      this.#found = next < 0 ? undefined : next;
    }
    return this.#found;
  }

  #isEscaped(position: number): boolean {
    return this.#closer === '"' && this.#message[position - 1] === "\\";
  }
}
