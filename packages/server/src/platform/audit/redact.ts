/**
 * What a record of a call may hold: the parameters without secrets, without the data that the call carries, and of
 * bounded size. (CloudTrail leaves out the same: see "CloudTrail record contents", requestParameters.)
 */

/** Members whose values are never recorded, whatever the service. */
const SECRET = /secret|password|passphrase|privatekey|token|credential|authorization|activationcode/i;
/** Members that end like a secret but only page through a list. */
const NOT_SECRET = /^(next|continuation|pagination|client|sequence|nextsequence|nextforward|nextbackward)token$/i;

/** Text of one member, members of one list, and depth. CloudTrail's own limit for a record is 256 KB. */
const MAX_TEXT = 1_024;
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;
const HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

/**
 * Members that are secret, or data of hosts, in one service only (AWS's models mark them as sensitive): the values of parameters, what commands are
 * given and print; keys with which callers encrypt objects. Not within lists: a tag's value is none.
 */
const SECRETS_OF: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["s3", new Set(["SSECustomerKey", "CopySourceSSECustomerKey"])],
  ["ssm", new Set(["Value", "Parameters"])],
  ["ssmmessages", new Set(["Output", "ErrorOutput", "Facts", "Reports", "Batches", "Content", "Proof"])],
]);

/** `service` is the SDK package's name of the service whose call this is. */
export function redact(value: unknown, service?: string): unknown {
  return copy(value, 0, service === undefined ? undefined : SECRETS_OF.get(service));
}

function copy(value: unknown, depth: number, secrets: ReadonlySet<string> | undefined): unknown {
  if (value === null || value === undefined || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "string") {
    return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length} characters)` : value;
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `(${value.byteLength} bytes)`;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => copy(item, depth + 1, undefined));
    return value.length > MAX_ITEMS ? [...shown, `… (${value.length} items)`] : shown;
  }
  if (typeof value === "object") {
    if (Symbol.asyncIterator in value) return "(stream)";
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name,
        secrets?.has(name) || (SECRET.test(name) && !NOT_SECRET.test(name)) ? HIDDEN : copy(member, depth + 1, secrets),
      ]),
    );
  }
  return undefined;
}
