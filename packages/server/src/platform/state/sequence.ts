import type { Clock } from "../clock/clock.ts";
import type { State } from "./state.ts";

/** Numbers of one millisecond: a million events a millisecond is far above what a machine can take. */
const COUNTER_BITS = 20n;

/**
 * How far ahead numbers are reserved on disk. After a crash the sequence goes on above the reservation, so this is
 * also by how much new ingestion times may run ahead of the clock then; a second is not noticed and costs one small
 * write a second.
 */
const RESERVED_MS = 1_000n;

/**
 * Unique, rising numbers for events: `(milliseconds << 20) + counter`. The ingestion time of an event is therefore
 * part of its number. They never repeat and never go back, not after a crash and not when the clock is set back.
 */
export interface Sequence {
  /** Reserves `count` consecutive numbers and returns the first. */
  next(count: number): bigint;
}

const COUNTER = "sequence";

export function openSequence(state: State, clock: Clock): Sequence {
  let next = state.reserved(COUNTER);
  let ceiling = next;
  return {
    next(count) {
      const floor = BigInt(clock.now()) << COUNTER_BITS;
      const first = next > floor ? next : floor;
      next = first + BigInt(count);
      if (next > ceiling) {
        ceiling = next + (RESERVED_MS << COUNTER_BITS);
        state.reserve(COUNTER, ceiling);
      }
      return first;
    },
  };
}

/** The time at which a number was given: the ingestion time of an event. */
export function sequenceTime(seq: bigint): number {
  return Number(seq >> COUNTER_BITS);
}
