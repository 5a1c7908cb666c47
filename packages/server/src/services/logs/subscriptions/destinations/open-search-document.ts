import type { ForwardedEvent, Payload } from "../forwarding/payload.ts";

/** The index of an event: one for each day, as the function has them that AWS's console makes for OpenSearch. */
export function indexOf(timestamp: number): string {
  const time = new Date(timestamp);
  const two = (value: number) => String(value).padStart(2, "0");
  return `cwl-${time.getUTCFullYear()}.${two(time.getUTCMonth() + 1)}.${two(time.getUTCDate())}`;
}

/**
 * The document of an event, with the members and rules of that function: fields that a space-delimited pattern names, else the members of the JSON in the
 * message; and about the event itself what begins with `@`.
 */
export function documentOf(event: ForwardedEvent, { owner, logGroup, logStream }: Payload): Record<string, unknown> {
  const { id, timestamp, message, extractedFields } = event;
  return {
    ...(extractedFields === undefined ? jsonIn(message) : fieldsOf(extractedFields)),
    "@id": id,
    "@timestamp": new Date(timestamp).toISOString(),
    "@message": message,
    "@owner": owner,
    "@log_group": logGroup,
    "@log_stream": logStream,
  };
}

/** Numbers are numbers, and a field that holds JSON is there twice: as text, and behind a dollar as what the JSON says. */
function fieldsOf(extracted: Readonly<Record<string, string>>): Record<string, unknown> {
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(extracted)) {
    if (value === "") continue;
    if (value.trim() !== "" && Number.isFinite(Number(value))) {
      fields.push([name, Number(value)]);
      continue;
    }
    const json = jsonIn(value);
    if (json !== undefined) fields.push([`$${name}`, json]);
    fields.push([name, value]);
  }
  return Object.fromEntries(fields);
}

/** The object that begins at the first brace and ends with the text. */
function jsonIn(text: string): object | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  try {
    const found: unknown = JSON.parse(text.slice(start));
    return typeof found === "object" && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}
