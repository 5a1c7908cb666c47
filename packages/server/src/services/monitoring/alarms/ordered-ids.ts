import type { Clock } from "../../../platform/clock/clock.ts";
import { timeOrderedId } from "../../../platform/time-ordered-id.ts";

/**
 * Ids that are unique for ever and that sort, among those of one millisecond, in the order in which they were given: lines of
 * a history lie in the order in which they were written.
 */
export function orderedIds(clock: Clock): () => string {
  let given = 0;
  return () => `${String(++given).padStart(12, "0")}-${timeOrderedId(clock.now())}`;
}
