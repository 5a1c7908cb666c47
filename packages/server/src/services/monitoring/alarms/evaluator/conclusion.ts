import { isBreaching } from "../evaluation/breaching.ts";
import { evaluate } from "../evaluation/evaluate.ts";
import { reasonText } from "../evaluation/reason.ts";
import { type ReasonSubject, reasonData, stamp } from "../evaluation/reason-data.ts";
import type { EvaluationSettings, Slot, StateValue } from "../evaluation/settings.ts";
import type { WatchedSeries } from "./expression-alarm.ts";

/** What an evaluation of an alarm comes to, whatever it watches. */
export interface Conclusion {
  /** Undefined: the state stays. */
  readonly state: StateValue | undefined;
  readonly reason: (state: StateValue) => string;
  readonly reasonData: (state: StateValue, nowMs: number) => string;
  /** Datapoints in the range; of several series, those of the fullest. */
  readonly points: number;
  /** Those of the evaluated ones that breach. */
  readonly breaching: number;
  /** Labels of the series that are in ALARM, where there are several. */
  readonly contributors: readonly string[];
}

export function conclude(settings: EvaluationSettings, subject: ReasonSubject, slots: readonly Slot[]): Conclusion {
  const verdict = evaluate(settings, slots);
  return {
    state: verdict.state,
    reason: (state) => reasonText(settings, state, verdict),
    reasonData: (_state, nowMs) => reasonData(settings, subject, verdict, nowMs),
    points: pointsIn(slots),
    breaching: verdict.evaluated.filter(({ point }) => point !== undefined && isBreaching(point, settings.limit))
      .length,
    contributors: [],
  };
}

/** Series that a reason counts at most (user guide, "Alarms on Metrics Insights queries"). */
const COUNTED = 100;

/** One series in ALARM is enough; without any series the treatment of missing data decides. */
export function concludeMany(
  settings: EvaluationSettings,
  subject: ReasonSubject,
  series: readonly WatchedSeries[],
  range: readonly Slot[],
): Conclusion {
  if (series.length === 0) return conclude(settings, subject, range);
  const states = series.map(({ slots }) => evaluate(settings, slots).state);
  const contributors = series.filter((_one, index) => states[index] === "ALARM").map(({ label }) => label);
  const count = contributors.length > COUNTED ? `${COUNTED}+` : `${contributors.length} out of ${series.length}`;
  return {
    state:
      contributors.length > 0 ? "ALARM" : states.includes("OK") ? "OK" : states.find((state) => state !== undefined),
    reason: (state) =>
      state === "INSUFFICIENT_DATA"
        ? "Insufficient Data: no time series had enough data."
        : `${count} time series evaluated to ALARM`,
    reasonData: (_state, nowMs) =>
      JSON.stringify({
        version: "1.0",
        queryDate: stamp(nowMs),
        period: settings.period,
        ...("threshold" in settings.limit && { threshold: settings.limit.threshold }),
      }),
    points: Math.max(...series.map(({ slots }) => pointsIn(slots))),
    breaching: contributors.length,
    contributors,
  };
}

const pointsIn = (slots: readonly Slot[]) => slots.filter(({ point }) => point !== undefined).length;
