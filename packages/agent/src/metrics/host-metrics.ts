import type { PluginSource } from "../configuration/metric-section.ts";
import type { Journal } from "../health/journal.ts";
import { collectorOf } from "../host/collect.ts";
import type { KernelFiles } from "../host/kernel-files.ts";
import { unitOf } from "../host/units.ts";
import type { SectionValue } from "./section-emitter.ts";

export interface HostMetricsOptions {
  readonly source: PluginSource;
  readonly kernel: KernelFiles;
  readonly emit: (value: SectionValue) => void;
  readonly journal: Journal;
  readonly now: () => number;
}

/** Collects one plugin at its interval until the signal. A round that fails is reported, and the next one comes. */
export function startHostMetrics(
  { source, kernel, emit, journal, now }: HostMetricsOptions,
  signal: AbortSignal,
): void {
  const collect = collectorOf(source, kernel, now);
  const wanted = new Map(source.measurements.map((measurement) => [measurement.name, measurement]));
  let busy = false;
  const round = async () => {
    // A host that is too slow for its interval is not asked twice at once.
    if (busy) return;
    busy = true;
    try {
      const at = now();
      for (const { measurement, dimensions, value } of await collect()) {
        const wish = wanted.get(measurement);
        if (wish === undefined) continue;
        emit({
          name: wish.rename ?? `${source.plugin}_${measurement}`,
          dimensions: new Map([...Object.entries(dimensions), ...source.appendDimensions]),
          value,
          unit: wish.unit ?? unitOf(source.plugin, measurement),
          at,
          resolution: source.interval * 1000,
          dropOriginal: source.dropOriginal.has(measurement),
        });
      }
    } catch (error) {
      journal.write(
        "error",
        `${source.plugin} can not be collected: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      busy = false;
    }
  };
  void round();
  const timer = setInterval(() => void round(), source.interval * 1000);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
