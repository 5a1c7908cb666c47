import { quote } from "./constraints.ts";
import { serialization, type WireFailure } from "./failure.ts";
import { parseTimestamp } from "./text.ts";

/**
 * Simple values of an untrusted tree: each function gives the value in its type or throws `SerializationException`. Text
 * that the form, the header or the element was (see `text.ts`) arrives here typed already.
 */

/** What arrived, in the words of AWS's own parsers. */
export function unexpected(wanted: string, value: unknown): WireFailure {
  if (Array.isArray(value)) return serialization(`Start of list found where ${wanted} was expected.`);
  if (typeof value === "object" && value !== null)
    return serialization(`Start of structure or map found where ${wanted} was expected.`);
  const token =
    value === true
      ? "TRUE_VALUE"
      : value === false
        ? "FALSE_VALUE"
        : value === null || value === undefined
          ? "NULL_VALUE"
          : typeof value === "string"
            ? "STRING_VALUE"
            : "NUMBER_VALUE";
  return serialization(`${token} can not be converted to ${wanted}`);
}

export function readString(value: unknown): string {
  if (typeof value === "string") return value;
  throw unexpected("a String", value);
}

export function readBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw unexpected("a Boolean", value);
}

const INTEGER_LIMITS = { integer: 2 ** 31, long: 2 ** 63 } as const;

/**
 * JSON has one kind of number. Fractions are refused for integers, because dropping one would be a silent wrong answer.
 * A long beyond 2^53 is rounded to the nearest double; clients send the greatest long to mean "no end".
 */
export function numberReader(kind: "integer" | "long" | "float" | "double"): (value: unknown) => number {
  if (kind === "integer" || kind === "long") {
    const limit = INTEGER_LIMITS[kind];
    const wanted = kind === "integer" ? "an Integer" : "a Long";
    return (value) => {
      const number = typeof value === "bigint" ? Number(value) : value;
      if (typeof number !== "number") throw unexpected(wanted, value);
      if (!Number.isInteger(number))
        throw serialization(`${number} can not be converted to ${wanted}: it is not a whole number`);
      if (number > limit || number < -limit || (kind === "integer" && number === limit))
        throw serialization(`${number} is out of range for ${wanted}`);
      return number;
    };
  }
  const wanted = kind === "float" ? "a Float" : "a Double";
  return (value) => {
    if (typeof value === "number") return value;
    if (typeof value === "bigint") return Number(value);
    if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
    throw unexpected(wanted, value);
  };
}

export function readTimestamp(value: unknown): Date {
  if (value instanceof Date) return value;
  const date =
    typeof value === "number" ? new Date(value * 1000) : typeof value === "string" ? parseTimestamp(value) : undefined;
  if (!date) throw unexpected("a Timestamp", value);
  if (Number.isNaN(date.getTime())) throw serialization(`${quote(value)} is not a time`);
  return date;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export function readBlob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") throw unexpected("a Blob", value);
  if (value.length % 4 !== 0 || !BASE64.test(value)) throw serialization("A Blob is not valid base64.");
  return Buffer.from(value, "base64");
}

export function readBigInteger(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  throw unexpected("a BigInteger", value);
}

export function readBigDecimal(value: unknown): number | string {
  if (typeof value === "number" || typeof value === "string") return value;
  throw unexpected("a BigDecimal", value);
}

/** Copies free-form data, so that its depth is bounded and its objects have no prototype. `depth` is how deep it may go. */
export function readDocument(value: unknown, depth: number): unknown {
  if (value === null || typeof value !== "object" || value instanceof Uint8Array || value instanceof Date) return value;
  if (depth <= 0) throw tooDeep();
  if (Array.isArray(value)) return value.map((item) => readDocument(item, depth - 1));
  const copy: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(value)) copy[name] = readDocument(item, depth - 1);
  return copy;
}

/** Shapes that contain themselves could otherwise nest as deep as a body is long. AWS's own inputs stay below 20. */
export const MAX_DEPTH = 64;

export const tooDeep = (): WireFailure => serialization(`The input nests deeper than ${MAX_DEPTH} levels.`);
