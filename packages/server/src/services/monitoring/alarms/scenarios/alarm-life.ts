import type { Clock } from "../../../../platform/clock/clock.ts";
import { type VirtualClock, virtualClock } from "../../../../platform/clock/virtual-clock.ts";
import type { MetricAddress, MetricIdentity } from "../../../../platform/metrics/metric.ts";
import type { MetricArrival, MetricArrivals } from "../../../../platform/metrics/metric-arrivals.ts";
import type { MetricIndex } from "../../../../platform/metrics/metric-index.ts";
import type { MetricPoints, MetricQuery, MetricReader, TimeRange } from "../../../../platform/metrics/metric-reader.ts";
import type { Statistic } from "../../../../platform/metrics/statistic.ts";
import type { NotificationTarget } from "../../../../platform/notifications/notification.ts";
import { notificationTargets } from "../../../../platform/notifications/notification.ts";
import { openSqliteState } from "../../../../platform/state/sqlite-state.ts";
import type { State } from "../../../../platform/state/state.ts";
import type { Alarm, Scope } from "../alarm.ts";
import { alarmRef } from "../alarm.ts";
import { openAlarmBook } from "../alarm-book.ts";
import { compositeSettler } from "../composite/composite-settler.ts";
import { deliverActions } from "../deliver/deliver-actions.ts";
import { createEvaluator } from "../evaluator/evaluator.ts";
import { openMuteBook } from "../mute-rules/mute-book.ts";
import { releaseMutedActions } from "../mute-rules/release-muted.ts";
import { orderedIds } from "../ordered-ids.ts";
import type { OutboxEntry, TransitionTools } from "../transition.ts";

/** For tests: alarms with everything that they are made of but the metric store and the topics, on a clock moved by hand. */

export const SCOPE: Scope = { account: "111122223333", region: "eu-west-1" };

interface Sample {
  readonly at: number;
  readonly value: number;
}

/** Metrics in memory, read as the metric store reads them, and told of as they arrive. */
export function memoryMetrics() {
  const samples = new Map<string, Sample[]>();
  const listeners = new Map<string, Set<(arrival: MetricArrival) => void>>();
  const figures = { reads: 0, queries: 0 };
  const reader: MetricReader = {
    async read(queries, range) {
      figures.reads++;
      figures.queries += queries.length;
      return queries.map((query) => readOne(samples.get(keyOf(query)) ?? [], query, range));
    },
  };
  const arrivals: MetricArrivals = {
    watch(metric, listener) {
      const key = keyOf(metric);
      const set = listeners.get(key) ?? new Set();
      listeners.set(key, set.add(listener));
      return () => set.delete(listener);
    },
  };
  const index: MetricIndex = {
    async page({ namespace, metric }) {
      const all = [...samples.keys()].map(addressOf);
      return {
        metrics: all.filter((one) => one.namespace === namespace && one.metric === metric),
        next: undefined,
      };
    },
  };
  return {
    reader,
    index,
    arrivals,
    figures,
    put(metric: MetricAddress, at: number, value: number) {
      const key = keyOf(metric);
      const list = samples.get(key) ?? [];
      samples.set(key, list);
      list.push({ at, value });
      const arrival: MetricArrival = {
        timestamp: Math.floor(at / 1_000) * 1_000,
        unit: "None",
        sampleCount: 1,
        sum: value,
        minimum: value,
        maximum: value,
      };
      for (const listener of listeners.get(key) ?? []) listener(arrival);
    },
    /** Forgets samples before a time, as the retention does. */
    forget(before: number) {
      for (const [key, list] of samples)
        samples.set(
          key,
          list.filter(({ at }) => at >= before),
        );
    },
  };
}

const keyOf = ({ namespace, metric, dimensions }: MetricAddress) =>
  JSON.stringify([namespace, metric, Object.entries(dimensions).sort()]);

function addressOf(key: string): MetricIdentity {
  const [namespace, metric, dimensions]: [string, string, [string, string][]] = JSON.parse(key);
  return { namespace, metric, dimensions: Object.fromEntries(dimensions) };
}

function readOne(samples: readonly Sample[], query: MetricQuery, { startMs, endMs }: TimeRange): MetricPoints {
  const periods = new Map<number, number[]>();
  for (const { at, value } of samples) {
    if (at < startMs || at >= endMs) continue;
    const start = startMs + Math.floor((at - startMs) / (query.period * 1_000)) * query.period * 1_000;
    periods.set(start, [...(periods.get(start) ?? []), value]);
  }
  const sorted = [...periods].sort(([a], [b]) => a - b);
  return {
    unit: sorted.length === 0 ? undefined : "None",
    units: sorted.length === 0 ? [] : ["None"],
    timestamps: sorted.map(([at]) => at),
    values: sorted.map(([, values]) => statisticOf(values, query.statistic)),
    sampleCounts: sorted.map(([, values]) => values.length),
  };
}

