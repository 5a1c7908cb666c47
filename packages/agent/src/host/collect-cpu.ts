import type { PluginSource } from "../configuration/metric-section.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { type CpuTimes, parseCpuTimes } from "./proc.ts";
import { type Collect, Differences, type Reading } from "./reading.ts";

/** Guests' time is part of `user` and `nice` in the kernel's counting. */
const own = (times: CpuTimes): CpuTimes => ({
  ...times,
  user: times.user - times.guest,
  nice: times.nice - times.guest_nice,
});

const PARTS = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"] as const;

/** `time_…` in hundredths of a second since the host's start, `usage_…` in percent since the last collection. */
export function collectCpu(
  kernel: KernelFiles,
  { totalCpu, eachCpu }: Pick<PluginSource, "totalCpu" | "eachCpu">,
): Collect {
  const differences = new Differences<CpuTimes>();
  return async () => {
    const times = new Map<string, CpuTimes>();
    for (const [name, each] of parseCpuTimes((await kernel.read("/proc/stat")) ?? "")) {
      if (name === "cpu-total" ? totalCpu : eachCpu) times.set(name, own(each));
    }
    const readings: Reading[] = [];
    for (const [cpu, each] of times) {
      const add = (measurement: string, value: number) => readings.push({ measurement, dimensions: { cpu }, value });
      for (const part of PARTS) add(`time_${part}`, each[part]);
      add(
        "time_active",
        PARTS.reduce((sum, part) => sum + (part === "idle" ? 0 : each[part]), 0),
      );
    }
    differences.take(times, (cpu, of) => {
      const total = PARTS.reduce((sum, part) => sum + of(part), 0);
      // Nothing passed, or a processor was taken away and its counters began anew.
      if (total <= 0) return;
      const add = (measurement: string, value: number) =>
        readings.push({ measurement, dimensions: { cpu }, value: Math.min(100, Math.max(0, (100 * value) / total)) });
      for (const part of PARTS) add(`usage_${part}`, of(part));
      add("usage_active", total - of("idle"));
    });
    return readings;
  };
}
