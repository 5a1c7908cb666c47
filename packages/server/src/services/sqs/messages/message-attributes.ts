import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { QueuedAttribute } from "../../../platform/queues/message-queues.ts";
import { invalidParameter } from "../operation.ts";

type Attributes = Readonly<Record<string, QueuedAttribute>>;
type Given = Readonly<Record<string, MessageAttributeValue>>;

/** Most attributes of a message (SQS developer guide, "Message metadata"). */
const MAX_ATTRIBUTES = 10;
const NAME = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const TYPE = /^(String|Number|Binary)(?:\..+)?$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The attributes as they are kept, after AWS's checks. */
export function readAttributes(given: Given | undefined): Record<string, QueuedAttribute> {
  const entries = Object.entries(given ?? {});
  if (entries.length > MAX_ATTRIBUTES) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, { DataType, StringValue, BinaryValue }: MessageAttributeValue): QueuedAttribute {
  const reserved = /^(aws|amazon)\./i.test(name);
  if (!NAME.test(name) || name.length > 256 || reserved) {
    throw invalidParameter(
      "Message (user) attribute names can contain up to 256 letters, digits, underscores, hyphens and dots, must not begin or end with a dot, nor begin with AWS. or Amazon.",
    );
  }
  const type = DataType ?? "";
  if (type === "")
    throw invalidParameter(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  const kind = TYPE.exec(type)?.[1];
  if (kind === undefined || type.length > 256) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const value =
    kind === "Binary"
      ? BinaryValue === undefined
        ? ""
        : Buffer.from(BinaryValue).toString("base64")
      : (StringValue ?? "");
  if (value === "") {
    throw invalidParameter(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${kind === "Number" ? "String" : kind}'.`,
    );
  }
  if (kind === "Number" && !NUMBER.test(value)) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { dataType: type, value };
}

export function writeAttributes(
  attributes: Attributes,
): Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { dataType, value }]) => [
      name,
      isBinary(dataType)
        ? { DataType: dataType, BinaryValue: Buffer.from(value, "base64") }
        : { DataType: dataType, StringValue: value },
    ]),
  );
}

const isBinary = (dataType: string): boolean => dataType.startsWith("Binary");
const bytesOf = ({ dataType, value }: QueuedAttribute): Buffer =>
  Buffer.from(value, isBinary(dataType) ? "base64" : "utf8");

/** What attributes count towards a message's size: names, types and values. */
export function attributesSize(attributes: Attributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.dataType) + bytesOf(attribute).length,
    0,
  );
}

export const md5 = (text: string): string => createHash("md5").update(text, "utf8").digest("hex");

/**
 * The digest that SDKs compare (SQS developer guide, "Calculating the MD5 message digest for message attributes"): by name, each
 * part behind its length in four bytes, and a byte that tells text (1) from bytes (2). Undefined without attributes.
 */
export function md5OfAttributes(attributes: Attributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name, "utf8"));
    add(Buffer.from(attribute.dataType, "utf8"));
    hash.update(Buffer.of(isBinary(attribute.dataType) ? 2 : 1));
    add(bytesOf(attribute));
  }
  return hash.digest("hex");
}

/** Those that a receiver asks for: by name, by a prefix with `.*` behind it, or all. */
export function chosenAttributes(attributes: Attributes, wanted: readonly string[]): Attributes {
  if (wanted.some((name) => name === "All" || name === ".*")) return attributes;
  const chosen = (name: string) =>
    wanted.some((want) =>
      want.endsWith(".*") ? name.startsWith(want.slice(0, -1)) || name === want.slice(0, -2) : name === want,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => chosen(name)));
}
