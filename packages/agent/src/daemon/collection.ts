import { startCollectd } from "../collectd/collectd-listener.ts";
import { NO_ENTITY } from "../configuration/agent-section.ts";
import type { Configuration } from "../configuration/configuration.ts";
import type { Destination } from "../configuration/file-source.ts";
import { Gate } from "../delivery/gate.ts";
import { LogDelivery } from "../delivery/log-delivery.ts";
import { Spool } from "../delivery/spool.ts";
import type { StreamName } from "../delivery/stream-name.ts";
import { startEmbedded } from "../embedded-metrics/embedded-listener.ts";
import { FileCollector } from "../files/file-collector.ts";
import type { PositionStore } from "../files/position-store.ts";
import type { Health } from "../health/health.ts";
import { startHealthMetrics } from "../health/health-metrics.ts";
import type { Journal } from "../health/journal.ts";
import { fillPlaceholders, type HostIdentity } from "../host/host-identity.ts";
import { kernelFiles } from "../host/kernel-files.ts";
import { JournalCollector } from "../journald/journal-collector.ts";
import type { Listener } from "../listen/listener.ts";
import { startHostMetrics } from "../metrics/host-metrics.ts";
import { startInstanceMetrics } from "../metrics/instance-metrics.ts";
import { MetricDelivery } from "../metrics/metric-delivery.ts";
import { sectionEmitter } from "../metrics/section-emitter.ts";
import { startStatsd } from "../statsd/statsd-listener.ts";
import type { Connections } from "./connections.ts";
import type { AgentPaths, AgentSettings } from "./settings.ts";

export interface CollectionOptions {
  readonly configuration: Configuration;
  readonly settings: AgentSettings;
  readonly paths: AgentPaths;
  readonly host: HostIdentity;
  readonly connections: Connections;
  readonly positions: PositionStore;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
  /** Called when all addresses are listened at and nothing was read yet. */
  readonly onListening: () => void;
}

/** Messages that may be in memory. With what a batch costs while it is sent, the agent stays below 150 MB. */
const MAX_BUFFERED_BYTES = 6 * 1024 * 1024;
/** Of streams of different names. A server that fsyncs before it answers takes its time for each call, and not less for two. */
const DEFAULT_CONCURRENCY = 8;
/** How long a stop waits for what is on its way. What waits longer is in files or the spool. */
const STOP_MS = 10_000;
const OWN_FLUSH_SECONDS = 10;

/** Everything that a configuration makes run. */
export interface Collection {
  readonly delivery: LogDelivery;
  /** Stops the sources, sends or spools what is on its way, saves the positions. */
  close(): Promise<void>;
}

/** @throws ListenError when an address can not be listened at; nothing is left running then */
export async function startCollection(options: CollectionOptions): Promise<Collection> {
  const { configuration, connections, health, journal, now, paths, settings, host } = options;
  const stopping = new AbortController();
  const { logs, metrics } = configuration;
  const gate = () => new Gate(now, Math.random);
  const spool = (name: string) =>
    new Spool({
      directory: `${paths.spool}/${name}`,
      maxBytes: settings.spoolBytes,
      whenFull: settings.whenFull,
      health,
      journal,
    });
  const logSpool = spool("logs");
  const concurrency = logs?.concurrency ?? DEFAULT_CONCURRENCY;
  const delivery = new LogDelivery({
    client: connections.client("logs", {
      endpoint: logs?.endpoint,
      roleArn: logs?.roleArn ?? configuration.agent.roleArn,
      connections: concurrency + 1,
    }),
    spool: logSpool,
    gate: gate(),
    health,
    journal,
    now,
    flushInterval: (logs?.flushInterval ?? OWN_FLUSH_SECONDS) * 1000,
    concurrency,
    maxBuffered: MAX_BUFFERED_BYTES,
  });
  const metricSpool = spool("monitoring");
  const values = new MetricDelivery({
    client: connections.client("monitoring", {
      endpoint: metrics?.endpoint,
      roleArn: metrics?.roleArn ?? configuration.agent.roleArn,
    }),
    spool: metricSpool,
    gate: gate(),
    health,
    journal,
    now,
    flushInterval: Math.min(metrics?.flushInterval ?? OWN_FLUSH_SECONDS, OWN_FLUSH_SECONDS) * 1000,
  });
  const files = new FileCollector({
    sources: (logs?.files ?? []).map((source) => ({
      source,
      streamOf: (path) => streamOf(source.destination, path, source.everyFile, options),
    })),
    delivery,
    positions: options.positions,
    health,
    journal,
    now,
  });
  const journals = new JournalCollector({
    sources: (logs?.journal ?? []).map((source) => ({
      source,
      stream: streamOf(source.destination, "journal", false, options),
    })),
    delivery,
    directory: `${paths.home}/state/journal`,
    journal,
    now,
  });
  const listeners: Listener[] = [];
  const closeAll = async () => {
    stopping.abort();
    await Promise.all(listeners.map((listener) => listener.close()));
    await journals.stop();
    await files.stop();
    await delivery.close(STOP_MS);
    await files.save();
    files.close();
    journals.close();
    await values.close();
  };
  try {
    await startMetrics(options, values, listeners, stopping.signal);
    for (const address of logs?.embeddedMetrics ?? []) {
      listeners.push(
        await startEmbedded({
          address,
          emit: ({ group, stream }, event) => delivery.add(embeddedStream(group, stream, options), event),
          hasRoom: () => delivery.room,
          waitForRoom: () => delivery.waitForRoom(),
          health,
          journal,
          now,
        }),
      );
    }
    options.onListening();
  } catch (error) {
    await closeAll();
    throw error;
  }
  health.gauge("FilesFollowed", () => files.files);
  health.gauge("BytesBehind", () => files.behind);
  health.gauge("BytesBuffered", () => delivery.buffered);
  health.gauge("BytesSpooled", () => logSpool.bytes + metricSpool.bytes);
  health.gauge("ResidentMemory", () => process.memoryUsage.rss());
  if (settings.healthMetrics ?? !connections.toAws) {
    startHealthMetrics(health, host.instanceId ?? host.hostname, (sample) => values.add(sample), now, stopping.signal);
  }
  files.start();
  journals.start();
  return { delivery, close: closeAll };
}

