import type { PluginSource } from "../configuration/metric-section.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { countSockets, type NetCounters, parseNetDev, parseTcpStates } from "./proc.ts";
import { type Collect, Differences, type Reading } from "./reading.ts";

const COUNTERS = [
  "bytes_recv",
  "bytes_sent",
  "packets_recv",
  "packets_sent",
  "err_in",
  "err_out",
  "drop_in",
  "drop_out",
] as const;

/** Differences of the interfaces' counters since the last collection. */
export function collectNet(kernel: KernelFiles, { resources }: Pick<PluginSource, "resources">): Collect {
  const differences = new Differences<NetCounters>();
  return async () => {
    const readings: Reading[] = [];
    const interfaces = new Map(
      [...parseNetDev((await kernel.read("/proc/net/dev")) ?? "")].filter(([name]) => resources?.has(name) ?? true),
    );
    differences.take(interfaces, (name, of) => {
      for (const counter of COUNTERS) {
        // An interface that was made anew begins at nothing.
        if (of(counter) >= 0)
          readings.push({ measurement: counter, dimensions: { interface: name }, value: of(counter) });
      }
    });
    return readings;
  };
}

const TCP_MEASUREMENTS = [
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
];

/** Sockets of both families by state. */
export function collectNetstat(kernel: KernelFiles): Collect {
  return async () => {
    const texts = await Promise.all(["tcp", "tcp6", "udp", "udp6"].map((name) => kernel.read(`/proc/net/${name}`)));
    const [tcp = "", tcp6 = "", udp = "", udp6 = ""] = texts.map((text) => text ?? "");
    const states = [parseTcpStates(tcp), parseTcpStates(tcp6)];
    const readings: Reading[] = TCP_MEASUREMENTS.map((measurement) => ({
      measurement,
      dimensions: {},
      value: states.reduce((sum, each) => sum + (each.get(measurement) ?? 0), 0),
    }));
    readings.push({ measurement: "udp_socket", dimensions: {}, value: countSockets(udp) + countSockets(udp6) });
    return readings;
  };
}
