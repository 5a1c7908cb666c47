import { AwsError } from "../aws/aws-error.ts";
import type { AwsClient } from "../aws/client.ts";
import type { Gate } from "../delivery/gate.ts";
import type { Spool, SpooledCall } from "../delivery/spool.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { Aggregator, type Datum, type Sample } from "./aggregator.ts";

export interface MetricDeliveryOptions {
  readonly client: Pick<AwsClient, "call" | "close">;
  readonly spool: Spool;
  readonly gate: Gate;
  readonly health: Health;
  readonly journal: Journal;
  readonly now: () => number;
  /** Milliseconds a complete period waits at most. */
  readonly flushInterval: number;
}

/** PutMetricData takes 1,000 data and 1 MB a call. A datum of 150 values and 30 dimensions is below 8 KB, most below 300 bytes. */
const DATA_A_CALL = 150;
/** Periods are looked at this often when the flush interval is longer than a second. */
const MIN_TICK_MS = 1_000;

/** Gathers values and sends them. What the service does not take goes to the spool; what that does not take is counted. */
export class MetricDelivery {
  readonly #options: MetricDeliveryOptions;
  readonly #aggregator: Aggregator;
  readonly #timer: NodeJS.Timeout;
  #sending: Promise<void> = Promise.resolve();
  #busy = false;

  constructor(options: MetricDeliveryOptions) {
    this.#options = options;
    this.#aggregator = new Aggregator((values) => options.health.add("MetricValuesDropped", values));
    this.#timer = setInterval(() => this.#tick(), Math.max(MIN_TICK_MS, options.flushInterval));
  }

  add(sample: Sample, count = 1): void {
    this.#aggregator.add(sample, count);
  }

  /** Sends everything, complete or not. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
    await this.#send(this.#aggregator.take(Number.POSITIVE_INFINITY));
    this.#options.client.close();
  }

  #tick(): void {
    // One round at a time: while the service is away, the aggregator gathers, within its bound.
    if (this.#busy) return;
    this.#busy = true;
    this.#sending = this.#round().finally(() => {
      this.#busy = false;
    });
  }

  async #round(): Promise<void> {
    const { now, journal } = this.#options;
    try {
      await this.#send(this.#aggregator.take(now()));
      await this.#drain();
    } catch (error) {
      journal.write(
        "error",
        `metrics were not sent: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }

  async #send(data: readonly Datum[]): Promise<void> {
    const { spool, gate, health } = this.#options;
    // What names this host and what does not go apart: a server may take the one from a host and not the other.
    const calls = Map.groupBy(data, (datum) => `${namesHost(datum)} ${datum.namespace}`);
    for (const all of calls.values()) {
      const namespace = all[0]?.namespace;
      for (let at = 0; at < all.length; at += DATA_A_CALL) {
        const part = all.slice(at, at + DATA_A_CALL).map(({ namespace: _, ...datum }) => datum);
        const body = Buffer.from(JSON.stringify({ Namespace: namespace, MetricData: part }));
        const call: SpooledCall = { service: "monitoring", operation: "PutMetricData", items: part.length };
        const answer = gate.wait > 0 ? "later" : await this.#call(call, body);
        if (answer === "refused" || (answer === "later" && (await spool.keep(call, body)) === "full"))
          health.add("MetricValuesDropped", part.length);
      }
    }
  }

  async #drain(): Promise<void> {
    const { spool, gate } = this.#options;
    while (gate.wait === 0) {
      const oldest = spool.read();
      if (oldest === undefined) return;
      const answer = await this.#call(oldest.call, oldest.body);
      if (answer === "later") return;
      if (answer === "refused") this.#options.health.add("MetricValuesDropped", oldest.call.items);
      spool.remove(oldest);
    }
  }

  async #call(call: SpooledCall, body: Uint8Array): Promise<"stored" | "later" | "refused"> {
    const { client, gate, health, journal } = this.#options;
    try {
      health.add("CallsSent");
      await client.call(call.operation, body);
      gate.succeeded();
      return "stored";
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const refused = error.remedy === "never" || (error.remedy === "wait" && !isAboutHost(body));
      journal.write(refused ? "error" : "warn", `PutMetricData: ${error.code}: ${error.message}`);
      if (refused) return "refused";
      health.add("CallsRetried");
      gate.failed(error.remedy);
      return "later";
    }
  }
}

/** By these dimensions a metric names the host that it is about. */
const HOST_DIMENSIONS = ["InstanceId", "instance_id", "host"];

const namesHost = ({ Dimensions }: Datum): boolean => Dimensions.some(({ Name }) => HOST_DIMENSIONS.includes(Name));

/**
 * Whether a call has metrics about this host. Those a server takes from the host once its key is right, so they wait for that; sums over hosts that
 * its role may not write would keep them waiting for ever, and are given up.
 */
const isAboutHost = (body: Uint8Array): boolean =>
  HOST_DIMENSIONS.some((name) =>
    Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(`{"Name":"${name}"`),
  );