async function startMetrics(
  options: CollectionOptions,
  values: MetricDelivery,
  listeners: Listener[],
  signal: AbortSignal,
): Promise<void> {
  const { configuration, connections, health, journal, now, settings, host } = options;
  const { metrics, agent } = configuration;
  const kernel = kernelFiles();
  if (settings.instanceMetrics ?? (host.instanceId !== undefined && !connections.toAws)) {
    startInstanceMetrics(
      {
        instanceId: host.instanceId ?? host.hostname,
        detailed: settings.detailedMonitoring,
        kernel,
        add: (sample) => values.add(sample),
        journal,
        now,
      },
      signal,
    );
  }
  if (metrics === undefined) return;
  const emit = sectionEmitter(metrics, host, agent.omitHostname, (sample, count) => values.add(sample, count));
  for (const source of metrics.plugins) startHostMetrics({ source, kernel, emit, journal, now }, signal);
  const { statsd, collectd } = metrics;
  if (statsd !== undefined) {
    const resolution = (statsd.aggregationInterval || statsd.collectionInterval) * 1000;
    listeners.push(
      await startStatsd({
        source: statsd,
        emit: (name, dimensions, value, count) =>
          emit({
            name,
            dimensions,
            value,
            count,
            unit: undefined,
            at: now(),
            resolution,
            dropOriginal: statsd.dropOriginal.has(name),
          }),
        health,
        journal,
      }),
    );
  }
  if (collectd !== undefined) {
    const resolution = (collectd.aggregationInterval || 1) * 1000;
    listeners.push(
      await startCollectd({
        source: collectd,
        emit: (name, dimensions, value, at) =>
          emit({
            name,
            dimensions,
            value,
            unit: undefined,
            at: at || now(),
            resolution,
            dropOriginal: collectd.dropOriginal.has(name),
          }),
        files: kernel,
        health,
        journal,
      }),
    );
  }
}

function streamOf(
  destination: Destination,
  path: string,
  everyFile: boolean,
  { configuration, host, now }: CollectionOptions,
): StreamName {
  const fill = (text: string) => fillPlaceholders(text, host, now());
  const given = destination.stream ?? configuration.logs?.stream;
  const stream = fill(given ?? "{instance_id}");
  return {
    // As in the original: without a name, the group is the path up to its last dot.
    group: destination.group === undefined ? groupOfPath(path) : fill(destination.group),
    // A file of many has a stream of its own, unless it has a group of its own.
    name: everyFile && destination.group !== undefined ? `${stream}${path.replace(/[^.\-_A-Za-z0-9]/g, "_")}` : stream,
    groupClass: destination.groupClass,
    retentionDays: destination.retentionDays,
    entity: destination.entity,
    format: undefined,
  };
}

export function groupOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  const kept = dot > 0 ? path.slice(0, path.length - name.length + dot) : path;
  return kept.replace(/[^.\-_/#A-Za-z0-9]/g, "_").slice(0, 512);
}

function embeddedStream(
  group: string,
  stream: string | undefined,
  { configuration, host, now }: CollectionOptions,
): StreamName {
  const name = stream ?? fillPlaceholders(configuration.logs?.stream ?? "{instance_id}", host, now());
  return { group, name, groupClass: undefined, retentionDays: undefined, entity: NO_ENTITY, format: "json/emf" };
}
