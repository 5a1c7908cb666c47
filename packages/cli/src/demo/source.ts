import type { Day } from "./day.ts";
import type { Dice } from "./dice.ts";

export interface SampleEvent {
  readonly stream: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** One kind of log. Adding one is adding a file and its line in sources.ts. */
export interface Source {
  readonly name: string;
  readonly group: string;
  /** Its part of all events, relative to the other sources'. */
  readonly share: number;
  /** The same day, dice and count give the same events. `count` is kept to within a few percent. Nearly in time order. */
  generate(day: Day, dice: Dice, count: number): Iterable<SampleEvent>;
}
