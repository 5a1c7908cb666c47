import { FLOW_FIELDS, isLine, type LineFormat, ROUTE53_FIELDS } from "./field.ts";
import { fieldNamed } from "./make-node.ts";
import type { FieldNode } from "./node.ts";
import { sqlString } from "./sql-quote.ts";
import { asText, type Value } from "./sql-value.ts";

/** Objects are walked so deep. */
const DEPTH = 4;
/** An event shows at most so many discovered fields (user guide, "Supported logs and discovered fields"). */
const MAX_FIELDS = 200;
const NOWHERE = { start: 0, end: 0 };

/** Fields of events that no walk through the message finds. */
const SINGLE = [
  "@logStream",
  "@type",
  "@duration",
  "@billedDuration",
  "@initDuration",
  "@memorySize",
  "@maxMemoryUsed",
];

/** All fields discovered in an event, as an array of (name, text) in SQL. `read` compiles a field. */
export function discoveredPairs(read: (field: FieldNode) => Value): string {
  const single = SINGLE.map((name) => {
    const value = read(fieldNamed(name, NOWHERE));
    return `(${sqlString(name)}, ${value.type === "missing" ? "NULL" : `CAST(${asText(value)} AS Nullable(String))`})`;
  });
  const present = `arrayMap(p -> (p.1, assumeNotNull(p.2)), arrayFilter(p -> isNotNull(p.2), CAST([${single.join(", ")}] AS Array(Tuple(String, Nullable(String))))))`;
  const none = "CAST([] AS Array(Tuple(String, String)))";
  const message = `ifNull(${asText(read(fieldNamed("@message", NOWHERE)))}, '')`;
  const flow = linePairs(message, "flow", FLOW_FIELDS);
  const route53 = linePairs(message, "route53", ROUTE53_FIELDS);
  const inMessage = `multiIf(startsWith(${message}, '{'), ${jsonPairs(message)}, ${flow}, ${route53}, ${none})`;
  return `arrayConcat(${present}, ${inMessage})`;
}

function jsonPairs(message: string): string {
  let pairs = `JSONExtractKeysAndValuesRaw(${message})`;
  for (let depth = 1; depth < DEPTH; depth++) {
    pairs = `arrayFlatten(arrayMap(p -> if(startsWith(p.2, '{'), arrayMap(q -> (concat(p.1, '.', q.1), q.2), JSONExtractKeysAndValuesRaw(p.2)), [(p.1, p.2)]), ${pairs}))`;
  }
  const leaves = `arrayFilter(p -> p.2 != 'null' AND NOT startsWith(p.2, '{') AND NOT startsWith(p.2, '['), arraySlice(${pairs}, 1, ${MAX_FIELDS}))`;
  // A field whose own name begins with @ is told apart from ours by another one.
  return `arrayMap(p -> (if(startsWith(p.1, '@'), concat('@', p.1), p.1), if(startsWith(p.2, '"'), JSONExtractString(p.2), p.2)), ${leaves})`;
}

function linePairs(message: string, format: LineFormat, names: readonly string[]): string {
  const words = `splitByChar(' ', ${message}, ${names.length + 1})`;
  return `${isLine(format, words)}, arrayZip([${names.map(sqlString).join(", ")}], arrayResize(${words}, ${names.length}))`;
}
