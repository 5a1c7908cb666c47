import type { HostResource } from "./host.ts";

/** Whose a machine's name is. */
export interface HostNames {
  /** Ids of the hosts that are called so; those that registered under the name go before those that only say so now. */
  bearers(host: HostResource, name: string): readonly string[];
}

/** The same, asked once for each name: a call may have a thousand metrics of the same few, and there may be as many hosts. */
export function rememberedNames(names: HostNames): HostNames {
  const asked = new Map<string, readonly string[]>();
  return {
    bearers(host, name) {
      const known = asked.get(name) ?? names.bearers(host, name);
      asked.set(name, known);
      return known;
    },
  };
}

/** By these dimensions, values of metrics name the host that they are about. */
const ID_DIMENSIONS = new Set(["InstanceId", "instance_id"]);
/** The agent's own dimension, where a configuration asks for no other. */
const NAME_DIMENSION = "host";
/** Where all hosts' agents write, also sums over hosts, which name none. */
const SHARED = new Set(["CWAgent", "Nephoscope/Agent"]);

/**
 * Why a metric is not a host's own; undefined when it is. It is when it names this host, by id or name; it never is when it names another one.
 * One that names none belongs to nobody, and is taken in the agent's own namespaces only.
 */
export function strangeMetric(
  host: HostResource,
  names: HostNames,
  {
    namespace,
    name,
    dimensions,
  }: { namespace: string; name: string; dimensions: readonly (readonly [name: string, value: unknown])[] },
): string | undefined {
  const id = host.ref.key;
  let own = false;
  for (const [dimension, value] of dimensions) {
    if (ID_DIMENSIONS.has(dimension)) {
      if (value !== id) return `the metric ${name} is about another host (${dimension})`;
      own = true;
    } else if (dimension === NAME_DIMENSION && typeof value === "string") {
      if (value === host.document.registeredName) {
        own = true;
        continue;
      }
      const bearers = names.bearers(host, value);
      if (bearers.length > 0 && !bearers.includes(id)) return `the metric ${name} is about another host (${dimension})`;
      own ||= bearers.includes(id);
    }
  }
  // Namespaces of AWS's services are about resources; a host has itself, by its id.
  if (namespace.startsWith("AWS/") && !dimensions.some(([dimension]) => ID_DIMENSIONS.has(dimension)))
    return `a host may put metrics into ${namespace} only with its InstanceId`;
  if (own || SHARED.has(namespace)) return undefined;
  return `the metric ${name} in ${namespace} names no host: a host may put metrics that have its InstanceId, or its name as host; its role can allow others`;
}

/** The word that each event in the embedded metric format has in it. */
const MARK = Buffer.from("CloudWatchMetrics");

/** The events of a PutLogEvents call, as far as they are looked at here. */
interface Messages {
  readonly length: number;
  message(index: number): string;
  mayContain(text: Buffer): boolean;
}

/**
 * Why the metrics that log events carry in themselves are not a host's own. Applications write them, in namespaces of theirs, so they need not
 * name the host; what is AWS's or another host's they must not touch.
 */
export function strangeEmbeddedMetric(host: HostResource, names: HostNames, logEvents: unknown): string | undefined {
  const events = messagesOf(logEvents);
  if (events === undefined || !events.mayContain(MARK)) return undefined;
  const known = rememberedNames(names);
  for (let index = 0; index < events.length; index++) {
    const text = events.message(index);
    if (!text.startsWith("{") || !text.includes("CloudWatchMetrics")) continue;
    for (const metric of embeddedIn(text)) {
      const namesNone = !metric.dimensions.some(([name]) => ID_DIMENSIONS.has(name) || name === NAME_DIMENSION);
      if (namesNone && !metric.namespace.startsWith("AWS/")) continue;
      const reason = strangeMetric(host, known, metric);
      if (reason !== undefined) return `of an event in the embedded metric format, ${reason}`;
    }
  }
  return undefined;
}

function messagesOf(logEvents: unknown): Messages | undefined {
  if (Array.isArray(logEvents)) {
    const texts = logEvents.map((event) => String(record(event).message));
    return {
      length: texts.length,
      message: (index) => texts[index] ?? "",
      mayContain: (text) => texts.some((message) => message.includes(text.toString())),
    };
  }
  return isMessages(logEvents) ? logEvents : undefined;
}

const isMessages = (value: unknown): value is Messages =>
  typeof value === "object" &&
  value !== null &&
  "length" in value &&
  typeof value.length === "number" &&
  "message" in value &&
  typeof value.message === "function" &&
  "mayContain" in value &&
  typeof value.mayContain === "function";

/** A metric for each set of dimensions of each directive. What breaks the format is nobody's metric, and is left out. */
function embeddedIn(text: string) {
  let root: Record<string, unknown>;
  try {
    root = record(JSON.parse(text));
  } catch {
    return [];
  }
  return list(record(root._aws).CloudWatchMetrics)
    .map(record)
    .flatMap(({ Namespace, Dimensions, Metrics }) => {
      const name = list(Metrics)
        .map((metric) => String(record(metric).Name))
        .join(", ");
      // Without sets, a metric without dimensions.
      const sets = list(Dimensions).length === 0 ? [[]] : list(Dimensions).map(list);
      return sets.map((set) => ({
        namespace: String(Namespace),
        name,
        dimensions: set.map((dimension) => [String(dimension), root[String(dimension)]] as const),
      }));
    });
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
