import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "../lines/pattern.ts";
import { instanceCollector } from "../metrics/instance-metrics.ts";
import { collectCpu } from "./collect-cpu.ts";
import { collectDisk, collectDiskIo } from "./collect-disk.ts";
import { collectMemory, collectSwap } from "./collect-memory.ts";
import { collectNet, collectNetstat } from "./collect-net.ts";
import { collectProcesses, collectProcstat } from "./collect-processes.ts";
import { type KernelFiles, kernelFiles } from "./kernel-files.ts";
import { parseLimits, parseMounts, parseProcessStat } from "./proc.ts";
import type { Reading } from "./reading.ts";

/** Files of a kernel, by path; a change is seen by the next collection. */
function kernelOf(files: Record<string, string>): KernelFiles {
  return {
    read: async (path) => files[path],
    list: async (path) => [
      ...new Set(
        Object.keys(files)
          .filter((each) => each.startsWith(`${path}/`))
          .map((each) => each.slice(path.length + 1).split("/")[0] ?? ""),
      ),
    ],
    fileSystem: async (path) =>
      path === "/" ? { total: 1000, free: 300, used: 600, inodes_total: 50, inodes_free: 40 } : undefined,
  };
}

const values = (
  readings: readonly Reading[],
  dimensions: Readonly<Record<string, string>> = {},
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    readings
      .filter((each) => Object.entries(dimensions).every(([name, value]) => each.dimensions[name] === value))
      .map(({ measurement, value }) => [measurement, value]),
  );

test("processors: time in hundredths of a second, usage in percent of what passed; a guest's time is counted once", async () => {
  const files = { "/proc/stat": "cpu  100 0 50 800 50 0 0 0 20 0\ncpu0 100 0 50 800 50 0 0 0 20 0\nintr 1 2\n" };
  const collect = collectCpu(kernelOf(files), { totalCpu: true, eachCpu: true });
  assert.equal(values(await collect(), { cpu: "cpu0" }).time_user, 80);
  files["/proc/stat"] = "cpu  150 0 60 830 60 0 0 0 30 0\ncpu0 150 0 60 830 60 0 0 0 30 0\n";
  const found = values(await collect(), { cpu: "cpu-total" });
  assert.deepEqual(
    [found.usage_user, found.usage_guest, found.usage_system, found.usage_idle, found.usage_iowait, found.usage_active],
    [40, 10, 10, 30, 10, 70],
  );
  files["/proc/stat"] = "cpu  0 0 0 1 0 0 0 0 0 0\n";
  assert.equal(values(await collect()).usage_user, undefined, "counters that began anew give no usage");
});

test("memory and swap", async () => {
  const kernel = kernelOf({
    "/proc/meminfo":
      "MemTotal: 1000 kB\nMemFree: 200 kB\nMemAvailable: 500 kB\nBuffers: 50 kB\nCached: 250 kB\nSReclaimable: 50 kB\nSwapTotal: 100 kB\nSwapFree: 75 kB\nHugePages_Total: 0\n",
  });
  const { used, used_percent, cached, available_percent } = values(await collectMemory(kernel)());
  assert.deepEqual([used, used_percent, cached, available_percent], [450 * 1024, 45, 300 * 1024, 50]);
  assert.deepEqual(values(await collectSwap(kernel)()), { free: 75 * 1024, used: 25 * 1024, used_percent: 25 });
});

test("file systems: those with space, by path; chosen ones only", async () => {
  const kernel = kernelOf({
    "/proc/self/mounts": "/dev/vda1 / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\ntmpfs /my\\040disk tmpfs rw 0 0\n",
  });
  const [first, ...others] = await collectDisk(kernel, {
    resources: undefined,
    ignoredTypes: new Set(),
    dropDevice: false,
  })();
  assert.deepEqual(first, {
    measurement: "total",
    dimensions: { path: "/", fstype: "ext4", device: "vda1" },
    value: 1000,
  });
  assert.ok(Math.abs((values(others).used_percent ?? 0) - 66.67) < 0.01);
  assert.deepEqual(
    await collectDisk(kernel, { resources: new Set(["/data"]), ignoredTypes: new Set(), dropDevice: false })(),
    [],
  );
  assert.equal(parseMounts("tmpfs /my\\040disk tmpfs ro 0 0\n")[0]?.path, "/my disk");
});

