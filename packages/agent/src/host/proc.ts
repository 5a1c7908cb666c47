/** Readers of the kernel's text files: text in, numbers out. Formats: proc(5), and the kernel's Documentation/admin-guide/iostats.rst. */

export interface CpuTimes {
  readonly user: number;
  readonly nice: number;
  readonly system: number;
  readonly idle: number;
  readonly iowait: number;
  readonly irq: number;
  readonly softirq: number;
  readonly steal: number;
  readonly guest: number;
  readonly guest_nice: number;
}

/** `/proc/stat`: hundredths of a second by `cpu-total`, `cpu0`, … */
export function parseCpuTimes(text: string): ReadonlyMap<string, CpuTimes> {
  const found = new Map<string, CpuTimes>();
  for (const line of text.split("\n")) {
    if (!line.startsWith("cpu")) continue;
    const [name = "", ...fields] = line.trim().split(/\s+/);
    const at = (index: number) => Number(fields[index] ?? 0);
    found.set(name === "cpu" ? "cpu-total" : name, {
      user: at(0),
      nice: at(1),
      system: at(2),
      idle: at(3),
      iowait: at(4),
      irq: at(5),
      softirq: at(6),
      steal: at(7),
      guest: at(8),
      guest_nice: at(9),
    });
  }
  return found;
}

/** `/proc/meminfo`, in bytes by name. */
export function parseMeminfo(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^([^:]+):\s+(\d+)( kB)?/.exec(line);
    if (match !== null) found.set(match[1] ?? "", Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return found;
}

export interface DiskCounters {
  readonly reads: number;
  readonly read_bytes: number;
  /** Milliseconds. */
  readonly read_time: number;
  readonly writes: number;
  readonly write_bytes: number;
  readonly write_time: number;
  readonly iops_in_progress: number;
  readonly io_time: number;
}

/** Of the kernel's own counting, whatever the device's. */
const SECTOR_BYTES = 512;

/** `/proc/diskstats` by device. */
export function parseDiskstats(text: string): ReadonlyMap<string, DiskCounters> {
  const found = new Map<string, DiskCounters>();
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const name = fields[2];
    if (name === undefined || fields.length < 14) continue;
    const at = (index: number) => Number(fields[index] ?? 0);
    found.set(name, {
      reads: at(3),
      read_bytes: at(5) * SECTOR_BYTES,
      read_time: at(6),
      writes: at(7),
      write_bytes: at(9) * SECTOR_BYTES,
      write_time: at(10),
      iops_in_progress: at(11),
      io_time: at(12),
    });
  }
  return found;
}

export interface NetCounters {
  readonly bytes_recv: number;
  readonly packets_recv: number;
  readonly err_in: number;
  readonly drop_in: number;
  readonly bytes_sent: number;
  readonly packets_sent: number;
  readonly err_out: number;
  readonly drop_out: number;
}

/** `/proc/net/dev` by interface. */
export function parseNetDev(text: string): ReadonlyMap<string, NetCounters> {
  const found = new Map<string, NetCounters>();
  for (const line of text.split("\n")) {
    const match = /^\s*([^:\s]+):\s*(.*)$/.exec(line);
    if (match === null) continue;
    const fields = (match[2] ?? "").trim().split(/\s+/).map(Number);
    const at = (index: number) => fields[index] ?? 0;
    found.set(match[1] ?? "", {
      bytes_recv: at(0),
      packets_recv: at(1),
      err_in: at(2),
      drop_in: at(3),
      bytes_sent: at(8),
      packets_sent: at(9),
      err_out: at(10),
      drop_out: at(11),
    });
  }
  return found;
}

/** States of `/proc/net/tcp`, from the kernel's include/net/tcp_states.h. */
const TCP_STATES: Readonly<Record<string, string>> = {
  "01": "tcp_established",
  "02": "tcp_syn_sent",
  "03": "tcp_syn_recv",
  "04": "tcp_fin_wait1",
  "05": "tcp_fin_wait2",
  "06": "tcp_time_wait",
  "07": "tcp_close",
  "08": "tcp_close_wait",
  "09": "tcp_last_ack",
  "0A": "tcp_listen",
  "0B": "tcp_closing",
  // A request that the kernel keeps short is one that was received.
  "0C": "tcp_syn_recv",
};

/** `/proc/net/tcp` or `tcp6`: sockets by state. */
export function parseTcpStates(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split("\n").slice(1)) {
    const code = line.trim().split(/\s+/)[3];
    if (code === undefined) continue;
    const state = TCP_STATES[code] ?? "tcp_none";
    found.set(state, (found.get(state) ?? 0) + 1);
  }
  return found;
}

/** `/proc/net/udp` or `udp6`: how many sockets. */
export const countSockets = (text: string): number =>
  text
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "").length;

export interface Mount {
  readonly device: string;
  readonly path: string;
  readonly type: string;
  readonly readOnly: boolean;
}

/** `/proc/self/mounts`. Blanks in names stand there as octal numbers. */
export function parseMounts(text: string): readonly Mount[] {
  const name = (field: string) =>
    field.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return text
    .split("\n")
    .map((line) => line.split(" "))
    .filter((fields) => fields.length >= 4)
    .map(([device = "", path = "", type = "", options = ""]) => ({
      device: name(device),
      path: name(path),
      type,
      readOnly: options.split(",").includes("ro"),
    }));
}

export interface ProcessStat {
  readonly pid: number;
  readonly command: string;
  /** One letter, as in ps. */
  readonly state: string;
  /** Hundredths of a second. */
  readonly user: number;
  readonly system: number;
  readonly iowait: number;
  readonly guest: number;
  readonly nice: number;
  readonly threads: number;
  readonly realtimePriority: number;
}

/** `/proc/PID/stat`. The command may contain anything, brackets too. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text
    .slice(close + 2)
    .trim()
    .split(" ");
  // The field after the command is the third in the manual.
  const at = (index: number) => Number(fields[index - 3] ?? 0);
  return {
    pid: Number(text.slice(0, open)),
    command: text.slice(open + 1, close),
    state: fields[0] ?? "",
    user: at(14),
    system: at(15),
    nice: at(19),
    threads: at(20),
    realtimePriority: at(40),
    iowait: at(42),
    guest: at(43),
  };
}

/** `/proc/PID/status`: values as texts. */
export function parseFields(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) found.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return found;
}

/** `/proc/PID/limits`: soft and hard by the kernel's name; an unlimited one is infinite. */
export function parseLimits(text: string): ReadonlyMap<string, { readonly soft: number; readonly hard: number }> {
  const number = (word: string) => (word === "unlimited" ? Number.POSITIVE_INFINITY : Number(word));
  const found = new Map<string, { readonly soft: number; readonly hard: number }>();
  for (const line of text.split("\n").slice(1)) {
    const match = /^(.+?)\s{2,}(\S+)\s+(\S+)/.exec(line);
    if (match !== null) found.set(match[1] ?? "", { soft: number(match[2] ?? ""), hard: number(match[3] ?? "") });
  }
  return found;
}
