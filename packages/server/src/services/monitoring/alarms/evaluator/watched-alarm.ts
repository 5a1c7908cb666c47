import type { MetricAddress } from "../../../../platform/metrics/metric.ts";
import type { MetricArrival, MetricArrivals } from "../../../../platform/metrics/metric-arrivals.ts";
import { parseStatistic } from "../../../../platform/metrics/statistic.ts";
import type { MetricAlarm, Scope } from "../alarm.ts";
import { isBreaching } from "../evaluation/breaching.ts";
import { calendar } from "../evaluation/calendar.ts";
import type { ReasonSubject } from "../evaluation/reason-data.ts";
import { cadence, offsetOf, type Schedule } from "../evaluation/schedule.ts";
import { type EvaluationSettings, evaluationRange, type StateValue } from "../evaluation/settings.ts";
import { evaluationSettings } from "../evaluation/settings-of-alarm.ts";
import { addTotals, SeriesWindow, type Totals } from "./series-window.ts";

/** When an arrival makes an alarm worth looking at. */
export type Urgency =
  /** At its next turn: the arrival changes nothing, or not yet. */
  | undefined
  /** Now. */
  | { readonly kind: "now" }
  /** Now, in the period that is still running: what has come so far is breaching and can't be undone. */
  | { readonly kind: "running"; readonly endMs: number }
  /** When the running period is over. */
  | { readonly kind: "at"; readonly timeMs: number };

/** A metric alarm as the evaluator holds it in memory. */
export class WatchedAlarm {
  readonly scope: Scope;
  readonly name: string;
  readonly id: string;
  readonly configurationUpdatedAt: number;
  readonly settings: EvaluationSettings;
  readonly schedule: Schedule;
  readonly offsetMs: number;
  readonly subject: ReasonSubject;
  readonly metric: MetricAddress & { readonly unit?: string };
  readonly window: SeriesWindow;
  /** The end of the newest period of the last evaluation. */
  evaluatedTo = Number.NEGATIVE_INFINITY;
  /** When it is due next; the evaluator's wheel holds it there. */
  dueMs = 0;
  /** Arrivals since their grains were read. */
  readonly #pending = new Map<number, Totals>();
  #unwatch: () => void = () => {};
  /** The running grain that was looked at before its end: once is enough, unless the alarm is at rest in the next one. */
  #lookedAtRunning = Number.NaN;

  constructor(scope: Scope, name: string, alarm: MetricAlarm) {
    const { settings } = alarm;
    const metric = watchedMetric(alarm);
    if (metric === undefined) throw new Error(`alarm ${name} does not watch a single metric`);
    const statistic = parseStatistic(metric.statistic);
    if (statistic === undefined) throw new Error(`alarm ${name} was stored with the statistic ${metric.statistic}`);
    this.scope = scope;
    this.name = name;
    this.id = alarm.id;
    this.configurationUpdatedAt = alarm.configurationUpdatedAt;
    this.settings = evaluationSettings(settings);
    this.schedule = scheduleOf(this.settings, settings.window);
    this.offsetMs = offsetOf(this.schedule, alarm.id);
    this.subject = settings.metric === undefined ? {} : { statistic: metric.statistic, unit: metric.unit };
    this.metric = { ...scope, ...metric.address, ...(metric.unit !== undefined && { unit: metric.unit }) };
    this.window = new SeriesWindow(statistic, this.settings.period, grainSeconds(this.schedule), this.schedule.range);
  }

