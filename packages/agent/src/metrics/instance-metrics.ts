import type { Journal } from "../health/journal.ts";
import { collectCpu } from "../host/collect-cpu.ts";
import type { KernelFiles } from "../host/kernel-files.ts";
import { type DiskCounters, type NetCounters, parseDiskstats, parseMounts, parseNetDev } from "../host/proc.ts";
import { Differences } from "../host/reading.ts";
import type { Sample } from "./aggregator.ts";

export interface InstanceMetricsOptions {
  readonly instanceId: string;
  /** Every minute instead of every five. */
  readonly detailed: boolean;
  readonly kernel: KernelFiles;
  readonly add: (sample: Sample) => void;
  readonly journal: Journal;
  readonly now: () => number;
}

const MINUTE = 60_000;

/** Disks and interfaces that are made of others, or of memory: what passes them passes a real one too, or none. */
const MADE_DISK = /^(loop|ram|zram|dm-|md|sr|fd)|^(sd[a-z]+|vd[a-z]+|xvd[a-z]+|nvme\d+n\d+p|mmcblk\d+p)\d+$/;
const MADE_INTERFACE = /^(lo$|docker|br-|veth|virbr|tun|tap|ifb|dummy|bond.*\.|cni|flannel|cali)/;

/** Bit of `/proc/sys/kernel/tainted` that says: the processor reported a machine check. */
const MACHINE_CHECK = 16;

/**
 * The metrics that EC2 itself gives of an instance, under their names in `AWS/EC2`: what this host can know of them. Status
 * checks: the instance's fails when no interface but the loopback is up or the root file system is read-only, the system's
 * when the kernel has seen a machine check.
 */
export function startInstanceMetrics(options: InstanceMetricsOptions, signal: AbortSignal): void {
  const collect = instanceCollector(options);
  const timer = setInterval(() => void round(), MINUTE);
  const round = () =>
    collect().catch((error: unknown) => {
      options.journal.write(
        "error",
        `instance metrics can not be collected: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  void round();
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

/** One collection: differences since the last. */
export function instanceCollector({
  instanceId,
  detailed,
  kernel,
  add,
  now,
}: InstanceMetricsOptions): () => Promise<void> {
  const cpu = collectCpu(kernel, { totalCpu: true, eachCpu: false });
  const disks = new Differences<DiskCounters>();
  const interfaces = new Differences<NetCounters>();
  const dimensions = new Map([["InstanceId", instanceId]]);
  return async () => {
    const at = now();
    const emit = (name: string, value: number, unit: string, resolution = detailed ? MINUTE : 5 * MINUTE) =>
      add({ namespace: "AWS/EC2", name, dimensions, value, unit, at, resolution });
    for (const { measurement, value } of await cpu())
      if (measurement === "usage_active") emit("CPUUtilization", value, "Percent");

    const net = { in: 0, out: 0, packetsIn: 0, packetsOut: 0, any: false };
    interfaces.take(only(parseNetDev((await kernel.read("/proc/net/dev")) ?? ""), MADE_INTERFACE), (_, of) => {
      net.any = true;
      net.in += Math.max(0, of("bytes_recv"));
      net.out += Math.max(0, of("bytes_sent"));
      net.packetsIn += Math.max(0, of("packets_recv"));
      net.packetsOut += Math.max(0, of("packets_sent"));
    });
    if (net.any) {
      emit("NetworkIn", net.in, "Bytes");
      emit("NetworkOut", net.out, "Bytes");
      emit("NetworkPacketsIn", net.packetsIn, "Count");
      emit("NetworkPacketsOut", net.packetsOut, "Count");
    }

    const disk = { reads: 0, writes: 0, readBytes: 0, writeBytes: 0, any: false };
    disks.take(only(parseDiskstats((await kernel.read("/proc/diskstats")) ?? ""), MADE_DISK), (_, of) => {
      disk.any = true;
      disk.reads += Math.max(0, of("reads"));
      disk.writes += Math.max(0, of("writes"));
      disk.readBytes += Math.max(0, of("read_bytes"));
      disk.writeBytes += Math.max(0, of("write_bytes"));
    });
    if (disk.any) {
      emit("DiskReadOps", disk.reads, "Count");
      emit("DiskWriteOps", disk.writes, "Count");
      emit("DiskReadBytes", disk.readBytes, "Bytes");
      emit("DiskWriteBytes", disk.writeBytes, "Bytes");
    }

    const [instance, system] = await statusChecks(kernel);
    // EC2 gives status checks every minute, whatever the monitoring.
    emit("StatusCheckFailed_Instance", instance, "Count", MINUTE);
    emit("StatusCheckFailed_System", system, "Count", MINUTE);
    emit("StatusCheckFailed", Math.max(instance, system), "Count", MINUTE);
  };
}

const only = <V>(all: ReadonlyMap<string, V>, but: RegExp): ReadonlyMap<string, V> =>
  new Map([...all].filter(([name]) => !but.test(name)));

async function statusChecks(kernel: KernelFiles): Promise<readonly [instance: number, system: number]> {
  const names = (await kernel.list("/sys/class/net")).filter((name) => name !== "lo");
  const states = await Promise.all(names.map((name) => kernel.read(`/sys/class/net/${name}/operstate`)));
  // Virtual interfaces do not know whether they are up.
  const reachable = names.length === 0 || states.some((state) => ["up", "unknown"].includes(state?.trim() ?? ""));
  const root = parseMounts((await kernel.read("/proc/self/mounts")) ?? "").findLast(({ path }) => path === "/");
  const tainted = Number.parseInt((await kernel.read("/proc/sys/kernel/tainted")) ?? "0", 10);
  return [reachable && root?.readOnly !== true ? 0 : 1, (tainted & MACHINE_CHECK) === 0 ? 0 : 1];
}
