/** Plugins that are collected, with every measurement each has, without the plugin's name before it. */
export const MEASUREMENTS = {
  cpu: [...cpuParts("time_"), ...cpuParts("usage_")],
  disk: ["free", "inodes_free", "inodes_total", "inodes_used", "total", "used", "used_percent"],
  diskio: ["iops_in_progress", "io_time", "reads", "read_bytes", "read_time", "writes", "write_bytes", "write_time"],
  mem: [
    "active",
    "available",
    "available_percent",
    "buffered",
    "cached",
    "free",
    "inactive",
    "shared",
    "slab",
    "total",
    "used",
    "used_percent",
  ],
  net: ["bytes_recv", "bytes_sent", "drop_in", "drop_out", "err_in", "err_out", "packets_recv", "packets_sent"],
  netstat: [
    "tcp_close",
    "tcp_close_wait",
    "tcp_closing",
    "tcp_established",
    "tcp_fin_wait1",
    "tcp_fin_wait2",
    "tcp_last_ack",
    "tcp_listen",
    "tcp_none",
    "tcp_syn_recv",
    "tcp_syn_sent",
    "tcp_time_wait",
    "udp_socket",
  ],
  processes: [
    "blocked",
    "dead",
    "idle",
    "paging",
    "running",
    "sleeping",
    "stopped",
    "total",
    "total_threads",
    "wait",
    "zombies",
  ],
  procstat: [
    "cpu_time",
    "cpu_time_guest",
    "cpu_time_iowait",
    "cpu_time_system",
    "cpu_time_user",
    "cpu_usage",
    "involuntary_context_switches",
    "memory_data",
    "memory_locked",
    "memory_rss",
    "memory_stack",
    "memory_swap",
    "memory_vms",
    "nice_priority",
    "num_fds",
    "num_threads",
    "pid",
    "pid_count",
    "read_bytes",
    "read_count",
    "realtime_priority",
    "signals_pending",
    "voluntary_context_switches",
    "write_bytes",
    "write_count",
    ...limits(),
  ],
  swap: ["free", "used", "used_percent"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Plugin = keyof typeof MEASUREMENTS;

export const isPlugin = (name: string): name is Plugin => Object.hasOwn(MEASUREMENTS, name);

/** Sections of the original that this agent does not collect, and what each is. */
export const NOT_COLLECTED: Readonly<Record<string, string>> = {
  efa: "Elastic Fabric Adapter",
  ethtool: "counters of ethtool",
  nvidia_smi: "NVIDIA GPU",
  jmx: "Java Management Extensions",
  otlp: "OpenTelemetry",
  prometheus: "Prometheus",
  dpdk: "DPDK",
  internal: "the original's own health; this agent always reports its own",
};

function cpuParts<P extends "time_" | "usage_">(prefix: P): readonly string[] {
  const parts = [
    "active",
    "guest",
    "guest_nice",
    "idle",
    "iowait",
    "irq",
    "nice",
    "softirq",
    "steal",
    "system",
    "user",
  ];
  return parts.map((part) => `${prefix}${part}`);
}

function limits(): readonly string[] {
  const names = [
    "cpu_time",
    "file_locks",
    "memory_data",
    "memory_locked",
    "memory_rss",
    "memory_stack",
    "memory_vms",
    "nice_priority",
    "num_fds",
    "realtime_priority",
    "signals_pending",
  ];
  return names.flatMap((name) => [`rlimit_${name}_hard`, `rlimit_${name}_soft`]);
}
