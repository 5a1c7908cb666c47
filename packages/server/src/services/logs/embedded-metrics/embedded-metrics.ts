import { CONTROL, FUTURE_MS, isMetricValue, PAST_MS } from "../../../platform/metrics/datum-bounds.ts";
import { unitNumber } from "../../../platform/metrics/units.ts";

/** Values of one metric that a log event carries. */
export interface EmbeddedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** A unit's number. */
  readonly unit: number;
  readonly resolution: 1 | 60;
  readonly values: readonly number[];
}

/** What a log event in the embedded metric format says. */
export interface EmbeddedMetrics {
  /** Milliseconds since 1970; undefined where the event has none, and its own time counts. */
  readonly timestamp: number | undefined;
  readonly metrics: readonly EmbeddedMetric[];
  /** Whether a part of it breaks the format and was left out. */
  readonly invalid: boolean;
}

/** The word that every event of the format has in it. */
export const EMBEDDED_MARK = "CloudWatchMetrics";

/** Bounds of the format (user guide, "Specification: Embedded metric format") and of what a metric may be called. */
const MAX_NAME = 255;
const MAX_DIMENSION_VALUE = 1_024;
const MAX_DIMENSIONS = 30;
const MAX_METRICS = 100;
const MAX_VALUES = 100;

/**
 * Reads the metrics in a log event. Undefined when the event is not in the format; "unreadable" when it claims to be and is no
 * JSON. A fault drops no more than the directive, the set of dimensions or the metric that has it.
 */
export function readEmbeddedMetrics(message: string, nowMs: number): EmbeddedMetrics | "unreadable" | undefined {
  if (!message.startsWith("{") || !message.includes(EMBEDDED_MARK)) return undefined;
  let root: unknown;
  try {
    root = JSON.parse(message);
  } catch {
    return message.includes('"_aws"') ? "unreadable" : undefined;
  }
  const aws = isObject(root) ? own(root, "_aws") : undefined;
  if (!isObject(root) || !isObject(aws)) return undefined;
  const directives = own(aws, EMBEDDED_MARK);
  if (directives === undefined) return undefined;
  const timestamp = own(aws, "Timestamp");
  if (!Array.isArray(directives) || !isTime(timestamp, nowMs))
    return { timestamp: undefined, metrics: [], invalid: true };
  const found = new Findings(root);
  for (const directive of directives) found.read(directive);
  return { timestamp, metrics: found.metrics, invalid: found.invalid };
}

function isTime(value: unknown, nowMs: number): value is number | undefined {
  return (
    value === undefined ||
    (typeof value === "number" && Number.isFinite(value) && value >= nowMs - PAST_MS && value <= nowMs + FUTURE_MS)
  );
}

class Findings {
  readonly metrics: EmbeddedMetric[] = [];
  invalid = false;
  readonly #root: object;

  constructor(root: object) {
    this.#root = root;
  }

  read(directive: unknown): void {
    const namespace = isObject(directive) ? own(directive, "Namespace") : undefined;
    const sets = isObject(directive) ? own(directive, "Dimensions") : undefined;
    const definitions = isObject(directive) ? own(directive, "Metrics") : undefined;
    if (
      !isName(namespace) ||
      namespace.startsWith(":") ||
      !Array.isArray(sets) ||
      sets.length === 0 ||
      !Array.isArray(definitions) ||
      definitions.length > MAX_METRICS
    ) {
      this.invalid = true;
      return;
    }
    const dimensions: Record<string, string>[] = [];
    for (const set of sets) {
      const found = this.#dimensions(set);
      if (found !== undefined) dimensions.push(found);
    }
    for (const definition of definitions) {
      const metric = this.#metric(definition);
      if (metric === undefined) this.invalid = true;
      else for (const set of dimensions) this.metrics.push({ namespace, dimensions: set, ...metric });
    }
  }

  #dimensions(set: unknown): Record<string, string> | undefined {
    const found: Record<string, string> = Object.create(null);
    const names: readonly unknown[] = Array.isArray(set) && set.length <= MAX_DIMENSIONS ? set : [undefined];
    for (const name of names) {
      const value = typeof name === "string" ? own(this.#root, name) : undefined;
      if (!isName(name) || name.startsWith(":") || !isDimensionValue(value)) {
        this.invalid = true;
        return undefined;
      }
      found[name] = value;
    }
    return found;
  }

  #metric(definition: unknown): Omit<EmbeddedMetric, "namespace" | "dimensions"> | undefined {
    if (!isObject(definition)) return undefined;
    const name = own(definition, "Name");
    const given = own(definition, "Unit") ?? "None";
    const unit = typeof given === "string" ? unitNumber(given) : undefined;
    const resolution = own(definition, "StorageResolution") ?? 60;
    if (!isName(name) || unit === undefined || (resolution !== 1 && resolution !== 60)) return undefined;
    const target = own(this.#root, name);
    const values: readonly unknown[] = Array.isArray(target) ? target : [target];
    if (values.length === 0 || values.length > MAX_VALUES || !values.every(isNumber)) return undefined;
    return { name, unit, resolution, values };
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= MAX_NAME && !CONTROL.test(value);
const isDimensionValue = (value: unknown): value is string =>
  typeof value === "string" && value.trim() !== "" && value.length <= MAX_DIMENSION_VALUE && !CONTROL.test(value);
const isNumber = (value: unknown): value is number => typeof value === "number" && isMetricValue(value);

function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? Reflect.get(object, name) : undefined;
}
