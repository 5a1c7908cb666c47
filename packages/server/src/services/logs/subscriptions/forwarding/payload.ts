import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** An event on its way to a destination. */
export interface ForwardedEvent {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly message: string;
  readonly extractedFields?: Readonly<Record<string, string>>;
}

/** Events of one stream that go together (user guide, "Log group-level subscription filters"). */
export interface Payload {
  readonly messageType: "DATA_MESSAGE" | "CONTROL_MESSAGE";
  /** The account that the events are of. */
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly policyLevel?: "ACCOUNT_LEVEL_POLICY";
  readonly logEvents: readonly ForwardedEvent[];
}

/** What asks a destination whether it is there, as CloudWatch Logs does when a subscription is made. */
export function controlMessage(destination: string, nowMs: number): Payload {
  const message = `CWL CONTROL MESSAGE: Checking health of destination ${destination}.`;
  return {
    messageType: "CONTROL_MESSAGE",
    owner: "CloudwatchLogs",
    logGroup: "",
    logStream: "",
    subscriptionFilters: [],
    logEvents: [{ id: "", timestamp: nowMs, message }],
  };
}

/** A payload as destinations get it, or a part of one. */
export interface EncodedPayload {
  /** Base64 of gzip of JSON. */
  readonly text: string;
  readonly events: readonly ForwardedEvent[];
}

export interface PayloadLimits {
  /** Parts are made no longer than this where they have more than one event. */
  readonly wanted: number;
  /** An event that alone makes a longer text can't be sent. */
  readonly most: number;
}

/** What does not fit is told apart: an event of a megabyte that can't be compressed is longer than a queue's longest message. */
export interface Encoded {
  readonly parts: readonly EncodedPayload[];
  readonly tooLong: readonly ForwardedEvent[];
}

/** Splits a payload until each part is short enough; the events stay in order. */
export async function encodePayload(payload: Payload, limits: PayloadLimits): Promise<Encoded> {
  const { logEvents: events } = payload;
  const bytes = events.reduce((sum, { message }) => sum + message.length, 0);
  // Compressing only to see that it is too much would be done for nothing.
  if (events.length > 1 && bytes > limits.wanted * LIKELY_RATIO) return encodeHalves(payload, limits);
  const text = (await compress(JSON.stringify(payload))).toString("base64");
  if (text.length <= limits.wanted || events.length <= 1) {
    return text.length <= limits.most ? { parts: [{ text, events }], tooLong: [] } : { parts: [], tooLong: events };
  }
  return encodeHalves(payload, limits);
}

/** Logs are rarely more than so many times as long as what they are compressed to, in base64. */
const LIKELY_RATIO = 4;

async function encodeHalves(payload: Payload, limits: PayloadLimits): Promise<Encoded> {
  const { logEvents: events } = payload;
  const half = events.length >> 1;
  const first = await encodePayload({ ...payload, logEvents: events.slice(0, half) }, limits);
  const second = await encodePayload({ ...payload, logEvents: events.slice(half) }, limits);
  return { parts: [...first.parts, ...second.parts], tooLong: [...first.tooLong, ...second.tooLong] };
}
