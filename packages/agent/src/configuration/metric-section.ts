import { compilePattern, type Pattern, PatternError } from "../lines/pattern.ts";
import { MAX_INTERVAL, readRole } from "./agent-section.ts";
import { type ListenAddress, readListenAddress } from "./listener.ts";
import { isPlugin, MEASUREMENTS, NOT_COLLECTED, type Plugin } from "./measurements.ts";
import type { Section } from "./section.ts";

/** The section `metrics`. */
export interface MetricSection {
  readonly namespace: string;
  readonly plugins: readonly PluginSource[];
  readonly statsd: StatsdSource | undefined;
  readonly collectd: CollectdSource | undefined;
  /** Added to every metric of the section. Values may have placeholders such as `${aws:InstanceId}`. */
  readonly appendDimensions: ReadonlyMap<string, string>;
  /** Each list makes a further metric with these dimensions alone. */
  readonly aggregationDimensions: readonly (readonly string[])[];
  /** Seconds a value waits at most for its call. */
  readonly flushInterval: number;
  readonly endpoint: string | undefined;
  readonly roleArn: string | undefined;
}

export interface Measurement {
  /** Without the plugin's name before it. */
  readonly name: string;
  /** Instead of `PLUGIN_NAME`. */
  readonly rename: string | undefined;
  readonly unit: string | undefined;
}

/** One plugin's section, or one item of `procstat`. */
export interface PluginSource {
  readonly plugin: Plugin;
  readonly measurements: readonly Measurement[];
  /** Seconds. */
  readonly interval: number;
  /** Mount points, devices or interfaces; undefined: all. */
  readonly resources: ReadonlySet<string> | undefined;
  readonly appendDimensions: ReadonlyMap<string, string>;
  /** Measurements of which only the aggregations are sent. */
  readonly dropOriginal: ReadonlySet<string>;
  /** Of `cpu`: whether the sum of all cores is reported. */
  readonly totalCpu: boolean;
  /** Of `cpu`: whether each core is reported. */
  readonly eachCpu: boolean;
  /** Of `disk`: types of file systems that are left out. */
  readonly ignoredTypes: ReadonlySet<string>;
  /** Of `disk`: whether the dimension `device` is left out. */
  readonly dropDevice: boolean;
  /** Of `procstat`. */
  readonly processes: ProcessChoice | undefined;
}

/** Which processes an item of `procstat` means. */
export type ProcessChoice =
  | { readonly by: "pid_file"; readonly text: string }
  | { readonly by: "exe" | "pattern"; readonly text: string; readonly pattern: Pattern };

export interface StatsdSource {
  readonly address: ListenAddress;
  /** Seconds; 0 for the collection's interval. */
  readonly collectionInterval: number;
  readonly aggregationInterval: number;
  /** Stands for the dots of a name. */
  readonly separator: string;
  readonly dropOriginal: ReadonlySet<string>;
}

export interface CollectdSource {
  readonly address: ListenAddress;
  readonly prefix: string;
  readonly security: "none" | "sign" | "encrypt";
  readonly authFile: string;
  readonly typesDb: readonly string[];
  /** Seconds; 0 sends each value by itself. */
  readonly aggregationInterval: number;
  readonly appendDimensions: ReadonlyMap<string, string>;
  readonly dropOriginal: ReadonlySet<string>;
}

/** Defaults of the original, in seconds. */
const DEFAULT_INTERVAL = 60;
const DEFAULT_FLUSH_SECONDS = 60;
const STATSD_INTERVAL = 10;

/** What `append_dimensions` of the section may say: the original knows these pairs only. */
const HOST_DIMENSIONS = ["ImageId", "InstanceId", "InstanceType", "AutoScalingGroupName"];

export function readMetricSection(section: Section, agentInterval: number | undefined): MetricSection {
  const collected = section.section("metrics_collected");
  if (!section.has("metrics_collected")) section.error("has no metrics_collected");
  else if (collected?.names().length === 0) section.error("must not be empty", "metrics_collected");
  const interval = agentInterval ?? DEFAULT_INTERVAL;
  const result: MetricSection = {
    namespace: section.text("namespace", { min: 1, max: 255 }) ?? "CWAgent",
    plugins: collected === undefined ? [] : readPlugins(collected, interval),
    statsd: collected === undefined ? undefined : readStatsd(collected.section("statsd")),
    collectd: collected === undefined ? undefined : readCollectd(collected.section("collectd")),
    appendDimensions: readHostDimensions(section),
    aggregationDimensions: readAggregations(section),
    flushInterval: section.integer("force_flush_interval", { min: 1, max: MAX_INTERVAL }) ?? DEFAULT_FLUSH_SECONDS,
    endpoint: section.text("endpoint_override", { min: 4, max: 2048 }),
    roleArn: readRole(section),
  };
  const destinations = section.section("metrics_destinations");
  if (destinations?.has("amp")) destinations.note("Managed Prometheus is no destination here", "amp");
  section.ignore("service.name", "deployment.environment");
  section.refuseOthers();
  return result;
}

