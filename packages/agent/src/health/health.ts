/** What the agent counts of its own work, since it started. Reported as metrics, and in its log when it stops. */
export const COUNTERS = [
  "EventsSent",
  "BytesSent",
  "CallsSent",
  "CallsRetried",
  /** Events that the service took no part of: too old, too new, expired. */
  "EventsRejected",
  /** Events that nobody will see: the spool was full and so configured, or the service refused the call for good. */
  "EventsDropped",
  "EventsTruncated",
  "EventsSpooled",
  "MetricValuesDropped",
  "PacketsRefused",
  "FilesRotated",
  "FilesTruncated",
  /** Bytes of files that were gone before they were read. */
  "BytesLost",
] as const;

export type Counter = (typeof COUNTERS)[number];

/** Values that go up and down. */
export const GAUGES = ["FilesFollowed", "BytesBehind", "BytesBuffered", "BytesSpooled", "ResidentMemory"] as const;
export type Gauge = (typeof GAUGES)[number];

export class Health {
  readonly #counts = new Map<Counter, number>(COUNTERS.map((name) => [name, 0]));
  readonly #gauges = new Map<Gauge, () => number>();

  add(counter: Counter, by = 1): void {
    this.#counts.set(counter, this.count(counter) + by);
  }

  count(counter: Counter): number {
    return this.#counts.get(counter) ?? 0;
  }

  /** @param read gives the value of now */
  gauge(name: Gauge, read: () => number): void {
    this.#gauges.set(name, read);
  }

  counts(): ReadonlyMap<Counter, number> {
    return this.#counts;
  }

  gauges(): ReadonlyMap<Gauge, number> {
    return new Map([...this.#gauges].map(([name, read]) => [name, read()]));
  }
}
