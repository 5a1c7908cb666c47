import type { Clock } from "../../../../platform/clock/clock.ts";
import type { Log } from "../../../../platform/log/log.ts";
import type { MetricArrivals } from "../../../../platform/metrics/metric-arrivals.ts";
import type { MetricPoints, MetricQuery, MetricReader, TimeRange } from "../../../../platform/metrics/metric-reader.ts";
import { type Resource, type State, VersionConflict } from "../../../../platform/state/state.ts";
import type { Alarm, MetricAlarm } from "../alarm.ts";
import type { AlarmBook } from "../alarm-book.ts";
import { isBreaching } from "../evaluation/breaching.ts";
import { evaluate, type Verdict } from "../evaluation/evaluate.ts";
import { reasonText } from "../evaluation/reason.ts";
import { reasonData } from "../evaluation/reason-data.ts";
import { nextDue, periodStarts, windowEnd } from "../evaluation/schedule.ts";
import { datapointsNeeded } from "../evaluation/settings.ts";
import { changeCondition, type TransitionTools } from "../transition.ts";
import { DueWheel } from "./due-wheel.ts";
import { type Urgency, WatchedAlarm, watchedMetric } from "./watched-alarm.ts";

/** Alarms evaluated in one go: their reads share one round trip and their changes of state one transaction. */
const CHUNK = 500;
/** A read of this many grains or fewer is shared by alarms that need different ones of them. */
const SHARED_GRAINS = 16;
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
  readonly clock: Clock;
  readonly log: Log;
}

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
interface Task {
  readonly watched: WatchedAlarm;
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
  const alarms = new Map<string, WatchedAlarm>();
  const wheel = new DueWheel<WatchedAlarm>();
  const early = new DueWheel<WatchedAlarm>();
  const urgent = new Map<WatchedAlarm, { readonly running: boolean; readonly endMs: number } | undefined>();
  const counts = { evaluations: 0, reads: 0, transitions: 0, latestMs: 0 };

  const note = (watched: WatchedAlarm) => (urgency: Urgency) => {
    if (urgency === undefined) return;
    if (urgency.kind === "at") early.add(watched, urgency.timeMs + GRACE_MS);
    else if (urgency.kind === "now") urgent.set(watched, undefined);
    else if (!urgent.has(watched)) urgent.set(watched, { running: true, endMs: urgency.endMs });
  };
  const add = (resource: Resource<Alarm>) => {
    const { ref, document } = resource;
    if (document.type !== "MetricAlarm" || watchedMetric(document) === undefined) return;
    const scope = { account: ref.account, region: ref.region };
    const watched = new WatchedAlarm(scope, ref.key, document);
    alarms.set(keyOf(ref.account, ref.region, ref.key), watched);
    const condition = () => book.get(scope, ref.key)?.condition.value;
    watched.listen(arrivals, condition, clock.now, note(watched));
    const now = clock.now();
    watched.dueMs = Math.min(nextDue(watched.schedule, watched.offsetMs, now), now + FIRST_MS);
    wheel.add(watched, watched.dueMs);
  };
  const remove = (key: string) => {
    alarms.get(key)?.stop();
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

  const isCurrent = (watched: WatchedAlarm) =>
    alarms.get(keyOf(watched.scope.account, watched.scope.region, watched.name)) === watched;

  const tasksNow = (now: number): Task[] => {
    const tasks = new Map<WatchedAlarm, Task>();
    for (const [watched, running] of urgent) {
      const endMs = running?.endMs ?? windowEnd(watched.schedule, now);
      tasks.set(watched, { watched, endMs, running: running !== undefined && endMs > now });
    }
    urgent.clear();
    const regular = (watched: WatchedAlarm): Task => ({
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
    return [...tasks.values()].filter(({ watched }) => isCurrent(watched));
  };

  return {
    async run(signal) {
      const tasks = tasksNow(clock.now());
      for (let from = 0; from < tasks.length && !signal.aborted; from += CHUNK) {
        const chunk = tasks.slice(from, from + CHUNK);
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
        counts.evaluations += chunk.length;
        const changed = await Promise.all(chunk.map((task) => judge(deps, task)));
        counts.transitions += changed.filter((outcome) => outcome === "changed").length;
        changed.forEach((outcome, index) => {
          const watched = chunk[index]?.watched;
          // Another change came first: look again on what it wrote.
          if (outcome === "conflict" && watched !== undefined) urgent.set(watched, undefined);
        });
      }
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
  tasks: readonly Task[],
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

/** Evaluates one alarm on what its window holds, and commits the change of its state if there is one. */
async function judge(deps: EvaluatorDeps, task: Task): Promise<"same" | "changed" | "conflict"> {
  const { state, book, tools, clock } = deps;
  const { watched, endMs, running } = task;
  const resource = book.resource(watched.scope, watched.name);
  if (resource?.document.type !== "MetricAlarm") return "same";
  const alarm: MetricAlarm = resource.document;
  const starts = periodStarts(watched.schedule, endMs);
  const slots = watched.window.slots(starts, lengthOf(watched, starts, endMs));
  if (!running) {
    watched.settle(endMs);
    watched.window.prune((starts.at(-1) ?? endMs) - watched.window.grainMs);
    watched.evaluatedTo = endMs;
  }
  // What a period that was still running has shown is not taken back by looking at the time before it.
  const ahead = (alarm.condition.evaluatedTo ?? endMs) - endMs;
  if (ahead > 0 && ahead <= MOST_AHEAD_MS) return "same";

  const now = clock.now();
  const verdict = evaluate(watched.settings, slots);
  const points = slots.filter(({ point }) => point !== undefined).length;
  const warming = alarm.warmingUntil !== undefined && isWarming(alarm, points, now);
  if (warming) return "same";
  const value = verdict.state ?? alarm.condition.value;
  if (running && !(value === "ALARM" && breachingPoints(watched, verdict) >= datapointsNeeded(watched.settings)))
    return "same";
  const warmedUp = alarm.warmingUntil !== undefined;
  if (value === alarm.condition.value && !warmedUp) return "same";
  const condition =
    value === alarm.condition.value
      ? alarm.condition
      : {
          value,
          reason: reasonText(watched.settings, value, verdict),
          reasonData: reasonData(watched.settings, watched.subject, verdict, now),
          evaluatedTo: endMs,
        };
  try {
    await state.commit({
      cause,
      ...changeCondition(tools, resource, condition, now, warmedUp ? { evaluation: {} } : {}),
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

const breachingPoints = ({ settings }: WatchedAlarm, { evaluated }: Verdict) =>
  evaluated.filter(({ point }) => point !== undefined && isBreaching(point, settings.limit)).length;

/** How long the period is that begins at a start: those of a calendar differ. */
function lengthOf({ schedule }: WatchedAlarm, starts: readonly number[], endMs: number): (start: number) => number {
  if (schedule.calendar === undefined) return () => schedule.period * 1_000;
  const ends = new Map(starts.map((start, index) => [start, index === 0 ? endMs : (starts[index - 1] ?? endMs)]));
  return (start) => (ends.get(start) ?? start) - start;
}

const keyOf = (account: string, region: string, name: string) => `${account} ${region} ${name}`;
