import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { migrate, startEngine } from "@nephoscope/engine";
import { systemClock } from "../../packages/server/src/platform/clock/clock.ts";
import { startJobs } from "../../packages/server/src/platform/jobs/jobs.ts";
import { openMetricStore } from "../../packages/server/src/platform/metrics/metric-store.ts";
import { unitNumber } from "../../packages/server/src/platform/metrics/units.ts";
import { notificationTargets } from "../../packages/server/src/platform/notifications/notification.ts";
import { openSqliteState } from "../../packages/server/src/platform/state/sqlite-state.ts";
import { alarmRef, type MetricAlarm } from "../../packages/server/src/services/monitoring/alarms/alarm.ts";
import { startAlarms } from "../../packages/server/src/services/monitoring/alarms/start-alarms.ts";
import { usageOf } from "../server/processes.ts";

/** Runs in a process of its own: the metric store and the alarms of the server, without its door, so that their cost is apart. */
export interface AlarmLoadOrder {
  readonly directory: string;
  readonly alarms: number;
  /** Seconds of each measured stretch. */
  readonly seconds: number;
}

export interface AlarmLoadReport {
  /** Seconds of CPU in a second of the clock, of this process and of the engine's: with values alone, and with alarms on them. */
  readonly without: Share;
  readonly withAlarms: Share;
  /** Until there had been as many evaluations as there are alarms. */
  readonly roundMs: number;
  readonly latestMs: number;
  /** From the arrival of values that bring every alarm to ALARM. */
  readonly storm: { readonly changedMs: number; readonly toldMs: number };
  /** From the arrival of a value to its alarm's action, one alarm at a time, all others at rest. */
  readonly lone: readonly number[];
}

interface Share {
  readonly own: number;
  readonly engine: number;
}

const SCOPE = { account: "123456789012", region: "us-east-1" };
const TOPIC = "arn:aws:sns:us-east-1:123456789012:t";
const CALL = 1_000;
const LONE = 20;

process.once("message", (order: AlarmLoadOrder) => {
  run(order).then(
    (report) => process.send?.(report, undefined, undefined, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function run({ directory, alarms: count, seconds }: AlarmLoadOrder): Promise<AlarmLoadReport> {
  const clock = systemClock();
  const log = () => {};
  const engine = await startEngine({ dataDir: join(directory, "engine"), database: "nephoscope", log });
  await migrate({ client: engine.client, database: "nephoscope", log });
  const state = openSqliteState(join(directory, "state.db"), clock.now);
  const jobs = startJobs(clock, log);
  const metrics = openMetricStore({ engine, state, jobs, clock });
  const unit = unitNumber("None");
  if (unit === undefined) throw new Error("The unit None has no number");
  let puts = 0n;
  const put = async (from: number, to: number, value: number) => {
    const batch = metrics.writer.begin({ ...SCOPE, put: ++puts, expected: to - from });
    for (let index = from; index < to; index++) {
      batch.metric("Bench", "m", [{ Name: "Host", Value: `h${index}` }]);
      batch.value(unit, clock.now(), 60, value);
    }
    await batch.store();
  };
  let high = false;
  const values = async () => {
    for (let from = 0; from < count; from += CALL) await put(from, Math.min(count, from + CALL), high ? 100 : 1);
  };
  // A fleet's values come spread over the minute.
  let feeding = true;
  const feed = (async () => {
    const pause = (60_000 * CALL) / count;
    for (let from = 0; feeding; from = (from + CALL) % count) {
      const began = clock.now();
      if (!high) await put(from, Math.min(count, from + CALL), 1);
      await delay(Math.max(0, pause - (clock.now() - began)));
    }
  })();

  const measure = async (): Promise<Share> => {
    const before = usageOf(process.pid);
    await delay(seconds * 1_000);
    const after = usageOf(process.pid);
    const all = (after.cpuSeconds - before.cpuSeconds) / seconds;
    const engineShare = (after.engineCpuSeconds - before.engineCpuSeconds) / seconds;
    return { own: all - engineShare, engine: engineShare };
  };

  await delay(5_000);
  const without = await measure();

  for (let from = 0; from < count; from += CALL) {
    await state.commit({
      cause: { action: "bench" },
      changes: Array.from({ length: Math.min(CALL, count - from) }, (_, index) => ({
        put: alarmRef(SCOPE, `alarm-${from + index}`),
        document: alarm(from + index, clock.now()),
        expect: "absent" as const,
      })),
    });
  }
  const targets = notificationTargets();
  const told: number[] = [];
  targets.add({
    name: "SNS topic",
    takes: () => true,
    async deliver() {
      told.push(clock.now());
    },
  });
  const { reader, index, arrivals } = metrics;
  const alarms = await startAlarms({
    state,
    reader,
    arrivals,
    evaluation: { reader, index },
    targets,
    jobs,
    clock,
    log,
  });
  await delay(30_000);
  const evaluations = () => alarms.evaluator.figures().evaluations;
  const [begun, roundFrom] = [evaluations(), clock.now()];
  const withAlarms = await measure();
  while (evaluations() - begun < count) await delay(20);
  const roundMs = clock.now() - roundFrom;
  const { latestMs } = alarms.evaluator.figures();

  const lone: number[] = [];
  for (let index = 0; index < LONE; index++) {
    const before = told.length;
    const from = clock.now();
    await put(index, index + 1, 100);
    while (told.length === before) await delay(5);
    lone.push((told.at(-1) ?? 0) - from);
    await delay(300);
  }

  high = true;
  const changedBefore = alarms.evaluator.figures().transitions;
  const toldBefore = told.length;
  const stormFrom = clock.now();
  await values();
  while (alarms.evaluator.figures().transitions - changedBefore < count - LONE) await delay(20);
  const changedMs = clock.now() - stormFrom;
  while (told.length - toldBefore < count - LONE) await delay(20);
  const toldMs = clock.now() - stormFrom;

  feeding = false;
  await feed;
  alarms.close();
  await jobs.close();
  await metrics.close();
  state.close();
  await engine.close();
  return { without, withAlarms, roundMs, latestMs, storm: { changedMs, toldMs }, lone };
}

function alarm(index: number, nowMs: number): MetricAlarm {
  return {
    type: "MetricAlarm",
    id: `bench-${index}`,
    actionsEnabled: true,
    okActions: [],
    alarmActions: [TOPIC],
    insufficientDataActions: [],
    tags: {},
    configurationUpdatedAt: nowMs,
    condition: { value: "OK", reason: "the start", updatedAt: nowMs, transitionedAt: nowMs },
    settings: {
      metric: {
        namespace: "Bench",
        name: "m",
        dimensions: [{ Name: "Host", Value: `h${index}` }],
        statistic: "Maximum",
        period: 60,
      },
      evaluationPeriods: 1,
      comparison: "GreaterThanThreshold",
      threshold: 50,
      treatMissingData: "ignore",
    },
  };
}
