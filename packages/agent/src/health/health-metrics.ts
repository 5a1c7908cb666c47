import type { Sample } from "../metrics/aggregator.ts";
import { COUNTERS, type Health } from "./health.ts";

const MINUTE = 60_000;
const NAMESPACE = "Nephoscope/Agent";

/** Reports the agent's own health every minute: what its counters rose by, and its gauges. */
export function startHealthMetrics(
  health: Health,
  instance: string,
  add: (sample: Sample) => void,
  now: () => number,
  signal: AbortSignal,
): void {
  const dimensions = new Map([["InstanceId", instance]]);
  let before = new Map(health.counts());
  const timer = setInterval(() => {
    const at = now();
    const emit = (name: string, value: number) =>
      add({
        namespace: NAMESPACE,
        name,
        dimensions,
        value,
        unit: name.startsWith("Bytes") || name === "ResidentMemory" ? "Bytes" : "Count",
        at,
        resolution: MINUTE,
      });
    for (const name of COUNTERS) emit(name, health.count(name) - (before.get(name) ?? 0));
    before = new Map(health.counts());
    for (const [name, value] of health.gauges()) emit(name, value);
  }, MINUTE);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
