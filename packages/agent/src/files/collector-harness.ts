import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { AwsClient } from "../aws/client.ts";
import { readConfiguration } from "../configuration/configuration.ts";
import { Gate } from "../delivery/gate.ts";
import { LogDelivery } from "../delivery/log-delivery.ts";
import { Spool, type WhenFull } from "../delivery/spool.ts";
import type { FakeCloudWatch } from "../fake-cloudwatch.ts";
import { Health } from "../health/health.ts";
import { FileCollector } from "./file-collector.ts";
import { PositionStore } from "./position-store.ts";

export interface HarnessOptions {
  readonly service: FakeCloudWatch;
  /** Of the collector: positions and spool. */
  readonly state: string;
  /** Items of `collect_list`. */
  readonly files: readonly object[];
  readonly now?: () => number;
  readonly maxBuffered?: number;
  readonly spoolBytes?: number;
  readonly whenFull?: WhenFull;
  readonly flushInterval?: number;
}

export interface RunningCollector {
  readonly health: Health;
  readonly collector: FileCollector;
  readonly spool: Spool;
  readonly delivery: LogDelivery;
  readonly written: string[];
  /** Ends as the agent does. */
  stop(): Promise<void>;
  /** Ends as a crash does: nothing is flushed, nothing saved. */
  crash(): Promise<void>;
}

export function makeDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "nephoscope-agent-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A collector and its delivery against a service of a test. */
export function startCollector(t: TestContext, options: HarnessOptions): RunningCollector {
  const now = options.now ?? Date.now;
  const text = JSON.stringify({ logs: { logs_collected: { files: { collect_list: options.files } } } });
  const { configuration, problems } = readConfiguration([{ name: "test", text }]);
  assert.ok(configuration?.logs, JSON.stringify(problems));
  const written: string[] = [];
  const journal = { write: (level: string, message: string) => void written.push(`${level}: ${message}`) };
  const health = new Health();
  const client = new AwsClient({
    service: "logs",
    endpoint: options.service.endpoint,
    region: "test-region-1",
    credentials: async () => ({ accessKeyId: "KEY", secret: "SECRET" }),
    now,
    connections: 4,
    timeout: 5_000,
  });
  const spool = new Spool({
    directory: join(options.state, "spool"),
    maxBytes: options.spoolBytes ?? 0,
    whenFull: options.whenFull ?? "wait",
    health,
    journal,
  });
  const delivery = new LogDelivery({
    client,
    spool,
    gate: new Gate(now, () => 0),
    health,
    journal,
    now,
    flushInterval: options.flushInterval ?? 50,
    concurrency: 4,
    maxBuffered: options.maxBuffered ?? 4 * 1024 * 1024,
  });
  const collector = new FileCollector({
    sources: configuration.logs.files.map((source) => ({
      source,
      streamOf: (path) => ({
        group: source.destination.group ?? path,
        name: source.everyFile ? path.replaceAll("/", "_") : (source.destination.stream ?? "s"),
        groupClass: source.destination.groupClass,
        retentionDays: source.destination.retentionDays,
        entity: source.destination.entity,
        format: undefined,
      }),
    })),
    delivery,
    positions: new PositionStore(join(options.state, "positions.json"), journal),
    health,
    journal,
    now,
  });
  collector.start();
  let ended = false;
  const end = async (deadline: number, save: boolean) => {
    if (ended) return;
    ended = true;
    await collector.stop();
    await delivery.close(deadline);
    if (save) await collector.save();
    collector.close();
  };
  t.after(() => end(0, true));
  return { health, collector, spool, delivery, written, stop: () => end(5_000, true), crash: () => end(0, false) };
}

/** Polls until the condition holds; fails with what `seen` says after a minute. */
export async function until(condition: () => boolean, seen: () => unknown = () => "", seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) assert.fail(`waited in vain: ${JSON.stringify(seen())}`);
    await sleep(10);
  }
}
