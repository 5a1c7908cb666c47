import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Log } from "../../../../platform/log/log.ts";
import type { MetricArrivals } from "../../../../platform/metrics/metric-arrivals.ts";
import type { MetricPoints, MetricQuery, MetricReader, TimeRange } from "../../../../platform/metrics/metric-reader.ts";
import { type Resource, type State, VersionConflict } from "../../../../platform/state/state.ts";
import type { EvaluationDeps } from "../../metrics/evaluate-queries.ts";
import type { Alarm, MetricAlarm } from "../alarm.ts";
import type { AlarmBook } from "../alarm-book.ts";
import { nextDue, periodStarts, windowEnd } from "../evaluation/schedule.ts";
import { datapointsNeeded } from "../evaluation/settings.ts";
import { changeCondition, type TransitionTools } from "../transition.ts";
import { type Conclusion, conclude, concludeMany } from "./conclusion.ts";
import { contributorChanges } from "./contributor-changes.ts";
import { DueWheel } from "./due-wheel.ts";
import { ExpressionAlarm } from "./expression-alarm.ts";
import { type Urgency, WatchedAlarm, watchedMetric } from "./watched-alarm.ts";

/** Alarms evaluated in one go: their reads share one round trip and their changes of state one transaction. */
const CHUNK = 500;
/** A read of this many grains or fewer is shared by alarms that need different ones of them. */
const SHARED_GRAINS = 16;
/** Expressions worked out at the same time: each is a round trip of its own or more. */
const EXPRESSIONS_AT_ONCE = 8;
/** Right after it was put an alarm is evaluated within this time, whatever its turn. */
const FIRST_MS = 5_000;
/** A read that failed is tried again after this. */
const RETRY_MS = 5_000;
/** After a period's end its last values may be on their way: what waits for the end waits so much longer. */
const GRACE_MS = 500;

/** By how much a period that was looked at can be ahead; more than that means that the clock was set back. */
const MOST_AHEAD_MS = 120_000;

const cause = { action: "job:alarm-evaluation" };

export interface EvaluatorDeps {
  readonly state: State;
  readonly book: AlarmBook;
  readonly tools: TransitionTools;
  readonly reader: MetricReader;
  readonly arrivals: MetricArrivals;
  /** What expressions are worked out from. */
  readonly evaluation: EvaluationDeps;
  readonly clock: Clock;
  readonly log: Log;
}

type AnyAlarm = WatchedAlarm | ExpressionAlarm;

/** Figures since the start, for those who watch the evaluator. */
export interface EvaluatorFigures {
  readonly alarms: number;
  readonly evaluations: number;
  readonly reads: number;
  readonly transitions: number;
  /** How late the latest evaluation was that has been so far, in milliseconds after it was due. */
  readonly latestMs: number;
}

export interface Evaluator {
  /** Evaluates every alarm that is due. Calls must not overlap. */
  run(signal: AbortSignal): Promise<void>;
  /** When an alarm is due next; undefined without alarms. */
  nextDueMs(): number | undefined;
  figures(): EvaluatorFigures;
  close(): void;
}

/** Something to do for an alarm: look at it up to a time, or at the period that is still running. */
interface Task<Watched = AnyAlarm> {
  readonly watched: Watched;
  readonly endMs: number;
  readonly running: boolean;
}

/**
 * Evaluates metric alarms. Each is due once in its interval, at a second of its own, so that the work is spread. Between its
 * turns an alarm costs nothing but a note of each value that arrives for it; a value that could change its state has it looked
 * at soon after, in the same way as at its turn.
 */
