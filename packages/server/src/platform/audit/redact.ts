/**
 * What a record of a call may hold: the parameters without secrets, without the data that the call carries, and of
 * bounded size. (CloudTrail leaves out the same: see "CloudTrail record contents", requestParameters.)
 */

/** Members whose values are never recorded, whatever the service. */
const SECRET = /secret|password|passphrase|privatekey|token|credential|authorization/i;
/** Members that end like a secret but only page through a list. */
const NOT_SECRET = /^(next|continuation|pagination|client|sequence|nextsequence|nextforward|nextbackward)token$/i;

/** Text of one member, members of one list, and depth. CloudTrail's own limit for a record is 256 KB. */
const MAX_TEXT = 1_024;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;
const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

export function redact(value: unknown, depth = 0): unknown {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") {
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => redact(item, depth + 1));
    return value.length > MAX_ITEMS ? [...shown, `… (${value.length} items)`] : shown;
  }
  if (typeof value === "object") {
    if (Symbol.asyncIterator in value) return "(stream)";
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        SECRET.test(name) && !NOT_SECRET.test(name) ? HIDDEN : redact(member, depth + 1),
      ]),
    );
  }
  return undefined;
}
