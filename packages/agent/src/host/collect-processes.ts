import type { PluginSource, ProcessChoice } from "../configuration/metric-section.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { type ProcessStat, parseFields, parseLimits, parseProcessStat } from "./proc.ts";
import type { Collect, Reading } from "./reading.ts";

/** Letters of ps and what each counts as. */
const STATES: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "blocked",
  I: "idle",
  Z: "zombies",
  X: "dead",
  x: "dead",
  T: "stopped",
  t: "stopped",
  W: "paging",
  P: "wait",
  K: "wait",
};

const COUNTED = ["blocked", "dead", "idle", "paging", "running", "sleeping", "stopped", "wait", "zombies"];

/** How many processes are in which state. */
export function collectProcesses(kernel: KernelFiles): Collect {
  return async () => {
    const counts = new Map<string, number>(COUNTED.map((name) => [name, 0]));
    let total = 0;
    let threads = 0;
    for (const process of await allProcesses(kernel)) {
      total++;
      threads += process.threads;
      const state = STATES[process.state];
      if (state !== undefined) counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    counts.set("total", total).set("total_threads", threads);
    return [...counts].map(([measurement, value]) => ({ measurement, dimensions: {}, value }));
  };
}

/** Values of the processes that a choice means; several give several values of one metric. */
export function collectProcstat(
  kernel: KernelFiles,
  { processes, measurements }: Pick<PluginSource, "processes" | "measurements">,
  now: () => number,
): Collect {
  const wanted = new Set(measurements.map(({ name }) => name));
  let before = new Map<number, { readonly ticks: number; readonly at: number }>();
  return async () => {
    if (processes === undefined) return [];
    const after = new Map<number, { readonly ticks: number; readonly at: number }>();
    const readings: Reading[] = [];
    const found = await chosen(kernel, processes);
    const choice = { [processes.by === "pid_file" ? "pidfile" : processes.by]: processes.text };
    for (const process of found) {
      const dimensions = { ...choice, process_name: process.command };
      const add = (measurement: string, value: number) => {
        if (wanted.has(measurement) && Number.isFinite(value)) readings.push({ measurement, dimensions, value });
      };
      const ticks = process.user + process.system;
      const at = now();
      after.set(process.pid, { ticks, at });
      const last = before.get(process.pid);
      // A tick is a hundredth of a second: ticks over seconds are percent of one processor.
      if (last !== undefined && at > last.at)
        add("cpu_usage", Math.max(0, ((ticks - last.ticks) * 1000) / (at - last.at)));
      addStat(process, add);
      await addFiles(kernel, process.pid, wanted, add);
    }
    before = after;
    if (wanted.has("pid_count"))
      readings.push({ measurement: "pid_count", dimensions: { ...choice, pidfinder: "native" }, value: found.length });
    return readings;
  };
}

type Add = (measurement: string, value: number) => void;

function addStat(process: ProcessStat, add: Add): void {
  add("pid", process.pid);
  add("cpu_time", process.user + process.system);
  add("cpu_time_user", process.user);
  add("cpu_time_system", process.system);
  add("cpu_time_iowait", process.iowait);
  add("cpu_time_guest", process.guest);
  add("num_threads", process.threads);
  add("nice_priority", process.nice);
  add("realtime_priority", process.realtimePriority);
}

const MEMORY: Readonly<Record<string, string>> = {
  memory_rss: "VmRSS",
  memory_vms: "VmSize",
  memory_data: "VmData",
  memory_stack: "VmStk",
  memory_locked: "VmLck",
  memory_swap: "VmSwap",
};

const LIMITS: Readonly<Record<string, string>> = {
  cpu_time: "Max cpu time",
  file_locks: "Max file locks",
  memory_data: "Max data size",
  memory_locked: "Max locked memory",
  memory_rss: "Max resident set",
  memory_stack: "Max stack size",
  memory_vms: "Max address space",
  nice_priority: "Max nice priority",
  num_fds: "Max open files",
  realtime_priority: "Max realtime priority",
  signals_pending: "Max pending signals",
};

async function addFiles(kernel: KernelFiles, pid: number, wanted: ReadonlySet<string>, add: Add): Promise<void> {
  const status = parseFields((await kernel.read(`/proc/${pid}/status`)) ?? "");
  for (const [measurement, field] of Object.entries(MEMORY)) {
    const kilobytes = status.get(field);
    if (kilobytes !== undefined) add(measurement, Number.parseInt(kilobytes, 10) * 1024);
  }
  add("voluntary_context_switches", Number(status.get("voluntary_ctxt_switches") ?? Number.NaN));
  add("involuntary_context_switches", Number(status.get("nonvoluntary_ctxt_switches") ?? Number.NaN));
  add("signals_pending", bits(status.get("SigPnd")) + bits(status.get("ShdPnd")));
  if (wanted.has("num_fds")) add("num_fds", (await kernel.list(`/proc/${pid}/fd`)).length);
  if (["read_bytes", "write_bytes", "read_count", "write_count"].some((name) => wanted.has(name))) {
    const io = parseFields((await kernel.read(`/proc/${pid}/io`)) ?? "");
    add("read_bytes", Number(io.get("read_bytes") ?? Number.NaN));
    add("write_bytes", Number(io.get("write_bytes") ?? Number.NaN));
    add("read_count", Number(io.get("syscr") ?? Number.NaN));
    add("write_count", Number(io.get("syscw") ?? Number.NaN));
  }
  if (![...wanted].some((name) => name.startsWith("rlimit_"))) return;
  const limits = parseLimits((await kernel.read(`/proc/${pid}/limits`)) ?? "");
  for (const [name, kernelName] of Object.entries(LIMITS)) {
    const limit = limits.get(kernelName);
    add(`rlimit_${name}_soft`, limit?.soft ?? Number.NaN);
    add(`rlimit_${name}_hard`, limit?.hard ?? Number.NaN);
  }
}

const bits = (mask: string | undefined): number =>
  mask === undefined
    ? 0
    : [...mask].reduce((sum, digit) => sum + Number.parseInt(digit, 16).toString(2).replaceAll("0", "").length, 0);

async function chosen(kernel: KernelFiles, choice: ProcessChoice): Promise<readonly ProcessStat[]> {
  if (choice.by === "pid_file") {
    const pid = Number.parseInt((await kernel.read(choice.text)) ?? "", 10);
    const process = Number.isInteger(pid) ? await oneProcess(kernel, pid) : undefined;
    return process === undefined ? [] : [process];
  }
  const found: ProcessStat[] = [];
  for (const process of await allProcesses(kernel)) {
    const text =
      choice.by === "exe"
        ? process.command
        : ((await kernel.read(`/proc/${process.pid}/cmdline`)) ?? "").replaceAll("\0", " ").trim();
    if (choice.pattern.matches(text)) found.push(process);
  }
  return found;
}

async function allProcesses(kernel: KernelFiles): Promise<readonly ProcessStat[]> {
  const found: ProcessStat[] = [];
  for (const name of await kernel.list("/proc")) {
    const process = /^\d+$/.test(name) ? await oneProcess(kernel, Number(name)) : undefined;
    if (process !== undefined) found.push(process);
  }
  return found;
}

async function oneProcess(kernel: KernelFiles, pid: number): Promise<ProcessStat | undefined> {
  const text = await kernel.read(`/proc/${pid}/stat`);
  return text === undefined ? undefined : parseProcessStat(text);
}