export function createEvaluator(deps: EvaluatorDeps): Evaluator {
  const { book, arrivals, clock, log } = deps;
  const alarms = new Map<string, AnyAlarm>();
  const wheel = new DueWheel<AnyAlarm>();
  const early = new DueWheel<AnyAlarm>();
  const urgent = new Map<AnyAlarm, { readonly running: boolean; readonly endMs: number } | undefined>();
  const counts = { evaluations: 0, reads: 0, transitions: 0, latestMs: 0 };

  const note = (watched: WatchedAlarm) => (urgency: Urgency) => {
    if (urgency === undefined) return;
    if (urgency.kind === "at") early.add(watched, urgency.timeMs + GRACE_MS);
    else if (urgency.kind === "now") urgent.set(watched, undefined);
    else if (!urgent.has(watched)) urgent.set(watched, { running: true, endMs: urgency.endMs });
  };
  const add = (resource: Resource<Alarm>) => {
    const { ref, document } = resource;
    if (document.type !== "MetricAlarm") return;
    const scope = { account: ref.account, region: ref.region };
    const single = watchedMetric(document) !== undefined;
    const watched = single ? new WatchedAlarm(scope, ref.key, document) : new ExpressionAlarm(scope, ref.key, document);
    alarms.set(keyOf(ref.account, ref.region, ref.key), watched);
    const condition = () => book.get(scope, ref.key)?.condition.value;
    if (watched instanceof WatchedAlarm) watched.listen(arrivals, condition, clock.now, note(watched));
    const now = clock.now();
    watched.dueMs = Math.min(nextDue(watched.schedule, watched.offsetMs, now), now + FIRST_MS);
    wheel.add(watched, watched.dueMs);
  };
  const remove = (key: string) => {
    const watched = alarms.get(key);
    if (watched === undefined) return;
    if (watched instanceof WatchedAlarm) watched.stop();
    alarms.delete(key);
  };

  for (const resource of book.all()) add(resource);
  book.onChange(({ ref, after }) => {
    const key = keyOf(ref.account, ref.region, ref.key);
    const watched = alarms.get(key);
    const same = watched?.id === after?.id && watched?.configurationUpdatedAt === after?.configurationUpdatedAt;
    if (watched !== undefined && same) return;
    remove(key);
    const resource = after === undefined ? undefined : book.resource(ref, ref.key);
    if (resource !== undefined) add(resource);
  });

  const isCurrent = (watched: AnyAlarm) =>
    alarms.get(keyOf(watched.scope.account, watched.scope.region, watched.name)) === watched;

  const tasksNow = (now: number): Task[] => {
    const tasks = new Map<AnyAlarm, Task>();
    const regular = (watched: AnyAlarm): Task => ({
      watched,
      endMs: windowEnd(watched.schedule, now),
      running: false,
    });
    for (const watched of early.take(now)) tasks.set(watched, regular(watched));
    for (const watched of wheel.take(now)) {
      if (!isCurrent(watched)) continue;
      counts.latestMs = Math.max(counts.latestMs, now - watched.dueMs);
      watched.dueMs = nextDue(watched.schedule, watched.offsetMs, now);
      wheel.add(watched, watched.dueMs);
      tasks.set(watched, regular(watched));
    }
    for (const [watched, running] of urgent) {
      const isRunning = running !== undefined && running.endMs > now;
      // A turn looks at the minutes before; the one that is running is looked at right after it.
      if (isRunning && tasks.has(watched)) continue;
      urgent.delete(watched);
      tasks.set(watched, isRunning ? { watched, endMs: running.endMs, running: true } : regular(watched));
    }
    return [...tasks.values()].filter(({ watched }) => isCurrent(watched));
  };

  const again = (task: Task) => urgent.set(task.watched, task.running ? task : undefined);

  /** Brings the alarm to what its evaluation came to; one that changed meanwhile is looked at again. */
  const finish = async (task: Task, conclusion: Conclusion) => {
    counts.evaluations++;
    try {
      const outcome = await judge(deps, task, conclusion);
      if (outcome === "changed") counts.transitions++;
      if (outcome === "conflict") again(task);
    } catch (error) {
      // The change of one alarm that can't be written keeps no other from its own.
      log("error", "an alarm's change of state could not be written", { alarm: task.watched.name, error });
      clock.after(RETRY_MS, () => again(task));
    }
  };

  return {
    async run(signal) {
      const tasks = tasksNow(clock.now());
      const metrics = tasks.filter((task): task is Task<WatchedAlarm> => task.watched instanceof WatchedAlarm);
      const expressions = tasks.filter(
        (task): task is Task<ExpressionAlarm> => task.watched instanceof ExpressionAlarm,
      );
      for (let from = 0; from < metrics.length && !signal.aborted; from += CHUNK) {
        const chunk = metrics.slice(from, from + CHUNK);
        try {
          counts.reads += await readWindows(deps, chunk, signal);
        } catch (error) {
          if (signal.aborted) return;
          log("error", "alarms could not read their metrics", { alarms: chunk.length, error });
          for (const { watched } of chunk) {
            watched.window.forget();
            early.add(watched, clock.now() + RETRY_MS);
          }
          continue;
        }
        await Promise.all(chunk.map((task) => finish(task, concludeWindow(task))));
      }
      await atMost(EXPRESSIONS_AT_ONCE, expressions, async (task) => {
        if (signal.aborted) return;
        try {
          await finish(task, await concludeExpression(deps, task, signal));
        } catch (error) {
          if (signal.aborted) return;
          log("error", "an alarm's expression could not be worked out", { alarm: task.watched.name, error });
          early.add(task.watched, clock.now() + RETRY_MS);
        }
      });
    },
    nextDueMs() {
      if (urgent.size > 0) return clock.now();
      const times = [wheel.next(), early.next()].filter((time) => time !== undefined);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    figures: () => ({ alarms: alarms.size, ...counts }),
    close() {
      for (const key of [...alarms.keys()]) remove(key);
    },
  };
}

/** Reads what the windows lack, in as few round trips as the ranges allow. Returns how many series were read. */
async function readWindows(
  { reader, clock }: EvaluatorDeps,
  tasks: readonly Task<WatchedAlarm>[],
  signal: AbortSignal,
): Promise<number> {
  const groups = new Map<
    string,
    { range: TimeRange; wants: { watched: WatchedAlarm; range: TimeRange; query: MetricQuery }[] }
  >();
  for (const { watched, endMs } of tasks) {
    const starts = periodStarts(watched.schedule, endMs);
    const range = watched.window.take(starts.at(-1) ?? endMs, endMs, clock.now());
    if (range === undefined) continue;
    const grainMs = watched.window.grainMs;
    const shared = !watched.window.exact && (range.endMs - range.startMs) / grainMs <= SHARED_GRAINS;
    // Reads of few grains go together when they end in the same stretch of time.
    const stretch = Math.floor(range.startMs / (grainMs * SHARED_GRAINS));
    const key = shared
      ? `shared ${grainMs} ${stretch}`
      : `${watched.window.query.period} ${range.startMs} ${range.endMs}`;
    const group = groups.get(key);
    const want = { watched, range, query: { ...watched.metric, ...watched.window.query } };
    if (group === undefined) groups.set(key, { range, wants: [want] });
    else {
      group.wants.push(want);
      const { startMs, endMs: until } = group.range;
      group.range = { startMs: Math.min(startMs, range.startMs), endMs: Math.max(until, range.endMs) };
    }
  }
  let read = 0;
  for (const { range, wants } of groups.values()) {
    const answers: MetricPoints[] = await reader.read(
      wants.map(({ query }) => query),
      range,
      signal,
    );
    wants.forEach((want, index) => {
      const points = answers[index];
      if (points !== undefined) want.watched.window.fill(want.range, points);
    });
    read += wants.length;
  }
  return read;
}

/** Evaluates an alarm on what its window holds. */
function concludeWindow({ watched, endMs, running }: Task<WatchedAlarm>): Conclusion {
  const starts = periodStarts(watched.schedule, endMs);
  const slots = watched.window.slots(starts, lengthOf(watched, starts, endMs));
  if (!running) {
    watched.settle(endMs);
    watched.window.prune((starts.at(-1) ?? endMs) - watched.window.grainMs);
  }
  return conclude(watched.settings, watched.subject, slots);
}

async function concludeExpression(
  { evaluation, clock }: EvaluatorDeps,
  { watched, endMs }: Task<ExpressionAlarm>,
  signal: AbortSignal,
): Promise<Conclusion> {
  const series = await watched.read(evaluation, endMs, clock.now(), signal);
  const missing = periodStarts(watched.schedule, endMs).map((at) => ({ at, point: undefined }));
  if (series[0]?.group !== undefined) return concludeMany(watched.settings, series);
  return conclude(watched.settings, watched.subject, series[0]?.slots ?? missing);
}

/** Commits the change of an alarm's state that an evaluation calls for, if it does. */
async function judge(
  { state, book, tools, clock }: EvaluatorDeps,
  { watched, endMs, running }: Task,
  conclusion: Conclusion,
): Promise<"same" | "changed" | "conflict"> {
  const resource = book.resource(watched.scope, watched.name);
  if (resource?.document.type !== "MetricAlarm") return "same";
  const alarm: MetricAlarm = resource.document;
  // What a period that was still running has shown is not taken back by looking at the time before it.
  const ahead = (alarm.condition.evaluatedTo ?? endMs) - endMs;
  if (ahead > 0 && ahead <= MOST_AHEAD_MS) return "same";

  const now = clock.now();
  if (alarm.warmingUntil !== undefined && isWarming(alarm, conclusion.points, now)) return "same";
  const { contributors, changes } = contributorChanges(alarm.contributors ?? {}, conclusion.contributors, now);
  // While one of its series stays in ALARM, for want of data that says otherwise, the alarm does too.
  const value = Object.keys(contributors).length > 0 ? "ALARM" : (conclusion.state ?? alarm.condition.value);
  if (running && !(value === "ALARM" && conclusion.breaching >= datapointsNeeded(watched.settings))) return "same";
  const warmedUp = alarm.warmingUntil !== undefined;
  if (value === alarm.condition.value && !warmedUp && changes.length === 0) return "same";
  const condition =
    value === alarm.condition.value
      ? alarm.condition
      : {
          value,
          reason: conclusion.reason(value),
          reasonData: conclusion.reasonData(value, now),
          evaluatedTo: endMs,
        };
  try {
    await state.commit({
      cause,
      ...changeCondition(tools, resource, condition, now, {
        ...(warmedUp && { evaluation: {} }),
        ...(changes.length > 0 && { contributors: { contributors, changes } }),
      }),
    });
  } catch (error) {
    if (error instanceof VersionConflict) return "conflict";
    throw error;
  }
  return value === alarm.condition.value ? "same" : "changed";
}

/** Warming up ends with its time, or unless told otherwise as soon as the window is full. */
function isWarming({ settings, warmingUntil = 0 }: MetricAlarm, points: number, now: number): boolean {
  if (now >= warmingUntil) return false;
  return settings.warmUp?.onlyAfter === true || points < settings.evaluationPeriods;
}

/** Runs `work` for each item, so many at the same time. */
async function atMost<T>(number: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const worker = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(number, items.length) }, worker));
}

/** How long the period is that begins at a start: those of a calendar differ. */
function lengthOf({ schedule }: WatchedAlarm, starts: readonly number[], endMs: number): (start: number) => number {
  if (schedule.calendar === undefined) return () => schedule.period * 1_000;
  const ends = new Map(starts.map((start, index) => [start, index === 0 ? endMs : (starts[index - 1] ?? endMs)]));
  return (start) => (ends.get(start) ?? start) - start;
}

const keyOf = (account: string, region: string, name: string) => `${account} ${region} ${name}`;
