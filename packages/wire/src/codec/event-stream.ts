import { EventStreamCodec, type MessageHeaders } from "@smithy/core/event-streams";
import type { Member, Operation, StructureShape } from "../model/shape.ts";
import type { Answer } from "./answer.ts";
import { WireFailure } from "./failure.ts";
import { jsonFromTree } from "./json.ts";
import { memo } from "./memo.ts";
import type { JsonNames } from "./names.ts";
import { textFromValue } from "./text.ts";
import { isAsyncIterable, recordOf, recordOrEmpty } from "./typed.ts";
import { compileWriter } from "./writer.ts";

export const EVENT_STREAM = "application/vnd.amazon.eventstream";

/** Output that is a stream of events, as `application/vnd.amazon.eventstream` frames. */
export interface EventStreamMember {
  readonly name: string;
  /** A union: each member is one kind of event, and those with an error trait are the stream's exceptions. */
  readonly events: StructureShape;
}

export function eventStreamMember(operation: Operation): EventStreamMember | undefined {
  for (const member of operation.output?.members ?? []) {
    if (member.streaming && member.shape.kind === "structure" && member.shape.union)
      return { name: member.name, events: member.shape };
  }
  return undefined;
}

export interface EventStreamOptions {
  readonly names: JsonNames;
  /**
   * Content type of the first frame, which carries the rest of the output. The RPC protocols need that frame even when
   * it is empty: botocore waits for it. Undefined for REST, where the headers carry the rest.
   */
  readonly initialResponse: string | undefined;
}

const utf8 = new TextEncoder();
const decoder = new TextDecoder();
const frames = new EventStreamCodec(
  (bytes) => (typeof bytes === "string" ? bytes : decoder.decode(bytes)),
  (text) => utf8.encode(text),
);

/** One frame. All headers here are strings. Exported for tests, which must not build frames by hand. */
export function frame(headers: Readonly<Record<string, string>>, body: Uint8Array): Uint8Array {
  const typed: MessageHeaders = {};
  for (const [name, value] of Object.entries(headers)) typed[name] = { type: "string", value };
  return frames.encode({ headers: typed, body });
}

/** The stream starts when the answer is read, and its iterator is closed when the reader goes away. */
export function eventStreamAnswer(member: EventStreamMember, output: unknown, options: EventStreamOptions): Answer {
  const record = recordOrEmpty(output);
  const events = record[member.name];
  if (!isAsyncIterable(events)) throw new TypeError(`The handler must give an async iterable as ${member.name}.`);
  const rest: Record<string, unknown> = { ...record };
  delete rest[member.name];
  return {
    status: 200,
    headers: { "content-type": EVENT_STREAM },
    body: encode(member, events, rest, options),
  };
}

async function* encode(
  member: EventStreamMember,
  events: AsyncIterable<unknown>,
  rest: Record<string, unknown>,
  options: EventStreamOptions,
): AsyncGenerator<Uint8Array> {
  if (options.initialResponse !== undefined) {
    yield frame(
      { ":message-type": "event", ":event-type": "initial-response", ":content-type": options.initialResponse },
      jsonFromTree(rest),
    );
  }
  try {
    for await (const event of events) yield eventFrame(member.events, event, options.names);
  } catch (error) {
    yield failureFrame(member.events, error, options.names);
    // What the client cannot be told is the caller's to log.
    if (!(error instanceof WireFailure)) throw error;
  }
}

const writers = {
  member: memo((shape: StructureShape) => compileWriter(shape, { names: "member", to: "json" })),
  json: memo((shape: StructureShape) => compileWriter(shape, { names: "json", to: "json" })),
};

function eventFrame(union: StructureShape, event: unknown, names: JsonNames): Uint8Array {
  const record = recordOf(event);
  const member = union.members.find((candidate) => record[candidate.name] !== undefined);
  if (member?.shape.kind !== "structure")
    throw new TypeError(`An event must be one of ${union.members.map((candidate) => candidate.name).join(", ")}.`);
  return payloadFrame(
    { ":message-type": "event", ":event-type": member.name },
    member.shape,
    record[member.name],
    names,
  );
}

/** A modelled exception keeps its name; anything else is a failure of the server, about which the client learns no more. */
function failureFrame(union: StructureShape, error: unknown, names: JsonNames): Uint8Array {
  const modelled =
    error instanceof WireFailure ? union.members.find((member) => member.shape.name === error.code) : undefined;
  if (error instanceof WireFailure && modelled?.shape.kind === "structure") {
    return payloadFrame(
      { ":message-type": "exception", ":exception-type": modelled.name },
      modelled.shape,
      { ...error.members, message: error.message },
      names,
    );
  }
  const code = error instanceof WireFailure ? error.code : "InternalFailure";
  const message = error instanceof WireFailure ? error.message : "The stream failed on the server.";
  return frame({ ":message-type": "error", ":error-code": code, ":error-message": message }, new Uint8Array());
}

/** A payload is JSON, unless one member of the event is the payload by itself, as a blob or a text. */
function payloadFrame(
  kind: Record<string, string>,
  shape: StructureShape,
  value: unknown,
  names: JsonNames,
): Uint8Array {
  const record = recordOrEmpty(value);
  const headers: Record<string, string> = { ...kind };
  for (const member of shape.members) {
    const item = record[member.name];
    if (member.eventHeader && item !== undefined) headers[member.name] = textFromValue(member, item, "date-time");
  }
  const payload = shape.members.find((member) => member.eventPayload);
  if (payload) return rawPayloadFrame(headers, payload, record[payload.name], names);
  headers[":content-type"] = "application/json";
  const body = Object.fromEntries(
    Object.entries(record).filter(
      ([name]) => !shape.members.some((member) => member.name === name && member.eventHeader),
    ),
  );
  return frame(headers, jsonFromTree(writers[names](shape)(body)));
}

function rawPayloadFrame(
  headers: Record<string, string>,
  payload: Member,
  value: unknown,
  names: JsonNames,
): Uint8Array {
  if (value instanceof Uint8Array) return frame({ ...headers, ":content-type": "application/octet-stream" }, value);
  if (payload.shape.kind === "structure")
    return frame(
      { ...headers, ":content-type": "application/json" },
      jsonFromTree(writers[names](payload.shape)(value ?? {})),
    );
  return frame({ ...headers, ":content-type": "text/plain" }, utf8.encode(String(value ?? "")));
}
