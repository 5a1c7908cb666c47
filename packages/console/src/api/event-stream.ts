import { EventStreamCodec } from "@smithy/core/event-streams";

/** One event of a stream: its kind, and its JSON. */
export interface StreamEvent {
  readonly type: string;
  readonly body: unknown;
}

/** A stream ended with an error of the service. */
export class StreamFailure extends Error {
  override readonly name = "StreamFailure";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();
const frames = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : decoder.decode(bytes)),
  (text) => utf8.encode(text),
);

/** A frame begins with its length, in four bytes, that counts itself. */
const LENGTH_BYTES = 4;

/** Reads `application/vnd.amazon.eventstream`: frames of any size, in chunks that end anywhere. Throws `StreamFailure` for the service's errors. */
export async function* readEventStream(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  let held = new Uint8Array(0);
  for await (const chunk of chunks) {
    const joined = new Uint8Array(held.length + chunk.length);
    joined.set(held);
    joined.set(chunk, held.length);
    held = joined;
    while (held.length >= LENGTH_BYTES) {
      const length = new DataView(held.buffer, held.byteOffset).getUint32(0);
      if (held.length < length) break;
      const message = frames.decode(held.slice(0, length));
      held = held.slice(length);
      const header = (name: string) => String(message.headers[name]?.value ?? "");
      const text = decoder.decode(message.body);
      const body: unknown = text === "" ? {} : JSON.parse(text);
      const kind = header(":message-type");
      if (kind === "error") throw new StreamFailure(header(":error-code"), header(":error-message"));
      if (kind === "exception") throw new StreamFailure(header(":exception-type"), messageOf(body));
      yield { type: header(":event-type"), body };
    }
  }
}

function messageOf(body: unknown): string {
  if (typeof body !== "object" || body === null || !("message" in body)) return "The stream ended with an error.";
  return String(body.message);
}
