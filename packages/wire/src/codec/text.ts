import type { Member, SimpleShape, TimestampFormat } from "../model/shape.ts";
import { serialization } from "./failure.ts";

/**
 * Simple values as text: in a form, an XML element, a path label, a query parameter or a header. The tree that leaves
 * here carries typed values, so that one reader serves every protocol.
 */
export function valueFromText(member: Member, text: string): unknown {
  const { shape } = member;
  switch (shape.kind) {
    case "boolean":
      if (text === "true" || text === "false") return text === "true";
      throw serialization(`'${clip(text)}' at '${member.name}' can not be converted to a Boolean`);
    case "integer":
    case "long":
    case "float":
    case "double":
      return numberFromText(shape.kind, member.name, text);
    case "bigInteger":
      if (/^-?\d{1,1000}$/.test(text)) return BigInt(text);
      throw serialization(`'${clip(text)}' at '${member.name}' can not be converted to a BigInteger`);
    case "timestamp": {
      const date = parseTimestamp(text);
      if (Number.isNaN(date.getTime()))
        throw serialization(`'${clip(text)}' at '${member.name}' can not be converted to a Timestamp`);
      return date;
    }
    default:
      return text;
  }
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function numberFromText(kind: SimpleShape["kind"], name: string, text: string): number | string {
  if ((kind === "float" || kind === "double") && (text === "NaN" || text === "Infinity" || text === "-Infinity"))
    return text;
  if (!DECIMAL.test(text)) throw serialization(`'${clip(text)}' at '${name}' can not be converted to a number`);
  return Number(text);
}

const clip = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

const EPOCH = /^-?\d+(\.\d+)?$/;
const DATE_TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?$/;
const HTTP_DATE = /^[A-Za-z]{3}, \d\d [A-Za-z]{3} \d{4} \d\d:\d\d:\d\d(\.\d+)? (GMT|UTC)$/;

/** Takes any of AWS's three formats, as AWS's services do. Gives an invalid date for anything else. */
export function parseTimestamp(text: string): Date {
  if (EPOCH.test(text)) return new Date(Number(text) * 1000);
  if (DATE_TIME.test(text)) {
    // A time without a zone is in UTC; `Date` would take it as local.
    const zoned = /([Zz]|[+-]\d\d:?\d\d)$/.test(text.slice(10)) || text.length === 10;
    return new Date(zoned ? text : `${text}Z`);
  }
  return new Date(HTTP_DATE.test(text) ? text : Number.NaN);
}

/** Seconds since 1970 with up to three decimals. */
export const epochSeconds = (date: Date): number => date.getTime() / 1000;

export function formatTimestamp(date: Date, format: TimestampFormat): string {
  if (format === "epoch-seconds") return String(epochSeconds(date));
  if (format === "http-date") return date.toUTCString();
  return date.toISOString().replace(".000Z", "Z");
}

/** A simple value as text. `format` is the protocol's own timestamp format; the member's trait goes before it. */
export function textFromValue(member: Member, value: unknown, format: TimestampFormat): string {
  if (value instanceof Date) return formatTimestamp(value, member.timestampFormat ?? format);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  return String(value);
}
