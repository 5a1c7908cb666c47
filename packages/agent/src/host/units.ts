import type { Plugin } from "../configuration/measurements.ts";

/** The unit that a measurement has when the configuration gives none. */
export function unitOf(plugin: Plugin, measurement: string): string {
  if (/percent$|^usage_|^cpu_usage$/.test(measurement)) return "Percent";
  if (plugin === "diskio" && /_time$/.test(measurement)) return "Milliseconds";
  if (/^(time_|cpu_time)/.test(measurement) || measurement.startsWith("rlimit_")) return "None";
  if (/bytes|^memory_/.test(measurement)) return "Bytes";
  if (plugin === "mem" || plugin === "swap") return "Bytes";
  if (plugin === "disk") return measurement.startsWith("inodes") ? "Count" : "Bytes";
  return "Count";
}
