import type { KernelFiles } from "./kernel-files.ts";
import { parseMeminfo } from "./proc.ts";
import type { Collect, Reading } from "./reading.ts";

const readings = (values: Readonly<Record<string, number>>): readonly Reading[] =>
  Object.entries(values).map(([measurement, value]) => ({ measurement, dimensions: {}, value }));

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

export function collectMemory(kernel: KernelFiles): Collect {
  return async () => {
    const info = parseMeminfo((await kernel.read("/proc/meminfo")) ?? "");
    const of = (name: string) => info.get(name) ?? 0;
    const total = of("MemTotal");
    const cached = of("Cached") + of("SReclaimable");
    const used = Math.max(0, total - of("MemFree") - of("Buffers") - cached);
    return readings({
      active: of("Active"),
      available: of("MemAvailable"),
      available_percent: percent(of("MemAvailable"), total),
      buffered: of("Buffers"),
      cached,
      free: of("MemFree"),
      inactive: of("Inactive"),
      shared: of("Shmem"),
      slab: of("Slab"),
      total,
      used,
      used_percent: percent(used, total),
    });
  };
}

export function collectSwap(kernel: KernelFiles): Collect {
  return async () => {
    const info = parseMeminfo((await kernel.read("/proc/meminfo")) ?? "");
    const total = info.get("SwapTotal") ?? 0;
    const free = info.get("SwapFree") ?? 0;
    return readings({ free, used: total - free, used_percent: percent(total - free, total) });
  };
}
