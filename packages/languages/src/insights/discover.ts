import { FLOW_FIELDS, ROUTE53_FIELDS } from "./field.ts";

/** An event shows at most so many discovered fields (user guide, "Supported logs and discovered fields"). */
const MAX_FIELDS = 200;
/** Deeper JSON is not walked; its texts are still in `@message`. */
const MAX_DEPTH = 32;

/**
 * The fields discovered in one message, by name, as texts: what a query would find under these names. For showing a
 * single record; queries find fields in the engine (see field.ts, with which this must agree).
 */
export function discoverFields(message: string): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  if (message.startsWith("{")) addJson(fields, message);
  else if (/^2 .* (OK|NODATA|SKIPDATA)$/.test(message)) addWords(fields, message, FLOW_FIELDS);
  else if (message.startsWith("1.0 ")) addWords(fields, message, ROUTE53_FIELDS);
  else addFunctionLine(fields, message);
  return fields;
}

function addJson(fields: Record<string, string>, message: string): void {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    // Text that begins with a brace and is no JSON has no fields.
    return;
  }
  let count = 0;
  const walk = (node: unknown, name: string, depth: number): void => {
    if (count >= MAX_FIELDS || node === null || node === undefined) return;
    if (typeof node === "object") {
      if (depth >= MAX_DEPTH) return;
      for (const [key, member] of Object.entries(node)) walk(member, name === "" ? key : `${name}.${key}`, depth + 1);
      return;
    }
    // A field whose own name begins with @ is told apart from ours by another one.
    fields[name.startsWith("@") ? `@${name}` : name] = String(node);
    count++;
  };
  walk(value, "", 0);
}

function addWords(fields: Record<string, string>, message: string, names: readonly string[]): void {
  const words = message.split(" ");
  if (words.length !== names.length) return;
  names.forEach((name, index) => {
    const word = words[index];
    if (word !== undefined && word !== "") fields[name] = word;
  });
}

const REQUEST_ID =
  /^(?:(?:START|END|REPORT) RequestId: |(?:\[[A-Z]+\]\t)?\d{4}-\d\d-\d\dT[\d:.]+Z\t)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/;

const FUNCTION_LINE = /^(\[[A-Z]+\]\t[0-9T:.-]+|[0-9T:.-]{23})Z\t[0-9a-f-]{36}\t/;

/** Numbers of a REPORT line: field, its label, its unit, and the factor to the unit that is shown. */
const REPORT_NUMBERS = [
  ["@duration", /Duration: ([\d.]+) ms/, 1],
  ["@billedDuration", /Billed Duration: ([\d.]+) ms/, 1],
  ["@initDuration", /Init Duration: ([\d.]+) ms/, 1],
  ["@memorySize", /Memory Size: ([\d.]+) MB/, 1_000_000],
  ["@maxMemoryUsed", /Max Memory Used: ([\d.]+) MB/, 1_000_000],
] as const;

const REPORT_TEXTS = [
  ["@xrayTraceId", /XRAY TraceId: ([0-9A-Za-z-]+)/],
  ["@xraySegmentId", /SegmentId: ([0-9A-Za-z]+)/],
] as const;

function addFunctionLine(fields: Record<string, string>, message: string): void {
  const requestId = REQUEST_ID.exec(message)?.[1];
  if (requestId === undefined) return;
  fields["@requestId"] = requestId;
  const type = /^(START|END|REPORT) /.exec(message)?.[1];
  if (type === undefined) {
    // A runtime's own line may hold JSON, from its first opening brace to its last closing one.
    const fragment = /\{.*\}/s.exec(message)?.[0];
    if (fragment !== undefined && FUNCTION_LINE.test(message)) addJson(fields, fragment);
    return;
  }
  fields["@type"] = type;
  if (type !== "REPORT") return;
  for (const [name, pattern, factor] of REPORT_NUMBERS) {
    const number = Number(pattern.exec(message)?.[1] ?? Number.NaN);
    if (!Number.isNaN(number)) fields[name] = String(number * factor);
  }
  for (const [name, pattern] of REPORT_TEXTS) {
    const text = pattern.exec(message)?.[1];
    if (text !== undefined) fields[name] = text;
  }
}
