/** An event that carries metrics, and where it wants to go. */
export interface EmbeddedEvent {
  readonly group: string;
  /** Undefined: the host's own stream. */
  readonly stream: string | undefined;
  /** Epoch milliseconds; undefined: now. */
  readonly at: number | undefined;
  readonly message: string;
}

/**
 * Reads one document of the embedded metric format as the SDKs send it to an agent. The group stands in `_aws.LogGroupName`,
 * or, in the first version of the protocol, in a line of its own before the document.
 * @param header that line, when there was one
 * @returns why it is refused, as a text
 */
export function readEmbeddedEvent(text: string, header?: Readonly<Record<string, unknown>>): EmbeddedEvent | string {
  const document = parseObject(text);
  if (document === undefined) return "is no JSON object";
  const metadata = parseMembers(document._aws);
  const textOf = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" ? value : undefined;
  const group = textOf(metadata?.LogGroupName) ?? textOf(document.log_group_name) ?? textOf(header?.log_group_name);
  if (group === undefined) return "names no log group: _aws.LogGroupName is missing";
  const time = metadata?.Timestamp ?? document.timestamp ?? header?.timestamp;
  return {
    group,
    stream: textOf(metadata?.LogStreamName) ?? textOf(document.log_stream_name) ?? textOf(header?.log_stream_name),
    at: typeof time === "number" && Number.isInteger(time) && time >= 0 ? time : undefined,
    message: text,
  };
}

/** Whether a document is the header of the first version: it names a group and carries nothing. */
export function readHeader(text: string): Readonly<Record<string, unknown>> | undefined {
  const document = parseObject(text);
  return document !== undefined &&
    "log_group_name" in document &&
    !("_aws" in document) &&
    Object.keys(document).length <= 4
    ? document
    : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseMembers(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const parseMembers = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
