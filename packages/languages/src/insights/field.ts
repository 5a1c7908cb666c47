import type { FieldNode } from "./node.ts";
import { sqlString } from "./sql-quote.ts";
import { constant, finite, json, MISSING, number, text, timestamp, type Value } from "./sql-value.ts";

/** Columns of the events table that fields are made of. */
export const EVENT_COLUMNS = {
  message: "message",
  timestamp: "timestamp",
  seq: "seq",
  stream: "stream",
  group: "group_id",
  ingestion: "ingestion_time",
} as const;

const { message } = EVENT_COLUMNS;

/** What the server knows of an event's origin: its SQL for `account:group`, and the Region. */
export interface Origin {
  readonly log: string;
  readonly region: string | undefined;
}

/** Fields every event has. */
export function systemField(name: string, { log, region }: Origin): Value | undefined {
  switch (name) {
    case "@aws.account":
      return text(`splitByChar(':', toString(${log}))[1]`, false);
    case "@source.log":
      return text(`substring(toString(${log}), position(toString(${log}), ':') + 1)`, false);
    case "@aws.region":
      return region === undefined ? undefined : constant(region);
    case "@message":
      return { ...text(message, false), within: "exact" };
    case "@timestamp":
      return {
        ...timestamp(`toUnixTimestamp64Milli(${EVENT_COLUMNS.timestamp})`, false),
        columns: [EVENT_COLUMNS.timestamp],
      };
    case "@ingestionTime":
      return {
        ...timestamp(`toUnixTimestamp64Milli(${EVENT_COLUMNS.ingestion})`, false),
        columns: [EVENT_COLUMNS.ingestion],
      };
    case "@logStream":
      return { ...text(`toString(${EVENT_COLUMNS.stream})`, false), columns: [EVENT_COLUMNS.stream] };
    case "@log":
      return text(`toString(${log})`, false);
    default:
      return undefined;
  }
}

/** Columns of the default VPC flow-log format (version 2), by AWS's field names. */
export const FLOW_FIELDS = [
  "version",
  "accountId",
  "interfaceId",
  "srcAddr",
  "dstAddr",
  "srcPort",
  "dstPort",
  "protocol",
  "packets",
  "bytes",
  "start",
  "end",
  "action",
  "logStatus",
];
/** The two names AWS documents for the flow's times beside the format's own. */
const FLOW_SYNONYMS: Readonly<Record<string, string>> = { startTime: "start", endTime: "end" };

export const ROUTE53_FIELDS = [
  "version",
  "queryTimestamp",
  "hostZoneId",
  "queryName",
  "queryType",
  "responseCode",
  "protocol",
  "edgeLocation",
  "resolverIp",
  "ednsClientSubnet",
];

/** The line formats whose fields are words at fixed places. */
export type LineFormat = "flow" | "route53";

/**
 * The words of a message as SQL, one more than the format has: the last word of
 * a longer message is the rest of it, so that long messages cost little.
 */
export const LINE_WORDS: Readonly<Record<LineFormat, string>> = {
  flow: `splitByChar(' ', ${message}, ${FLOW_FIELDS.length + 1})`,
  route53: `splitByChar(' ', ${message}, ${ROUTE53_FIELDS.length + 1})`,
};

/**
 * One word of a line, null for other messages. The test reads the words too,
 * which makes the engine split a message once and not for every field.
 */
function lineWord(format: LineFormat, words: string, position: number): string {
  return `if(${isLine(format, words)}, ${words}[${position}], NULL)`;
}

/** Whether a message is of the format, by its words. */
export function isLine(format: LineFormat, words: string): string {
  return format === "flow"
    ? `length(${words}) = ${FLOW_FIELDS.length} AND ${words}[1] = '2' AND ${words}[${FLOW_FIELDS.length}] IN ('OK', 'NODATA', 'SKIPDATA')`
    : `length(${words}) = ${ROUTE53_FIELDS.length} AND ${words}[1] = '1.0'`;
}

/**
 * A field discovered in the message: a word of a flow record or Route 53 line,
 * or a leaf of a JSON object. `words` gives the column of a format's {@link LINE_WORDS}.
 */