test("disks and interfaces report differences; a counter that fell is left out", async () => {
  const files = {
    "/proc/diskstats": "   8       0 sda 100 0 200 30 50 0 100 20 1 40 60 0 0 0 0\n",
    "/proc/net/dev": "Inter-|   Receive\n face |bytes\n  eth0: 1000 10 0 0 0 0 0 0 500 5 0 0 0 0 0 0\n",
  };
  const kernel = kernelOf(files);
  const disk = collectDiskIo(kernel, { resources: undefined });
  const net = collectNet(kernel, { resources: undefined });
  assert.deepEqual([await disk(), await net()], [[], []]);
  files["/proc/diskstats"] = "   8       0 sda 110 0 220 35 40 0 104 22 3 45 60 0 0 0 0\n";
  files["/proc/net/dev"] = "  eth0:1500 12 1 2 0 0 0 0 400 6 0 0 0 0 0 0\n";
  assert.deepEqual(values(await disk(), { name: "sda" }), {
    reads: 10,
    read_bytes: 20 * 512,
    read_time: 5,
    write_bytes: 4 * 512,
    write_time: 2,
    io_time: 5,
    iops_in_progress: 3,
  });
  assert.deepEqual(values(await net(), { interface: "eth0" }), {
    bytes_recv: 500,
    packets_recv: 2,
    err_in: 1,
    drop_in: 2,
    packets_sent: 1,
    err_out: 0,
    drop_out: 0,
  });
});

test("sockets by state", async () => {
  const head = "  sl  local_address rem_address   st\n";
  const kernel = kernelOf({
    "/proc/net/tcp": `${head}   0: 0100007F:1F90 00000000:0000 0A\n   1: a b 01\n`,
    "/proc/net/tcp6": `${head}   0: a b 01\n   1: a b 06\n`,
    "/proc/net/udp": `${head}   0: a b 07\n`,
  });
  const found = values(await collectNetstat(kernel)());
  assert.deepEqual(
    [found.tcp_established, found.tcp_listen, found.tcp_time_wait, found.udp_socket, found.tcp_closing],
    [2, 1, 1, 1, 0],
  );
});

const STAT = (pid: number, command: string, state: string, user: number, threads: number) =>
  `${pid} (${command}) ${state} 1 1 1 0 -1 0 0 0 0 0 ${user} 10 0 0 20 0 ${threads} 0 12345 1000 100 18446744073709551615 0 0 0 0 0 0 0 0 0 0 0 0 17 0 0 0 0 0 0\n`;

test("processes by state, whatever their names", async () => {
  const kernel = kernelOf({
    "/proc/1/stat": STAT(1, "init", "S", 1, 1),
    "/proc/22/stat": STAT(22, "a) R (b", "Z", 1, 1),
    "/proc/333/stat": STAT(333, "java", "R", 1, 40),
    "/proc/self/x": "",
  });
  const found = values(await collectProcesses(kernel)());
  assert.deepEqual([found.total, found.total_threads, found.sleeping, found.zombies, found.running], [3, 42, 1, 1, 1]);
  assert.equal(parseProcessStat(STAT(22, "a) R (b", "Z", 1, 1))?.command, "a) R (b");
});

