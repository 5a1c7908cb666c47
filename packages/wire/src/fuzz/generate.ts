import type { Member, Shape, StructureShape } from "../model/shape.ts";
import type { Random } from "./random.ts";

/**
 * Random values of a shape, as a handler or an SDK's caller would write them. Constraints are not looked at: the fuzz
 * asks whether values survive the wire, and runs on models without them (`unconstrained`).
 */
export function generateInput(shape: StructureShape, random: Random): Record<string, unknown> {
  return structure(shape, random, 0);
}

/** As for input, but a body that is one structure is always there: S3's client takes an empty one for an aborted call. */
export function generateOutput(shape: StructureShape, random: Random): Record<string, unknown> {
  const out = structure(shape, random, 0);
  for (const member of shape.members) {
    if (member.httpPayload && member.shape.kind === "structure" && !isEventStream(member)) {
      out[member.name] ??= structure(member.shape, random, 1);
    }
  }
  return out;
}

const TEXTS = [
  "alpha",
  "b c",
  "x&y",
  "<tag>",
  "é漢字",
  "q\"uote's",
  "a+b%20",
  "tilde~",
  "slash/z",
  "semi;colon",
  "a=b",
  "😀",
  "dot.ted",
  "back\\slash",
  "new\nline",
  "tab\there",
  "null",
  "123",
  "true",
  "[x]",
  "{y}",
];
/** Headers hold neither line breaks nor, in what the SDK can send, anything beyond ASCII. */
const HEADER_TEXTS = ["abc", "x-1", "foo.bar", "Z9", "a/b", "q=1"];

/** Members that clients fill in, refuse or fold into others, so that what they send is not what they were given. */
const CLIENTS_OWN =
  /^(SSECustomer.*|CopySourceSSE.*|ChecksumAlgorithm|ContentLength|ContentMD5|EndpointId|ChecksumMode|Checksum[A-Z].*|AccountId|RequestRoute|Expires|ExpiresString)$/;

const DEEPEST = 6;

/** Where a value travels decides which characters it may have. */
type Place = "text" | "header" | "prefix" | "label" | "bucket";

const placeOf = (member: Member): Place => {
  // The SDK writes line breaks into XML's attributes as they are, and XML makes blanks of them.
  if (member.httpHeader !== undefined || member.xmlAttribute) return "header";
  if (member.httpPrefixHeaders !== undefined) return "prefix";
  if (member.httpLabel) return member.name === "Bucket" ? "bucket" : "label";
  return "text";
};

function structure(shape: StructureShape, random: Random, depth: number): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (shape.union) {
    // A form cannot say that an empty structure is there.
    const choices = shape.members.filter((member) => !isEventStream(member) && !isEmpty(member.shape));
    const member = random.pick(choices.length > 0 ? choices : shape.members);
    out[member.name] = value(member.shape, random, depth + 1, placeOf(member), member);
    return out;
  }
  // Large structures are sampled thinly, so that a value stays small.
  const share = depth > DEEPEST ? 0 : shape.members.length > 25 ? 0.25 : 0.55;
  for (const member of shape.members) {
    if (isEventStream(member) || (CLIENTS_OWN.test(member.name) && !member.required)) continue;
    // The query protocols and XML cannot tell an empty structure from an absent one, so below the root one member is set.
    const needed = member.required || member.httpLabel || (depth > 0 && member === shape.members[0]);
    if (needed || random.chance(share))
      out[member.name] = value(member.shape, random, depth + 1, placeOf(member), member);
  }
  return out;
}

const isEmpty = (shape: Shape): boolean => shape.kind === "structure" && shape.members.length === 0;

const isEventStream = (member: Member): boolean => member.streaming === true && member.shape.kind === "structure";

function value(shape: Shape, random: Random, depth: number, place: Place, member: Member): unknown {
  switch (shape.kind) {
    case "structure":
      return structure(shape, random, depth);
    case "list":
      return Array.from({ length: depth > DEEPEST ? 1 : 1 + random.below(3) }, () =>
        value(shape.member.shape, random, depth + 1, place, shape.member),
      );
    case "map": {
      const out: Record<string, unknown> = {};
      const count = depth > DEEPEST ? 1 : 1 + random.below(3);
      for (let i = 0; i < count; i++)
        out[`${place === "prefix" ? "k" : random.pick(HEADER_TEXTS)}${i}`] = value(
          shape.value.shape,
          random,
          depth + 1,
          place,
          shape.value,
        );
      return out;
    }
    case "string":
      if (member.mediaType !== undefined) return '{"a":1}';
      if (place === "bucket") return `bucket${random.below(99)}`;
      return (
        (place === "header" || place === "prefix" ? random.pick(HEADER_TEXTS) : random.pick(TEXTS)) + random.below(99)
      );
    case "boolean":
      return random.chance(0.5);
    case "integer":
      return random.below(2 ** 31) - (random.chance(0.2) ? 2 ** 30 : 0);
    case "long":
      return random.below(Number.MAX_SAFE_INTEGER);
    case "float":
    case "double":
      // The SDK's schemas do not tell integers from fractions; a client of the older kind would refuse a fraction.
      return random.below(1000);
    case "bigInteger":
      return BigInt(random.below(1000));
    case "bigDecimal":
      return random.below(1000);
    case "timestamp":
      return new Date((1_600_000_000 + random.below(100_000_000)) * 1000);
    case "blob":
      return random.bytes(1 + random.below(40));
    case "document":
      return { a: [1, "x", null, { b: true }] };
  }
}
