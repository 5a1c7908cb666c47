import { join } from "node:path";
import type { AwsClient } from "../aws/client.ts";
import { runningProcess } from "../daemon/agent-process.ts";
import { agentPaths, readSettings } from "../daemon/settings.ts";
import { Gate } from "../delivery/gate.ts";
import { Spool } from "../delivery/spool.ts";
import { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { kernelFiles } from "../host/kernel-files.ts";
import { instanceCollector } from "../metrics/instance-metrics.ts";
import { MetricDelivery } from "../metrics/metric-delivery.ts";

/** A day of them at most. */
const SPOOL_BYTES = 16 * 1_048_576;
const FLUSH_MS = 10_000;

export interface InstanceMetricsOptions {
  readonly instanceId: string;
  /** Where the agent keeps its things. */
  readonly home: string;
  readonly stateFolder: string;
  /** Its own: it is closed with this. */
  readonly client: AwsClient;
  readonly journal: Journal;
  readonly now: () => number;
}

/**
 * The metrics that EC2 gives of every instance, also of one whose agent has no configuration yet. Where the agent collects, it gives them, and
 * this is silent: both together would count traffic twice.
 */
export class InstanceMetrics {
  readonly #options: InstanceMetricsOptions;
  readonly #delivery: MetricDelivery;
  #collect: { readonly detailed: boolean; readonly run: () => Promise<void> } | undefined;

  constructor(options: InstanceMetricsOptions) {
    this.#options = options;
    const { stateFolder, client, journal, now } = options;
    const health = new Health();
    this.#delivery = new MetricDelivery({
      client,
      spool: new Spool({
        directory: join(stateFolder, "metrics"),
        maxBytes: SPOOL_BYTES,
        whenFull: "drop_oldest",
        health,
        journal,
      }),
      gate: new Gate(now, Math.random),
      health,
      journal,
      now,
      flushInterval: FLUSH_MS,
    });
  }

  /** To be called once a minute. @param detailed metrics by the minute instead of every five */
  async look(detailed: boolean): Promise<void> {
    const { instanceId, home, journal, now } = this.#options;
    const paths = agentPaths(home);
    if (runningProcess(paths) !== undefined || readSettings(paths.settings).instanceMetrics === false) {
      this.#collect = undefined;
      return;
    }
    if (this.#collect?.detailed !== detailed) {
      const add: MetricDelivery["add"] = (sample) => this.#delivery.add(sample);
      const run = instanceCollector({ instanceId, detailed, kernel: kernelFiles(), add, journal, now });
      this.#collect = { detailed, run };
    }
    await this.#collect.run();
  }

  close(): Promise<void> {
    return this.#delivery.close();
  }
}
