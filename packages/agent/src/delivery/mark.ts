/**
 * How far a file has been stored. Events of one file travel in batches; the position moves when every event before it has
 * been acknowledged, so that a restart reads again what was not.
 */
export class Mark {
  #unacknowledged = 0;
  #acknowledged: number;
  #consumed: number;
  readonly #onMove: () => void;

  constructor(offset: number, onMove: () => void) {
    this.#acknowledged = offset;
    this.#consumed = offset;
    this.#onMove = onMove;
  }

  /** Everything before this offset is stored, or was left out on purpose. */
  get position(): number {
    return this.#acknowledged;
  }

  get settled(): boolean {
    return this.#unacknowledged === 0;
  }

  /** An event is on its way. */
  sent(): void {
    this.#unacknowledged++;
  }

  /** All lines before the offset are events on their way, or were left out. */
  consumed(offset: number): void {
    this.#consumed = offset;
    if (this.#unacknowledged === 0) this.#move(offset);
  }

  /** @param end offset after the last of these events */
  acknowledged(events: number, end: number): void {
    this.#unacknowledged -= events;
    this.#move(this.#unacknowledged === 0 ? this.#consumed : end);
  }

  #move(offset: number): void {
    if (offset === this.#acknowledged) return;
    this.#acknowledged = offset;
    this.#onMove();
  }
}