test("a process that is watched: usage between two looks, memory, limits, number of matches", async () => {
  let now = 10_000;
  const files: Record<string, string> = {
    "/proc/7/stat": STAT(7, "mariadbd", "S", 100, 9),
    "/proc/7/cmdline": "/usr/sbin/mariadbd\0--datadir=/x\0",
    "/proc/7/status":
      "Name:\tmariadbd\nVmRSS:\t  2048 kB\nSigPnd:\t0000000000000003\nShdPnd:\t0000000000000000\nvoluntary_ctxt_switches:\t5\n",
    "/proc/7/limits":
      "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 unlimited            files     \n",
    "/proc/7/fd/0": "",
    "/proc/7/fd/1": "",
  };
  const names = [
    "cpu_usage",
    "cpu_time",
    "memory_rss",
    "num_fds",
    "pid_count",
    "rlimit_num_fds_soft",
    "rlimit_num_fds_hard",
    "signals_pending",
  ];
  const measurements = names.map((name) => ({ name, rename: undefined, unit: undefined }));
  const collect = collectProcstat(
    kernelOf(files),
    { processes: { by: "pattern", text: "datadir=/x", pattern: compilePattern("datadir=/x") }, measurements },
    () => now,
  );
  await collect();
  now += 1000;
  files["/proc/7/stat"] = STAT(7, "mariadbd", "S", 150, 9);
  const readings = await collect();
  assert.deepEqual(values(readings), {
    cpu_usage: 50,
    cpu_time: 160,
    memory_rss: 2048 * 1024,
    num_fds: 2,
    rlimit_num_fds_soft: 1024,
    signals_pending: 2,
    pid_count: 1,
  });
  assert.deepEqual(readings[0]?.dimensions, { pattern: "datadir=/x", process_name: "mariadbd" });
  assert.equal(parseLimits(files["/proc/7/limits"] ?? "").get("Max open files")?.hard, Number.POSITIVE_INFINITY);
});

test("this host's own files are read", async () => {
  const kernel = kernelFiles();
  assert.ok((values(await collectMemory(kernel)()).total ?? 0) > 1e6);
  assert.ok((values(await collectProcesses(kernel)()).total ?? 0) > 0);
  assert.ok(
    (await collectDisk(kernel, { resources: undefined, ignoredTypes: new Set(), dropDevice: false })()).length > 0,
  );
});

test("metrics of an instance under EC2's names, in periods of five minutes, or one when detailed", async () => {
  const files: Record<string, string> = {
    "/proc/stat": "cpu  100 0 0 900 0 0 0 0 0 0\n",
    "/proc/net/dev": "  lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 100 1 0 0 0 0 0 0 50 1 0 0 0 0 0 0\n",
    "/proc/diskstats":
      "   8       0 sda 100 0 200 30 50 0 100 20 1 40 60 0 0 0 0\n   8       1 sda1 100 0 200 30 50 0 100 20 1 40 60 0 0 0 0\n",
    "/proc/self/mounts": "/dev/sda1 / ext4 rw 0 0\n",
    "/proc/sys/kernel/tainted": "0\n",
    "/sys/class/net/lo/operstate": "unknown\n",
    "/sys/class/net/eth0/operstate": "up\n",
  };
  const found = new Map<string, readonly [number, number]>();
  const collect = instanceCollector({
    instanceId: "i-1",
    detailed: false,
    kernel: kernelOf(files),
    add: ({ name, value, resolution }) => found.set(name, [value, resolution / 60_000]),
    journal: { write: () => {} },
    now: () => 0,
  });
  await collect();
  assert.deepEqual([...found.keys()], ["StatusCheckFailed_Instance", "StatusCheckFailed_System", "StatusCheckFailed"]);
  files["/proc/stat"] = "cpu  175 0 0 925 0 0 0 0 0 0\n";
  files["/proc/net/dev"] = "  lo: 99 99 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 1100 3 0 0 0 0 0 0 60 4 0 0 0 0 0 0\n";
  files["/proc/diskstats"] =
    "   8       0 sda 103 0 210 30 54 0 108 20 1 40 60 0 0 0 0\n   8       1 sda1 103 0 210 30 54 0 108 20 1 40 60 0 0 0 0\n";
  files["/proc/self/mounts"] = "/dev/sda1 / ext4 ro 0 0\n";
  files["/proc/sys/kernel/tainted"] = "16\n";
  await collect();
  assert.deepEqual(Object.fromEntries(found), {
    CPUUtilization: [75, 5],
    NetworkIn: [1000, 5],
    NetworkOut: [10, 5],
    NetworkPacketsIn: [2, 5],
    NetworkPacketsOut: [3, 5],
    DiskReadOps: [3, 5],
    DiskWriteOps: [4, 5],
    DiskReadBytes: [5120, 5],
    DiskWriteBytes: [4096, 5],
    StatusCheckFailed_Instance: [1, 1],
    StatusCheckFailed_System: [1, 1],
    StatusCheckFailed: [1, 1],
  });
});