function readPlugins(collected: Section, interval: number): readonly PluginSource[] {
  const sources: PluginSource[] = [];
  for (const name of collected.names()) {
    if (name === "statsd" || name === "collectd") continue;
    const product = NOT_COLLECTED[name];
    if (product !== undefined) collected.note(`${product}: not collected here`, name);
    else if (name === "procstat") {
      for (const item of collected.sections(name, { min: 1, max: 255 }) ?? [])
        sources.push(readPlugin(item, name, interval));
    } else if (isPlugin(name)) {
      const plugin = collected.section(name);
      if (plugin !== undefined) sources.push(readPlugin(plugin, name, interval));
    } else {
      const other = collected.section(name);
      if (other !== undefined && !other.has("measurement")) other.error("has no measurement");
      other?.note(`"${name}" is a performance object of Windows, or unknown, and is skipped on this host`);
    }
  }
  return sources;
}

function readPlugin(section: Section, plugin: Plugin, interval: number): PluginSource {
  const resources = section.texts("resources", { max: 256 });
  const everything = resources === undefined || resources.includes("*");
  const measurements = readMeasurements(section, plugin);
  if (!section.has("measurement")) section.error("has no measurement");
  const source: PluginSource = {
    plugin,
    measurements,
    interval: section.integer("metrics_collection_interval", { min: 1, max: MAX_INTERVAL }) ?? interval,
    resources: everything ? undefined : new Set(resources),
    appendDimensions: section.textMap("append_dimensions", 30) ?? new Map(),
    dropOriginal: readDropOriginal(section, plugin),
    totalCpu: section.boolean("totalcpu") ?? true,
    eachCpu: resources?.includes("*") ?? false,
    ignoredTypes: new Set(
      section.texts("ignore_file_system_types", { max: 256 }) ?? section.texts("ignore_fstypes", { max: 256 }) ?? [],
    ),
    dropDevice: section.boolean("drop_device") ?? false,
    processes: plugin === "procstat" ? readProcesses(section) : undefined,
  };
  // `ignore_fstypes`, `report_deltas` and the like are of the original's engine; configurations carry them at times.
  section.ignore("report_deltas", "pid_finder", "service.name", "deployment.environment");
  for (const name of section.names()) {
    if (!KNOWN_OF_PLUGINS.has(name)) section.note("is not known here and has no effect", name);
  }
  return source;
}

const KNOWN_OF_PLUGINS = new Set([
  "append_dimensions",
  "deployment.environment",
  "drop_device",
  "drop_original_metrics",
  "exe",
  "ignore_file_system_types",
  "ignore_fstypes",
  "measurement",
  "metrics_collection_interval",
  "pattern",
  "pid_file",
  "pid_finder",
  "report_deltas",
  "resources",
  "service.name",
  "totalcpu",
]);

function readMeasurements(section: Section, plugin: Plugin): readonly Measurement[] {
  const found: Measurement[] = [];
  for (const { node, path } of section.nodes("measurement") ?? []) {
    if (node.type === "string") {
      const name = nameOf(plugin, String(node.value));
      if (name === undefined) section.errorAt(node, path, unknownMeasurement(plugin, String(node.value)));
      else found.push({ name, rename: undefined, unit: undefined });
      continue;
    }
    if (node.type !== "object") {
      section.errorAt(node, path, "must be a text, or an object with name, rename and unit");
      continue;
    }
    const item = section.at(node, path);
    const text = item.text("name", { min: 1, max: 255 });
    if (!item.has("name")) item.error("has no name");
    const name = text === undefined ? undefined : nameOf(plugin, text);
    if (text !== undefined && name === undefined) item.error(unknownMeasurement(plugin, text), "name");
    const rename = item.text("rename", { min: 1, max: 255 });
    const unit = item.text("unit", { oneOf: UNITS });
    item.refuseOthers();
    if (name !== undefined) found.push({ name, rename, unit });
  }
  return found;
}

/** Measurements may be written with the plugin's name before them, or without. */
function nameOf(plugin: Plugin, text: string): string | undefined {
  const known: readonly string[] = MEASUREMENTS[plugin];
  if (known.includes(text)) return text;
  const short = text.startsWith(`${plugin}_`) ? text.slice(plugin.length + 1) : undefined;
  return short !== undefined && known.includes(short) ? short : undefined;
}

const unknownMeasurement = (plugin: Plugin, text: string): string =>
  `${plugin} has no measurement "${text}". It has: ${MEASUREMENTS[plugin].join(", ")}`;

function readDropOriginal(section: Section, plugin: Plugin): ReadonlySet<string> {
  const names = section.texts("drop_original_metrics", { min: 1 }) ?? [];
  return new Set(names.map((name) => nameOf(plugin, name) ?? name));
}