export function discoveredField(field: FieldNode, words: (format: LineFormat) => string): Value {
  if (field.name.startsWith("@@")) return jsonField([field.name.slice(1)]);
  if (field.name.startsWith("@")) return lambdaField(field.name) ?? MISSING;
  const inLine = lineWords(field.name, words);
  const leaf = jsonField(field.segments);
  if (inLine.length > 0) return { ...leaf, sql: `coalesce(${[...inLine, leaf.sql].join(", ")})` };
  return { ...leaf, ...behindKey(field) };
}

/** The longest step of a discovered field's name that JSON must hold as a key, or a part of one. */
export function behindKey({ name, segments }: FieldNode): Pick<Value, "behindKey"> {
  if (name.startsWith("@") || lineWords(name, (format) => format).length > 0) return {};
  const plain = segments.filter((segment) => /^[A-Za-z0-9_.-]*[A-Za-z_.-][A-Za-z0-9_.-]*$/.test(segment));
  const key = plain.reduce((longest, segment) => (segment.length > longest.length ? segment : longest), "");
  return key === "" ? {} : { behindKey: key };
}

/** The words that have the name in one of the line formats, each null in other messages. */
export function lineWords(name: string, words: (format: LineFormat) => string): string[] {
  const found: string[] = [];
  const flow = FLOW_FIELDS.indexOf(FLOW_SYNONYMS[name] ?? name);
  const route53 = ROUTE53_FIELDS.indexOf(name);
  if (flow !== -1) found.push(lineWord("flow", words("flow"), flow + 1));
  if (route53 !== -1) found.push(lineWord("route53", words("route53"), route53 + 1));
  return found;
}

/**
 * A log line of a function's runtime (Node.js, Python): its time and the request's id stand in front. Most other
 * messages fail the two cheap tests, so that the expression is seldom looked for.
 */
export const MAY_BE_FUNCTION_LINE = `(substring(${message}, 24, 2) = 'Z\\t' OR startsWith(${message}, '['))`;
/** As SQL literals. The JSON inside such a line goes from its first opening brace to its last closing one. */
export const FUNCTION_LINE = "'^(\\\\[[A-Z]+\\\\]\\t[0-9T:.-]+|[0-9T:.-]{23})Z\\t[0-9a-f-]{36}\\t'";
export const JSON_IN_LINE = "'(?s)\\\\{.*\\\\}'";
const IS_FUNCTION_LINE = `${MAY_BE_FUNCTION_LINE} AND match(${message}, ${FUNCTION_LINE})`;
const FRAGMENT = `extract(${message}, ${JSON_IN_LINE})`;

/** The message is JSON, or a function's line with JSON in it, which is looked for in other messages only. */
function jsonField(segments: readonly string[]): Value {
  const whole = jsonLeaf(message, segments);
  const inLine = jsonLeaf(FRAGMENT, segments);
  return {
    ...text(`multiIf(startsWith(${message}, '{'), ${whole}, ${IS_FUNCTION_LINE}, ${inLine}, NULL)`),
    within: "json",
  };
}

/**
 * A leaf of a JSON text. A dotted name is a path; as keys may hold dots
 * themselves, `a.b.c` is tried as a/b/c, then a/b.c, then a.b.c. A whole number
 * is a position in an array and a key of an object.
 */
function jsonLeaf(source: string, segments: readonly string[]): string {
  const alternatives: string[] = [];
  for (let joined = segments.length; joined >= 1; joined--) {
    const path = [...segments.slice(0, joined - 1), segments.slice(joined - 1).join(".")];
    const lookup = jsonLookup(source, path);
    // The joined spellings are rare, so they are tried only where the message holds the key.
    const key = path.at(-1) ?? "";
    alternatives.push(
      joined === segments.length
        ? lookup
        : `if(position(${message}, ${sqlString(JSON.stringify(key))}) > 0, ${lookup}, NULL)`,
    );
  }
  const [only = "NULL"] = alternatives;
  return alternatives.length === 1 ? only : `coalesce(${alternatives.join(", ")})`;
}

