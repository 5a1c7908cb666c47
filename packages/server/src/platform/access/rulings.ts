import type { Ruling } from "./ruling.ts";

/**
 * What was decided in the calls that are under way: written as they are authorised, and taken once by whoever records the
 * call. A call is always recorded, so nothing stays.
 */
export interface Rulings {
  note(requestId: string, ruling: Ruling): void;
  take(requestId: string): readonly Ruling[];
}

/** A call may look at many objects; its record keeps so many of them, and every denial that ended it comes among the last. */
const MAX_OF_A_CALL = 50;

export function openRulings(): Rulings {
  const byCall = new Map<string, Ruling[]>();
  return {
    note(requestId, ruling) {
      const rulings = byCall.get(requestId);
      if (rulings === undefined) byCall.set(requestId, [ruling]);
      else {
        if (rulings.length >= MAX_OF_A_CALL) rulings.shift();
        rulings.push(ruling);
      }
    },
    take(requestId) {
      const rulings = byCall.get(requestId) ?? [];
      byCall.delete(requestId);
      return rulings;
    },
  };
}
