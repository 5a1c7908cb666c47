import { EVENT_COLUMNS, isLine, LINE_WORDS } from "./field.ts";
import { sqlString } from "./sql-quote.ts";

const { message } = EVENT_COLUMNS;

/** A kind of log that services write, told by the form of its messages. */
interface DataSource {
  /** `name.type`, as SOURCE writes it. */
  readonly id: string;
  /** Whether a message is of the kind, as SQL over the events table. */
  readonly test: string;
  /** Fields that are indexed without a policy (query syntax, "filterIndex"). */
  readonly indexes: readonly string[];
}

/** A JSON object with all of these keys. The searches spare most messages the reading of JSON. */
function hasKeys(...keys: readonly string[]): string {
  const held = keys.map((key) => `position(${message}, ${sqlString(`"${key}"`)}) > 0`);
  const there = keys.map((key) => `JSONHas(${message}, ${sqlString(key)})`);
  return [`startsWith(${message}, '{')`, ...held, ...there].join(" AND ");
}

const TRAIL = hasKeys("eventVersion", "eventSource", "eventName");
const IS_DATA_EVENT = `JSONExtractRaw(${message}, 'managementEvent') = 'false'`;
const TRAIL_INDEXES = [
  "eventSource",
  "eventName",
  "awsRegion",
  "userAgent",
  "errorCode",
  "eventType",
  "managementEvent",
  "readOnly",
];

/** The sources with indexes of their own; there is nothing here that gives an event another one. */
const SOURCES: readonly DataSource[] = [
  {
    id: "amazon_vpc.flow",
    test: isLine("flow", LINE_WORDS.flow),
    indexes: ["action", "logStatus", "region", "flowDirection", "type"],
  },
  {
    id: "amazon_route53.resolver_query",
    test: hasKeys("query_name", "query_type", "rcode"),
    indexes: ["query_type", "transport", "rcode"],
  },
  {
    id: "aws_waf.access",
    test: hasKeys("webaclId", "httpRequest", "action"),
    indexes: ["action", "httpRequest.country"],
  },
  { id: "aws_cloudtrail.data", test: `${TRAIL} AND ${IS_DATA_EVENT}`, indexes: TRAIL_INDEXES },
  { id: "aws_cloudtrail.management", test: `${TRAIL} AND NOT (${IS_DATA_EVENT})`, indexes: TRAIL_INDEXES },
];

/** All that a query may name. */
export const DATA_SOURCE_IDS: readonly string[] = SOURCES.map(({ id }) => id);

function anyOf(sources: readonly DataSource[]): string {
  return sources.map(({ test }) => `(${test})`).join(" OR ");
}

/** The events of these sources, as a condition on the events table. */
export function ofDataSources(ids: readonly string[]): string {
  return anyOf(SOURCES.filter(({ id }) => ids.includes(id)));
}

/** The events whose source has the field indexed by default, as a condition; undefined when no source has. */
export function indexedByDataSource(field: string): string | undefined {
  const sources = SOURCES.filter(({ indexes }) => indexes.includes(field));
  return sources.length === 0 ? undefined : anyOf(sources);
}

/** `@data_source_name` or `@data_source_type` of an event. */
export function dataSourceField(part: "name" | "type"): string {
  const cases = SOURCES.map(({ id, test }) => `${test}, ${sqlString(id.split(".")[part === "name" ? 0 : 1] ?? "")}`);
  return `multiIf(${cases.join(", ")}, NULL)`;
}
