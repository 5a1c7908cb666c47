import type { StatsdSource } from "../configuration/metric-section.ts";
import type { Health } from "../health/health.ts";
import type { Journal } from "../health/journal.ts";
import { type Listener, listen } from "../listen/listener.ts";
import { parseStatsdLine, type StatsdLine } from "./packet.ts";

/** A value for PutMetricData, still without what the section adds. */
export type EmitValue = (name: string, dimensions: ReadonlyMap<string, string>, value: number, count: number) => void;

export interface StatsdOptions {
  readonly source: StatsdSource;
  readonly emit: EmitValue;
  readonly health: Health;
  readonly journal: Journal;
}

/** Metrics that are kept between two collections; a sender of ever new names must not fill the memory. */
const MAX_METRICS = 50_000;
/** Members that a set counts. */
const MAX_MEMBERS = 10_000;

type Kept =
  | { readonly type: "counter"; sum: number }
  | { readonly type: "gauge"; value: number; changed: boolean }
  | { readonly type: "timing"; readonly values: Map<number, number> }
  | { readonly type: "set"; readonly members: Set<string> };

/** Takes StatsD's measurements, and gives what a collection interval brought: sums, last values, all timings, members. */
export class StatsdCollector {
  readonly #options: StatsdOptions;
  readonly #kept = new Map<
    string,
    { readonly name: string; readonly tags: ReadonlyMap<string, string>; readonly kept: Kept }
  >();

  constructor(options: StatsdOptions) {
    this.#options = options;
  }

  take(packet: Buffer): void {
    const { health, journal } = this.#options;
    for (const line of packet.toString().split("\n")) {
      if (line.trim() === "") continue;
      const parsed = parseStatsdLine(line);
      if (parsed === undefined) {
        health.add("PacketsRefused");
        journal.write("warn", `StatsD: this is no measurement: ${JSON.stringify(line.slice(0, 200))}`);
      }
      for (const each of parsed ?? []) this.#take(each);
    }
  }

  /** Emits what was gathered, and begins anew. Gauges keep their value, and are emitted when one came. */
  collect(): void {
    const { emit } = this.#options;
    for (const [key, { name, tags, kept }] of this.#kept) {
      const dimensions = new Map([...tags, ["metric_type", kept.type]]);
      switch (kept.type) {
        case "counter":
          emit(name, dimensions, kept.sum, 1);
          break;
        case "gauge":
          if (kept.changed) emit(name, dimensions, kept.value, 1);
          kept.changed = false;
          continue;
        case "timing":
          for (const [value, count] of kept.values) emit(name, dimensions, value, count);
          break;
        case "set":
          emit(name, dimensions, kept.members.size, 1);
          break;
      }
      this.#kept.delete(key);
    }
  }

  #take({ name, type, text, value, relative, rate, tags }: StatsdLine): void {
    const key = JSON.stringify([name, type, ...[...tags].sort()]);
    let entry = this.#kept.get(key);
    if (entry === undefined) {
      if (this.#kept.size >= MAX_METRICS) {
        this.#options.health.add("MetricValuesDropped");
        return;
      }
      // The original writes a name's dots as its separator.
      entry = { name: name.replaceAll(".", this.#options.source.separator), tags, kept: empty(type) };
      this.#kept.set(key, entry);
    }
    const { kept } = entry;
    switch (kept.type) {
      case "counter":
        kept.sum += value / rate;
        break;
      case "gauge":
        kept.value = relative ? kept.value + value : value;
        kept.changed = true;
        break;
      case "timing":
        kept.values.set(value, (kept.values.get(value) ?? 0) + Math.max(1, Math.round(1 / rate)));
        break;
      case "set":
        if (kept.members.size < MAX_MEMBERS) kept.members.add(text);
        break;
    }
  }
}

function empty(type: StatsdLine["type"]): Kept {
  switch (type) {
    case "counter":
      return { type, sum: 0 };
    case "gauge":
      return { type, value: 0, changed: false };
    case "timing":
      return { type, values: new Map() };
    case "set":
      return { type, members: new Set() };
  }
}

/** Listens, and collects at the source's interval. */
export async function startStatsd(options: StatsdOptions): Promise<Listener> {
  const collector = new StatsdCollector(options);
  const listener = await listen(options.source.address, {
    take: (bytes) => collector.take(bytes),
    // What is gathered is bounded by the collector itself.
    hasRoom: () => true,
    waitForRoom: async () => {},
    onRefused: (reason) => options.journal.write("warn", `StatsD: ${reason}`),
  });
  const timer = setInterval(() => collector.collect(), options.source.collectionInterval * 1000);
  return {
    port: listener.port,
    close: async () => {
      clearInterval(timer);
      await listener.close();
      collector.collect();
    },
  };
}
