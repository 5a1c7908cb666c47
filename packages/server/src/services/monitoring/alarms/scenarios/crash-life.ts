import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { virtualClock } from "../../../../platform/clock/virtual-clock.ts";
import type { MetricReader } from "../../../../platform/metrics/metric-reader.ts";
import { openSqliteState } from "../../../../platform/state/sqlite-state.ts";
import { ALARM_KIND, type Alarm } from "../alarm.ts";
import { alarmLife } from "./alarm-life.ts";

/** For the test of crashes: alarms whose metrics are a function of time, so that after any crash their states are known. */

export const START = Date.parse("2026-11-20T12:00:00Z");
export const ALARMS = 100;
export const MINUTE = 60_000;

/** Whether the metric of an alarm is high in a minute: at random, but always the same. */
export function isHigh(alarm: string, minute: number): boolean {
  let hash = minute + 1;
  for (let index = 0; index < alarm.length; index++) hash = Math.imul(hash ^ alarm.charCodeAt(index), 2_654_435_761);
  return ((hash >>> 13) & 3) === 0;
}

const reader: MetricReader = {
  async read(queries, { startMs, endMs }) {
    return queries.map(({ metric }) => {
      const timestamps: number[] = [];
      for (let at = Math.max(startMs, START - 10 * MINUTE); at < endMs; at += MINUTE) timestamps.push(at);
      return {
        unit: "None",
        units: ["None"],
        timestamps,
        values: timestamps.map((at) => (isHigh(metric, Math.round((at - START) / MINUTE)) ? 50 : 1)),
        sampleCounts: timestamps.map(() => 1),
      };
    });
  },
};

export const toldFile = (folder: string) => join(folder, "told.txt");
const progressFile = (folder: string) => join(folder, "minute.txt");

/** The minute up to which the alarms have lived so far. */
export function livedTo(folder: string): number {
  return existsSync(progressFile(folder)) ? Number(readFileSync(progressFile(folder), "utf8")) : 0;
}

/** Opens the alarms in a folder, as a server that starts. What they tell is a line each in a file. */
export async function openCrashLife(folder: string) {
  let now = () => START;
  const state = openSqliteState(join(folder, "state.db"), () => now());
  // The clock goes on from the last thing that was stored, as a real one would have.
  const stored = state
    .scan<Alarm>(ALARM_KIND, undefined, 2 * ALARMS)
    .map(({ document }) => document.condition.updatedAt);
  const startMs = Math.max(START + livedTo(folder) * MINUTE, ...stored.map((at) => at + 1));
  const clock = virtualClock(startMs);
  now = clock.now;
  const life = await alarmLife({
    startMs,
    clock,
    state,
    reader,
    async deliver(_arn, { message }) {
      const { AlarmName, NewStateValue, StateChangeTime } = JSON.parse(message);
      appendFileSync(toldFile(folder), `${AlarmName} ${NewStateValue} ${StateChangeTime}\n`);
    },
  });
  return {
    ...life,
    /** Lives through the next minute. */
    async minute() {
      const minute = Math.floor((clock.now() - START) / MINUTE) + 1;
      await life.advanceTo(START + minute * MINUTE);
      writeFileSync(progressFile(folder), String(minute));
    },
  };
}
