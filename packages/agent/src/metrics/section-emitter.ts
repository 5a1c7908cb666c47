import type { MetricSection } from "../configuration/metric-section.ts";
import { fillDimension, type HostIdentity } from "../host/host-identity.ts";
import type { Sample } from "./aggregator.ts";
import { rollUp } from "./rollup.ts";

/** A value of a plugin or listener, before the section's dimensions. */
export interface SectionValue {
  readonly name: string;
  readonly dimensions: ReadonlyMap<string, string>;
  readonly value: number;
  readonly unit: string | undefined;
  readonly at: number;
  /** Milliseconds. */
  readonly resolution: number;
  readonly dropOriginal: boolean;
  readonly count?: number;
}

/** Adds what a metrics section says of every metric: namespace, dimensions of the host, aggregations. */
export function sectionEmitter(
  section: Pick<MetricSection, "namespace" | "appendDimensions" | "aggregationDimensions">,
  host: HostIdentity,
  omitHostname: boolean,
  add: (sample: Sample, count: number) => void,
): (value: SectionValue) => void {
  const appended = new Map<string, string>();
  for (const [name, text] of section.appendDimensions) {
    const value = fillDimension(text, host);
    if (value !== undefined) appended.set(name, value);
  }
  // As in the original: the host's name is a dimension unless others were asked for.
  if (section.appendDimensions.size === 0 && !omitHostname) appended.set("host", host.hostname);
  return ({ name, dimensions, value, unit, at, resolution, dropOriginal, count = 1 }) => {
    const all = new Map([...appended, ...dimensions]);
    for (const set of rollUp(all, section.aggregationDimensions, dropOriginal)) {
      add({ namespace: section.namespace, name, dimensions: set, value, unit, at, resolution }, count);
    }
  };
}
