import { isBreaching } from "./breaching.ts";
import { type Datapoint, datapointsNeeded, type EvaluationSettings, type Slot, type StateValue } from "./settings.ts";

/** What an evaluation came to. */
export interface Verdict {
  /** Undefined: the alarm keeps the state that it has. */
  readonly state: StateValue | undefined;
  /** The slots that decided, newest first: datapoints, and the missing ones that were counted too. */
  readonly evaluated: readonly Slot[];
}

/**
 * Makes a state of the slots of the evaluation range, given newest first. It reproduces the tables of the user guide
 * ("Configuring how CloudWatch alarms treat missing data"):
 *
 * - With N datapoints in the range the newest N decide, however old, and the treatment of missing data does not matter.
 * - With fewer, `breaching` and `notBreaching` fill up to N.
 * - `missing` and `ignore` judge what is there. Datapoints that all breach, but are fewer than M, make an alarm only when the
 *   oldest of them is at least M periods old, so that a single new datapoint does not alarm before the others could come.
 */
export function evaluate(settings: EvaluationSettings, range: readonly Slot[]): Verdict {
  const n = settings.evaluationPeriods;
  const m = datapointsNeeded(settings);
  const real = range.filter((slot) => slot.point !== undefined);
  const evaluated = real.length >= n ? real.slice(0, n) : fillUp(range, n - real.length);
  const points = evaluated.flatMap(({ point }) => point ?? []);
  if (points.length > 0 && tooFewSamples(settings, points)) return { state: undefined, evaluated };

  const breaching = points.filter((point) => isBreaching(point, settings.limit)).length;
  const missing = evaluated.length - points.length;
  const decide = (count: number): StateValue => (count >= m ? "ALARM" : "OK");
  if (missing === 0) return { state: decide(breaching), evaluated };
  if (settings.treatMissingData === "breaching") return { state: decide(breaching + missing), evaluated };
  if (settings.treatMissingData === "notBreaching") return { state: decide(breaching), evaluated };

  const ignored = settings.treatMissingData === "ignore";
  if (points.length === 0) return { state: ignored ? undefined : "INSUFFICIENT_DATA", evaluated };
  if (breaching >= m) return { state: "ALARM", evaluated };
  if (breaching < points.length) return { state: "OK", evaluated };
  const ageOfOldest = range.findLastIndex((slot) => slot.point !== undefined) + 1;
  return { state: !ignored && ageOfOldest >= m ? "ALARM" : undefined, evaluated };
}

/** The datapoints of the range with the newest missing slots, as many as are wanted, newest first. */
function fillUp(range: readonly Slot[], wanted: number): Slot[] {
  let left = wanted;
  return range.filter((slot) => slot.point !== undefined || left-- > 0);
}

function tooFewSamples({ leastSamples }: EvaluationSettings, points: readonly Datapoint[]): boolean {
  if (leastSamples === undefined) return false;
  return points.reduce((sum, { sampleCount = 0 }) => sum + sampleCount, 0) < leastSamples;
}