function readProcesses(section: Section): ProcessChoice | undefined {
  const pidFile = section.text("pid_file", { min: 1, max: 255 });
  if (pidFile !== undefined) return { by: "pid_file", text: pidFile };
  for (const by of ["exe", "pattern"] as const) {
    const text = section.text(by, { min: 1, max: 255 });
    if (text === undefined) continue;
    try {
      return { by, text, pattern: compilePattern(text) };
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      section.error(`is no regular expression: ${error.message}`, by);
    }
  }
  if (!section.has("pid_file") && !section.has("exe") && !section.has("pattern")) {
    section.error("has neither pid_file nor exe nor pattern");
  }
  return undefined;
}

function readHostDimensions(section: Section): ReadonlyMap<string, string> {
  const given = section.textMap("append_dimensions", 30) ?? new Map<string, string>();
  const inner = given.size === 0 ? undefined : section.section("append_dimensions");
  for (const [name, value] of given) {
    if (value.startsWith("${") && (!HOST_DIMENSIONS.includes(name) || value !== `\${aws:${name}}`)) {
      inner?.error(
        `must be one of ${HOST_DIMENSIONS.map((known) => `"${known}": "\${aws:${known}}"`).join(", ")}`,
        name,
      );
    }
  }
  return given;
}

function readAggregations(section: Section): readonly (readonly string[])[] {
  const lists: (readonly string[])[] = [];
  for (const { node, path } of section.nodes("aggregation_dimensions") ?? []) {
    const names = node.type === "array" ? (node.children ?? []).map((child) => child.value) : undefined;
    if (names === undefined || names.length > 30 || !names.every((name) => typeof name === "string" && name !== "")) {
      section.errorAt(node, path, "must be a list of at most 30 names of dimensions");
    } else lists.push(names.map(String));
  }
  return lists;
}

function readStatsd(section: Section | undefined): StatsdSource | undefined {
  if (section === undefined) return undefined;
  const source: StatsdSource = {
    address: readListenAddress(section, "service_address", { transport: "udp", host: "", port: 8125 }, ["udp", "tcp"]),
    collectionInterval:
      section.integer("metrics_collection_interval", { min: 1, max: MAX_INTERVAL }) ?? STATSD_INTERVAL,
    aggregationInterval:
      section.integer("metrics_aggregation_interval", { min: 0, max: MAX_INTERVAL }) ?? DEFAULT_INTERVAL,
    separator: section.text("metric_separator", { min: 1, max: 255 }) ?? "_",
    dropOriginal: new Set(section.texts("drop_original_metrics", { min: 1 }) ?? []),
  };
  section.ignore("allowed_pending_messages", "service.name", "deployment.environment");
  section.refuseOthers();
  return source;
}

function readCollectd(section: Section | undefined): CollectdSource | undefined {
  if (section === undefined) return undefined;
  const security = section.text("collectd_security_level", { oneOf: ["none", "sign", "encrypt"] });
  const source: CollectdSource = {
    address: readListenAddress(section, "service_address", { transport: "udp", host: "127.0.0.1", port: 25_826 }, [
      "udp",
    ]),
    prefix: section.text("name_prefix", { min: 1, max: 255 }) ?? "collectd_",
    security: security === "none" || security === "sign" ? security : "encrypt",
    authFile: section.text("collectd_auth_file", { min: 1, max: 4096 }) ?? "/etc/collectd/auth_file",
    typesDb: section.texts("collectd_typesdb", { max: 10 }) ?? ["/usr/share/collectd/types.db"],
    aggregationInterval:
      section.integer("metrics_aggregation_interval", { min: 0, max: MAX_INTERVAL }) ?? DEFAULT_INTERVAL,
    appendDimensions: section.textMap("append_dimensions", 30) ?? new Map(),
    dropOriginal: new Set(section.texts("drop_original_metrics", { min: 1 }) ?? []),
  };
  section.ignore("service.name", "deployment.environment");
  section.refuseOthers();
  return source;
}

/** Units of PutMetricData. */
const UNITS = [
  "Seconds",
  "Microseconds",
  "Milliseconds",
  ...["Bytes", "Bits"].flatMap((unit) => [
    unit,
    `Kilo${unit.toLowerCase()}`,
    `Mega${unit.toLowerCase()}`,
    `Giga${unit.toLowerCase()}`,
    `Tera${unit.toLowerCase()}`,
  ]),
  "Percent",
  "Count",
  ...["Bytes", "Bits"].flatMap((unit) =>
    [
      unit,
      `Kilo${unit.toLowerCase()}`,
      `Mega${unit.toLowerCase()}`,
      `Giga${unit.toLowerCase()}`,
      `Tera${unit.toLowerCase()}`,
    ].map((each) => `${each}/Second`),
  ),
  "Count/Second",
  "None",
];
