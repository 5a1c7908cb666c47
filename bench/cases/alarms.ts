import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Case, type Figure, percentile } from "../case.ts";
import type { AlarmLoadOrder, AlarmLoadReport } from "../load/alarm-load.ts";

const ALARMS = 20_000;
const SECONDS = 60;

export const alarms: Case = {
  name: "alarms",
  about:
    "20,000 one-minute alarms, each on a metric of its own that gets a value a minute: what evaluating them costs beside storing the values, how late the latest evaluation was, how long a lone alarm takes from its value's arrival to its action, and a storm in which all of them change at once. Metric store and alarms in a process of their own, without the server's door.",
  async run(bench) {
    await bench.release();
    const report = await load({ directory: bench.freshDirectory(), alarms: ALARMS, seconds: SECONDS });
    const { without, withAlarms, storm, lone } = report;
    const cost = withAlarms.own + withAlarms.engine - without.own - without.engine;
    const figures: Figure[] = [
      { name: "share of one core for evaluating", value: cost, unit: "ratio", target: { atMost: 0.25 } },
      { name: "of it in the server", value: withAlarms.own - without.own, unit: "ratio" },
      { name: "of it in the engine", value: withAlarms.engine - without.engine, unit: "ratio" },
      { name: "share of one core for storing the values", value: without.own + without.engine, unit: "ratio" },
      // Turns come by whole seconds, so that a minute by the clock holds 59 to 61 of them.
      { name: "20,000 evaluations took", value: report.roundMs / 1_000, unit: "s", target: { atMost: 61 } },
      { name: "latest evaluation after it was due", value: report.latestMs / 1_000, unit: "s", target: { atMost: 10 } },
      { name: "value to action, one alarm at rest, median", value: percentile(lone, 0.5), unit: "ms" },
      {
        name: "value to action, one alarm at rest, longest",
        value: Math.max(...lone),
        unit: "ms",
        target: { atMost: 5_000 },
      },
      { name: "storm: all 20,000 in ALARM after", value: storm.changedMs / 1_000, unit: "s" },
      { name: "storm: all 20,000 actions delivered after", value: storm.toldMs / 1_000, unit: "s" },
    ];
    return figures;
  },
};

function load(order: AlarmLoadOrder): Promise<AlarmLoadReport> {
  const child = fork(fileURLToPath(new URL("../load/alarm-load.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.on("message", (report: AlarmLoadReport) => resolve(report));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The alarms ended with ${code} before their report`)));
    child.send(order);
  });
}