function jsonLookup(source: string, path: readonly string[]): string {
  const steps: string[] = [];
  const conditions: string[] = [];
  for (const step of path) {
    if (/^(?:0|[1-9][0-9]{0,5})$/.test(step)) {
      const parent = [source, ...steps].join(", ");
      // ClickHouse reads a position into an object as the position of a key, which is never what was meant.
      conditions.push(`JSONType(${parent}) = 'Array'`);
      steps.push(String(Number(step) + 1));
    } else {
      steps.push(sqlString(step));
    }
  }
  const lookup = `JSONExtract(${[source, ...steps].join(", ")}, 'Nullable(String)')`;
  if (conditions.length === 0) return lookup;
  const byKey = `JSONExtract(${[source, ...path.map(sqlString)].join(", ")}, 'Nullable(String)')`;
  return `if(${conditions.join(" AND ")}, ${lookup}, ${byKey})`;
}

/** A part of a JSON value: positions are counted from 0. */
export function jsonElement(target: Value, path: readonly (string | number)[]): Value {
  if (target.type !== "json") return MISSING;
  const source = `assumeNotNull(${target.sql})`;
  const conditions: string[] = [`isNotNull(${target.sql})`];
  const steps: string[] = [];
  for (const step of path) {
    const parent = [source, ...steps].join(", ");
    conditions.push(`JSONType(${parent}) = ${typeof step === "number" ? "'Array'" : "'Object'"}`);
    steps.push(typeof step === "number" ? String(step + 1) : sqlString(step));
  }
  const raw = `JSONExtractRaw(${[source, ...steps].join(", ")})`;
  return json(`if(${conditions.join(" AND ")}, nullIf(nullIf(${raw}, ''), 'null'), NULL)`);
}

const REQUEST_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const IS_REPORT = `startsWith(${message}, 'REPORT RequestId: ')`;

/** A number of a REPORT line. AWS shows sizes in bytes of 1000-based megabytes, and durations in milliseconds. */
function reportNumber(label: string, unit: string, factor: number): Value {
  const parsed = `toFloat64OrNull(extract(${message}, ${sqlString(`${label}: ([0-9.]+) ${unit}`)}))`;
  return number(`if(${IS_REPORT}, ${finite(factor === 1 ? parsed : `(${parsed} * ${factor})`)}, NULL)`);
}

/** Fields of a function's START, END and REPORT lines; the request id also of the runtimes' own log lines. */
function lambdaField(name: string): Value | undefined {
  switch (name) {
    case "@type":
      return {
        ...text(
          `multiIf(${IS_REPORT}, 'REPORT', startsWith(${message}, 'START RequestId: '), 'START', startsWith(${message}, 'END RequestId: '), 'END', NULL)`,
        ),
        within: "exact",
      };
    case "@requestId": {
      const line = sqlString(
        `^(?:(?:START|END|REPORT) RequestId: |(?:\\[[A-Z]+\\]\\t)?[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z\\t)(${REQUEST_ID})`,
      );
      return { ...text(`nullIf(extract(${message}, ${line}), '')`), within: "exact" };
    }
    case "@duration":
      return reportNumber("Duration", "ms", 1);
    case "@billedDuration":
      return reportNumber("Billed Duration", "ms", 1);
    case "@initDuration":
      return reportNumber("Init Duration", "ms", 1);
    case "@memorySize":
      return reportNumber("Memory Size", "MB", 1_000_000);
    case "@maxMemoryUsed":
      return reportNumber("Max Memory Used", "MB", 1_000_000);
    case "@xrayTraceId":
      return {
        ...text(`if(${IS_REPORT}, nullIf(extract(${message}, 'XRAY TraceId: ([0-9A-Za-z-]+)'), ''), NULL)`),
        within: "exact",
      };
    case "@xraySegmentId":
      return {
        ...text(`if(${IS_REPORT}, nullIf(extract(${message}, 'SegmentId: ([0-9A-Za-z]+)'), ''), NULL)`),
        within: "exact",
      };
    default:
      return undefined;
  }
}
