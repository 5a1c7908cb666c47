import { createHash } from "node:crypto";
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
  /** The series of a query that groups, each with its own state. */
  readonly contributors: readonly ContributorConclusion[];
}

export interface ContributorConclusion {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Undefined: it stays. */
  readonly state: StateValue | undefined;
  readonly reason: string;
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

/** One series in ALARM is enough. */
export function concludeMany(settings: EvaluationSettings, series: readonly WatchedSeries[]): Conclusion {
  const contributors = series.map(({ group = {}, slots }): ContributorConclusion => {
    const verdict = evaluate(settings, slots);
    const reason = verdict.state === undefined ? "" : reasonText(settings, verdict.state, verdict);
    return { id: contributorId(group), attributes: group, state: verdict.state, reason };
  });
  const states = contributors.map(({ state }) => state);
  const breaching = states.filter((state) => state === "ALARM").length;
  const count = breaching > COUNTED ? `${COUNTED}+` : `${breaching} out of ${series.length}`;
  return {
    state: breaching > 0 ? "ALARM" : states.includes("OK") ? "OK" : states.find((state) => state !== undefined),
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
    breaching,
    contributors,
  };
}

/** The same for a group over restarts. */
function contributorId(group: Readonly<Record<string, string>>): string {
  return createHash("sha256")
    .update(JSON.stringify(Object.entries(group)))
    .digest("hex")
    .slice(0, 32);
}

const pointsIn = (slots: readonly Slot[]) => slots.filter(({ point }) => point !== undefined).length;