function statisticOf(values: readonly number[], statistic: Statistic): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic.kind) {
    case "SampleCount":
      return values.length;
    case "Sum":
      return sum;
    case "Average":
      return sum / values.length;
    case "Minimum":
      return Math.min(...values);
    case "Maximum":
      return Math.max(...values);
    case "Percentile": {
      const sorted = values.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor((statistic.percent / 100) * sorted.length))] ?? Number.NaN;
    }
    default:
      throw new Error(`the metrics of tests have no ${statistic.kind}`);
  }
}

/** A target that keeps what it was given; `fail` makes it refuse. */
export function memoryTarget(clock: Clock) {
  const told: { readonly arn: string; readonly subject: string; readonly message: string; readonly at: number }[] = [];
  const refusals: { error: Error | undefined } = { error: undefined };
  const target: NotificationTarget = {
    name: "SNS topic",
    takes: (arn) => arn.includes(":sns:"),
    async deliver(arn, { subject, message }) {
      if (refusals.error !== undefined) throw refusals.error;
      told.push({ arn, subject, message, at: clock.now() });
    },
  };
  return { target, told, refusals };
}

export interface LifeOptions {
  readonly startMs: number;
  readonly state?: State;
  readonly clock?: VirtualClock;
  /** In place of the metrics in memory. */
  readonly reader?: MetricReader;
  readonly index?: MetricIndex;
  /** In place of the target that keeps what it was given. */
  readonly deliver?: NotificationTarget["deliver"];
  readonly events?: (entry: Parameters<TransitionTools["events"]>[0]) => readonly OutboxEntry[];
}

/** Alarms on a virtual clock. `advanceTo` runs everything that is due on the way. */
export async function alarmLife(options: LifeOptions) {
  const { startMs, state: given, clock = virtualClock(startMs), events = () => [] } = options;
  const state = given ?? openSqliteState(":memory:", clock.now);
  const metrics = memoryMetrics();
  const reader = options.reader ?? metrics.reader;
  const targets = notificationTargets();
  const { target, told, refusals } = memoryTarget(clock);
  targets.add({ ...target, ...(options.deliver !== undefined && { deliver: options.deliver }) });
  const mutes = openMuteBook(state);
  const book = openAlarmBook(state);
  const tools: TransitionTools = { mutes, events, newId: orderedIds(clock) };
  const log = (level: string, message: string, fields?: object) => {
    if (level === "error" && refusals.error === undefined) throw new Error(`${message} ${JSON.stringify(fields)}`);
  };
  const settler = compositeSettler({ state, book, tools, clock, log });
  const evaluator = createEvaluator({
    state,
    book,
    tools,
    arrivals: metrics.arrivals,
    reader,
    evaluation: { reader, index: options.index ?? metrics.index },
    clock,
    log,
  });
  await settler.settleAll();
  const signal = new AbortController().signal;
  const deliver = () => deliverActions({ state, targets, clock, log }, signal);

  const runDue = async () => {
    await evaluator.run(signal);
    await settler.settled();
    await settler.endPeriods();
    await releaseMutedActions({ state, book, tools, clock });
    await deliver();
  };
  return {
    clock,
    state,
    book,
    tools,
    settler,
    evaluator,
    metrics,
    told,
    refusals,
    targets,
    deliver,
    runDue,
    async put(name: string, alarm: Alarm) {
      await state.commit({
        cause: { action: "test" },
        changes: [{ put: alarmRef(SCOPE, name), document: alarm, expect: "any" }],
      });
      await settler.settled();
    },
    /** Moves the clock to a time, and does what is due at each moment on the way. */
    async advanceTo(ms: number) {
      await runDue();
      for (let due = evaluator.nextDueMs(); due !== undefined && due <= ms; due = evaluator.nextDueMs()) {
        await clock.advance(Math.max(0, due - clock.now()));
        await runDue();
      }
      await clock.advance(Math.max(0, ms - clock.now()));
      await runDue();
    },
    close() {
      evaluator.close();
      state.close();
    },
  };
}

export type AlarmLife = Awaited<ReturnType<typeof alarmLife>>;
