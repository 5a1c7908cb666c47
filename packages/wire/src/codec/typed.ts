/**
 * Values of unknown type, checked to be what a shape says. The compiler holds handlers to their outputs' types; where one
 * got past it (a library's `any`), this says what is wrong instead of sending something odd.
 */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !ArrayBuffer.isView(value);

export function recordOf(value: unknown): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new TypeError(`A structure or map was expected, and ${kindOf(value)} was given.`);
}

/** An absent structure is one without members. */
export const recordOrEmpty = (value: unknown): Record<string, unknown> =>
  value === undefined || value === null ? {} : recordOf(value);

export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`A list was expected, and ${kindOf(value)} was given.`);
}

export function dateOf(value: unknown): Date {
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value;
  throw new TypeError(`A valid Date was expected, and ${kindOf(value)} was given.`);
}

/** Bytes at once or as they come. */
export function bytesOf(value: unknown): Uint8Array | AsyncIterable<Uint8Array> {
  if (value instanceof Uint8Array || isAsyncIterable<Uint8Array>(value)) return value;
  throw new TypeError(`Bytes or a stream of them were expected, and ${kindOf(value)} was given.`);
}

/** What the items are is for their reader to check. */
export const isAsyncIterable = <T>(value: unknown): value is AsyncIterable<T> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

const kindOf = (value: unknown): string =>
  Array.isArray(value)
    ? "a list"
    : value === null
      ? "null"
      : value instanceof Date
        ? "a Date"
        : `a value of type ${typeof value}`;
