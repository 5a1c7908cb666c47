import { readdirSync, readFileSync } from "node:fs";

/** What a process and all its descendants use together, from /proc. Linux only. */
export type Usage = {
  readonly processes: number;
  /** Proportional set size: shared pages count once over all processes. */
  readonly pssBytes: number;
  /** Resident set size: shared pages count in every process. */
  readonly rssBytes: number;
  /** User and system time since their start, of those that still live. */
  readonly cpuSeconds: number;
  /** The share of it that the engine's process took. */
  readonly engineCpuSeconds: number;
};

/** /proc counts CPU time in ticks; Linux reports 100 a second to every program. */
const TICKS_PER_SECOND = 100;
/** The program of the embedded engine's process. */
const ENGINE = /engine\/src\/process\/main\.ts/;

export function usageOf(root: number): Usage {
  const pids = family(root);
  let pssBytes = 0;
  let rssBytes = 0;
  let cpuSeconds = 0;
  let engineCpuSeconds = 0;
  for (const pid of pids) {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
      pssBytes += kilobytes(rollup, "Pss") * 1024;
      rssBytes += kilobytes(rollup, "Rss") * 1024;
      const fields = statFields(pid);
      const cpu = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
      cpuSeconds += cpu;
      if (ENGINE.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) engineCpuSeconds += cpu;
    } catch (error) {
      // A process may end between the listing and the reading.
      if (!isGone(error)) throw error;
    }
  }
  return { processes: pids.length, pssBytes, rssBytes, cpuSeconds, engineCpuSeconds };
}

function family(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    try {
      const parent = Number(statFields(pid)[1]);
      children.set(parent, [...(children.get(parent) ?? []), pid]);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** The fields of /proc/pid/stat after the name, which may hold spaces: state, parent, … */
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function kilobytes(rollup: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0);
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
}
