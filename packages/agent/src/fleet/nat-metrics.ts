import type { AwsClient } from "../aws/client.ts";
import { NatMeter, type NatReading } from "../flows/nat-meter.ts";

/** Readings that wait for a server that is away: three hours of them, one a minute. */
const MAX_UNSENT = 180;

export interface NatMetricsOptions {
  /** `nat-…`, as the server names this host's gateway. */
  readonly id: string;
  readonly client: Pick<AwsClient, "call">;
  readonly now: () => number;
  /** Hears of readings that were given up. */
  readonly lost: () => void;
}

/** The metrics of this host as a NAT gateway, in `AWS/NATGateway`. What can't be sent waits in memory, the oldest first. */
export class NatMetrics {
  readonly id: string;
  readonly meter = new NatMeter();
  readonly #options: NatMetricsOptions;
  /** `at` in seconds since the epoch. */
  readonly #unsent: { readonly at: number; readonly reading: NatReading }[] = [];
  #sending: Promise<void> = Promise.resolve();

  constructor(options: NatMetricsOptions) {
    this.#options = options;
    this.id = options.id;
  }

  /** Reads the meter and sends all that waits. Calls follow one another. @param active translated connections of TCP now */
  send(active: number): Promise<void> {
    this.#unsent.push({ at: Math.floor(this.#options.now() / 1_000), reading: this.meter.read(active) });
    if (this.#unsent.length > MAX_UNSENT) {
      this.#unsent.shift();
      this.#options.lost();
    }
    const sending = this.#sending.then(() => this.#drain());
    this.#sending = sending.catch(() => {});
    return sending;
  }

  async #drain(): Promise<void> {
    for (let [oldest] = this.#unsent; oldest !== undefined; [oldest] = this.#unsent) {
      const { at, reading } = oldest;
      const MetricData = Object.entries(reading).map(([MetricName, Value]) => ({
        MetricName,
        Value,
        Unit: MetricName.startsWith("Bytes") ? "Bytes" : "Count",
        Timestamp: at,
        Dimensions: [{ Name: "NatGatewayId", Value: this.id }],
      }));
      await this.#options.client.call("PutMetricData", JSON.stringify({ Namespace: "AWS/NATGateway", MetricData }));
      if (this.#unsent[0] === oldest) this.#unsent.shift();
    }
  }
}
