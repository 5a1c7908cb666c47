import type { PluginSource } from "../configuration/metric-section.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { type DiskCounters, parseDiskstats, parseMounts } from "./proc.ts";
import { type Collect, Differences, type Reading } from "./reading.ts";

type DiskChoice = Pick<PluginSource, "resources" | "ignoredTypes" | "dropDevice">;

/** Space of mounted file systems. Those without any, such as `proc`, have nothing to report. */
export function collectDisk(kernel: KernelFiles, { resources, ignoredTypes, dropDevice }: DiskChoice): Collect {
  return async () => {
    const readings: Reading[] = [];
    const seen = new Set<string>();
    for (const { device, path, type } of parseMounts((await kernel.read("/proc/self/mounts")) ?? "").toReversed()) {
      // Of what is mounted over another at one place, the last is what one sees.
      if (seen.has(path) || ignoredTypes.has(type) || resources?.has(path) === false) continue;
      seen.add(path);
      const size = await kernel.fileSystem(path);
      if (size === undefined || size.total === 0) continue;
      const dimensions = { path, fstype: type, ...(!dropDevice && { device: device.replace(/^\/dev\//, "") }) };
      const add = (measurement: string, value: number) => readings.push({ measurement, dimensions, value });
      add("total", size.total);
      add("free", size.free);
      add("used", size.used);
      add("used_percent", (100 * size.used) / Math.max(1, size.used + size.free));
      add("inodes_total", size.inodes_total);
      add("inodes_free", size.inodes_free);
      add("inodes_used", size.inodes_total - size.inodes_free);
    }
    return readings;
  };
}

const COUNTERS = ["reads", "read_bytes", "read_time", "writes", "write_bytes", "write_time", "io_time"] as const;

/** Differences of the devices' counters since the last collection. */
export function collectDiskIo(kernel: KernelFiles, { resources }: Pick<PluginSource, "resources">): Collect {
  const differences = new Differences<DiskCounters>();
  return async () => {
    const readings: Reading[] = [];
    const disks = new Map(
      [...parseDiskstats((await kernel.read("/proc/diskstats")) ?? "")].filter(
        ([name]) => resources?.has(name) ?? true,
      ),
    );
    differences.take(disks, (name, of) => {
      const add = (measurement: string, value: number) => readings.push({ measurement, dimensions: { name }, value });
      for (const counter of COUNTERS) if (of(counter) >= 0) add(counter, of(counter));
      add("iops_in_progress", disks.get(name)?.iops_in_progress ?? 0);
    });
    return readings;
  };
}
