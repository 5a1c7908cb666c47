/** A pause that something may end before its time. One waits at a time. */
export class Pause {
  #ended = false;
  #end: () => void = () => {};

  /** Resolves after the time (in milliseconds), or at `end`; at once when that was called since the last pause. */
  async take(milliseconds: number): Promise<void> {
    if (!this.#ended) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#end = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#ended = false;
  }

  end(): void {
    this.#ended = true;
    this.#end();
  }
}