  /** Listens for values; `urgent` is told when the alarm should be looked at before its turn. */
  listen(
    arrivals: MetricArrivals,
    state: () => StateValue | undefined,
    nowMs: () => number,
    urgent: (urgency: Urgency) => void,
  ) {
    this.#unwatch = arrivals.watch(this.metric, (arrival) => {
      if (this.metric.unit !== undefined && arrival.unit !== this.metric.unit) return;
      const current = state();
      if (current === undefined) return;
      const urgency = this.#arrived(arrival, current, nowMs());
      if (urgency !== undefined) urgent(urgency);
    });
  }

  stop(): void {
    this.#unwatch();
  }

  /** Forgets what arrived for grains before a time: they have been read. */
  settle(beforeMs: number): void {
    for (const grain of this.#pending.keys()) if (grain < beforeMs) this.#pending.delete(grain);
  }

  #arrived(arrival: MetricArrival, state: StateValue, nowMs: number): Urgency {
    const grain = this.window.arrived(arrival.timestamp);
    const grainEnd = grain + this.window.grainMs;
    // Times far ahead are legal and come to their turn.
    if (grainEnd > nowMs + this.window.grainMs) return undefined;
    this.#pending.set(grain, addTotals(this.#pending.get(grain), arrival));
    const guess = this.window.guess(grain, this.#pending);
    if (guess === undefined) return undefined;
    const { limit } = this.settings;
    const breaching = isBreaching(guess, limit);
    if (breaching === (state === "ALARM") && state !== "INSUFFICIENT_DATA") return undefined;
    if (grainEnd <= nowMs) return { kind: "now" };
    if (breaching && this.#lookedAtRunning !== grain && this.#isCertain(grain)) {
      this.#lookedAtRunning = grain;
      return { kind: "running", endMs: grainEnd };
    }
    return { kind: "at", timeMs: grainEnd };
  }

  /** Whether more values in the running period can't take back that it breaches. */
  #isCertain(grain: number): boolean {
    const { limit } = this.settings;
    const { kind } = this.window.statistic;
    const upwards = limit.comparison.startsWith("Greater");
    if (this.schedule.calendar !== undefined || !("threshold" in limit)) return false;
    if (kind === "Minimum") return !upwards;
    if (kind === "Maximum" || kind === "SampleCount") return upwards;
    // The sum of what was never below nothing is taken to grow on.
    const totals = this.#pending.get(grain);
    return kind === "Sum" && upwards && (totals?.minimum ?? -1) >= 0;
  }
}

/** The metric of an alarm on one metric, in either form; undefined for an alarm on an expression. */
export function watchedMetric({ settings: { metric, queries } }: MetricAlarm) {
  const found =
    metric !== undefined
      ? {
          namespace: metric.namespace,
          name: metric.name,
          dimensions: metric.dimensions,
          statistic: metric.statistic ?? metric.extendedStatistic,
          unit: metric.unit,
        }
      : singleMetric(queries ?? []);
  if (found?.statistic === undefined) return undefined;
  const dimensions = Object.fromEntries(found.dimensions.map(({ Name, Value }) => [Name ?? "", Value ?? ""]));
  return {
    address: { namespace: found.namespace, metric: found.name, dimensions },
    statistic: found.statistic,
    unit: found.unit,
  };
}

function singleMetric(queries: NonNullable<MetricAlarm["settings"]["queries"]>) {
  const [only] = queries;
  const stat = queries.length === 1 ? only?.MetricStat : undefined;
  const { Namespace: namespace, MetricName: name, Dimensions: dimensions = [] } = stat?.Metric ?? {};
  if (namespace === undefined || name === undefined) return undefined;
  return { namespace, name, dimensions, statistic: stat?.Stat, unit: stat?.Unit };
}

/** When an alarm with these settings is evaluated, and at what it looks then. */
export function scheduleOf(
  { period, evaluationPeriods }: EvaluationSettings,
  window: MetricAlarm["settings"]["window"],
): Schedule {
  if (window?.kind === "wall-clock") {
    const days = calendar(period, window.timezone ?? "UTC");
    return { period, evaluationPeriods, range: evaluationPeriods, calendar: days };
  }
  const range = evaluationRange(evaluationPeriods);
  return { period, evaluationPeriods, range };
}

/** Windows move by the alarm's cadence, and all their edges lie on it. */
function grainSeconds(schedule: Schedule): number {
  return cadence(schedule);
}
