import type { Engine } from "@nephoscope/engine";
import type { Clock } from "../clock/clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { State } from "../state/state.ts";
import { openMetricIndex } from "./list-metrics.ts";
import type { MetricArrivals } from "./metric-arrivals.ts";
import type { MetricIndex } from "./metric-index.ts";
import type { MetricReader } from "./metric-reader.ts";
import type { MetricWriter } from "./metric-writer.ts";
import { openMetricReader } from "./read-points.ts";
import { forgetOldSeries, rollUp } from "./roll-up.ts";
import { openStoreWriter } from "./store-writer.ts";

/** Metrics in the engine: what services write to and read from. */
export interface MetricStore {
  readonly writer: MetricWriter;
  readonly reader: MetricReader;
  readonly index: MetricIndex;
  readonly arrivals: MetricArrivals;
  /** Keeps values received from a time on, in seconds, out of roll-ups while `unsettled` gives one. */
  hold(unsettled: () => number | undefined): void;
  /** Rolls up and drops what is due now, or joins the run under way. */
  rollUp(): Promise<void>;
  /** Waits for what was stored; nothing may be stored after. */
  close(): Promise<void>;
}

export interface MetricStoreParts {
  readonly engine: Engine;
  readonly state: State;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** An hour is rolled up two minutes after it ended; ten more are no matter. */
const ROLL_UP_MS = 10 * 60_000;
/** Right after a start there is more urgent work. */
const FIRST_RUN_MS = 60_000;
const FORGET_MS = 24 * 3_600_000;

export function openMetricStore({ engine, state, jobs, clock }: MetricStoreParts): MetricStore {
  const writer = openStoreWriter(engine, clock);
  const holds: (() => number | undefined)[] = [() => writer.oldestUnsettled()];
  const oldestUnsettled = () => {
    const times = holds.flatMap((hold) => hold() ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  };
  const now = () => Math.floor(clock.now() / 1_000);
  const roll = jobs.every(
    "metrics-roll-up",
    ROLL_UP_MS,
    (signal) => rollUp({ engine, state, now: now(), oldestUnsettled: oldestUnsettled() }, signal),
    FIRST_RUN_MS,
  );
  jobs.every("metrics-forget", FORGET_MS, () => forgetOldSeries(engine, now()), FIRST_RUN_MS);
  return {
    writer,
    reader: openMetricReader(engine, state),
    index: openMetricIndex(engine),
    arrivals: writer,
    hold: (unsettled) => void holds.push(unsettled),
    rollUp: roll,
    close: () => writer.close(),
  };
}
