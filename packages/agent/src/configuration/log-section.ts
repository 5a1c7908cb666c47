import { MAX_INTERVAL, readRole } from "./agent-section.ts";
import { type Entity, readEntity } from "./entity.ts";
import { type FileSource, type GroupClass, readDestination, readFileSource } from "./file-source.ts";
import { type JournalSource, readJournalSource } from "./journal-source.ts";
import { type ListenAddress, readListenAddress } from "./listener.ts";
import type { Section } from "./section.ts";

/** The section `logs`. */
export interface LogSection {
  readonly files: readonly FileSource[];
  readonly journal: readonly JournalSource[];
  /** Where embedded metrics are taken; undefined: nowhere. */
  readonly embeddedMetrics: readonly ListenAddress[];
  /** For sources that name no stream. */
  readonly stream: string | undefined;
  /** Seconds an event waits at most for its batch to fill. */
  readonly flushInterval: number;
  readonly endpoint: string | undefined;
  readonly roleArn: string | undefined;
  /** How many calls run at the same time. */
  readonly concurrency: number | undefined;
}

/** Of the original. */
const DEFAULT_FLUSH_SECONDS = 5;
const EMBEDDED_PORT = 25_888;

const UNSUPPORTED: Readonly<Record<string, string>> = {
  app_signals: "Application Signals",
  application_signals: "Application Signals",
  ecs: "Container Insights of ECS",
  kubernetes: "Container Insights of Kubernetes",
  prometheus: "Prometheus",
  otlp: "OpenTelemetry",
};

export function readLogSection(section: Section, inherited: Entity): LogSection {
  const entity = readEntity(section, inherited);
  const collected = section.section("logs_collected");
  const metrics = section.section("metrics_collected");
  if (collected === undefined && metrics === undefined) {
    section.error("has neither logs_collected nor metrics_collected");
  }
  const result: LogSection = {
    files: collected === undefined ? [] : readFiles(collected, entity),
    journal: collected === undefined ? [] : readJournal(collected, entity),
    embeddedMetrics: metrics === undefined ? [] : readEmbedded(metrics),
    stream: section.text("log_stream_name", { min: 1, max: 512 }),
    flushInterval: section.integer("force_flush_interval", { min: 1, max: MAX_INTERVAL }) ?? DEFAULT_FLUSH_SECONDS,
    endpoint: section.text("endpoint_override", { min: 4, max: 2048 }),
    roleArn: readRole(section),
    concurrency: section.integer("concurrency", { min: 1, max: 64 }),
  };
  if (collected !== undefined) readWindowsEvents(collected, entity);
  section.refuseOthers();
  return result;
}

function readFiles(collected: Section, entity: Entity): readonly FileSource[] {
  const files = collected.section("files");
  if (collected.has("application_signals"))
    collected.note("Application Signals is not collected here", "application_signals");
  collected.ignore("application_signals");
  if (collected.names().length === 0) collected.error("must not be empty");
  if (files === undefined) return [];
  const items = files.sections("collect_list", { min: 1, max: 16_384 });
  if (!files.has("collect_list")) files.error("has no collect_list");
  files.refuseOthers();
  const sources: FileSource[] = [];
  const classes = new Map<string, GroupClass>();
  const retentions = new Map<string, number>();
  for (const item of items ?? []) {
    const source = readFileSource(item, entity);
    if (source === undefined) continue;
    sources.push(source);
    agree(item, "log_group_class", source.destination.group, source.destination.groupClass, classes);
    agree(item, "retention_in_days", source.destination.group, source.destination.retentionDays, retentions);
  }
  return sources;
}

/** Items of one group must not contradict one another about the group. */
function agree<T>(
  item: Section,
  name: string,
  group: string | undefined,
  value: T | undefined,
  seen: Map<string, T>,
): void {
  if (group === undefined || value === undefined) return;
  const before = seen.get(group);
  if (before === undefined) seen.set(group, value);
  else if (before !== value)
    item.error(`is ${String(value)}, but another item gives group ${group} ${String(before)}`, name);
}

function readJournal(collected: Section, entity: Entity): readonly JournalSource[] {
  const journal = collected.section("journald");
  if (journal === undefined) return [];
  const items = journal.sections("collect_list", { min: 1, max: 16_384 }) ?? [];
  if (!journal.has("collect_list")) journal.error("has no collect_list");
  journal.refuseOthers();
  return items.map((item) => readJournalSource(item, entity));
}

/** Windows events are checked, so that one configuration serves a mixed fleet, and then skipped. */
function readWindowsEvents(collected: Section, entity: Entity): void {
  const events = collected.section("windows_events");
  collected.refuseOthers();
  if (events === undefined) return;
  const items = events.sections("collect_list", { min: 1, max: 16_384 }) ?? [];
  if (!events.has("collect_list")) events.error("has no collect_list");
  events.refuseOthers();
  for (const item of items) {
    const name = item.text("event_name", { min: 1, max: 255 });
    if (!item.has("event_name")) item.error("has no event_name");
    if (name === "Forwarded Events")
      item.error("Forwarded Events cannot be collected; its name is ForwardedEvents", "event_name");
    item.texts("event_levels", { min: 1, oneOfTexts: ["CRITICAL", "ERROR", "WARNING", "INFORMATION", "VERBOSE"] });
    for (const { node, path } of item.nodes("event_ids") ?? []) {
      if (typeof node.value !== "number" || !Number.isInteger(node.value) || node.value < 0 || node.value > 65_535) {
        item.errorAt(node, path, "must be a whole number from 0 to 65535");
      }
    }
    item.sections("filters");
    if (!item.has("event_levels") && !item.has("event_ids") && !item.has("filters")) {
      item.error("has neither event_levels nor event_ids nor filters");
    }
    item.text("event_format", { oneOf: ["text", "xml"] });
    readDestination(item, entity);
    item.ignore("kms_key_id");
    item.refuseOthers();
  }
  events.note("is for Windows and is skipped on this host");
}

function readEmbedded(metrics: Section): readonly ListenAddress[] {
  for (const [name, product] of Object.entries(UNSUPPORTED)) {
    if (metrics.has(name)) metrics.note(`${product} is not collected here`, name);
  }
  const addresses: ListenAddress[] = [];
  // `structuredlog` is the name of the first versions.
  for (const name of ["emf", "structuredlog"]) {
    const emf = metrics.section(name);
    if (emf === undefined) continue;
    const udp = readListenAddress(
      emf,
      "service_address",
      { transport: "udp", host: "127.0.0.1", port: EMBEDDED_PORT },
      ["udp", "tcp"],
    );
    addresses.push(udp);
    // As in the original: without an address, both transports are open.
    if (!emf.has("service_address")) addresses.push({ ...udp, transport: "tcp" });
  }
  return addresses;
}
