import type { PluginSource } from "../configuration/metric-section.ts";
import { collectCpu } from "./collect-cpu.ts";
import { collectDisk, collectDiskIo } from "./collect-disk.ts";
import { collectMemory, collectSwap } from "./collect-memory.ts";
import { collectNet, collectNetstat } from "./collect-net.ts";
import { collectProcesses, collectProcstat } from "./collect-processes.ts";
import type { KernelFiles } from "./kernel-files.ts";
import type { Collect } from "./reading.ts";

export function collectorOf(source: PluginSource, kernel: KernelFiles, now: () => number): Collect {
  switch (source.plugin) {
    case "cpu":
      return collectCpu(kernel, source);
    case "disk":
      return collectDisk(kernel, source);
    case "diskio":
      return collectDiskIo(kernel, source);
    case "mem":
      return collectMemory(kernel);
    case "net":
      return collectNet(kernel, source);
    case "netstat":
      return collectNetstat(kernel);
    case "processes":
      return collectProcesses(kernel);
    case "procstat":
      return collectProcstat(kernel, source, now);
    case "swap":
      return collectSwap(kernel);
  }
}
