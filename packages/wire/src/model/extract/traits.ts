import type { NormalizedSchema } from "@smithy/core/schema";
import type { TimestampFormat, Traits, XmlNamespace } from "../shape.ts";

type SdkTraits = ReturnType<NormalizedSchema["getMergedTraits"]>;

/** The numbers by which the SDK's schemas name a timestamp's format. */
const TIMESTAMP_FORMATS: Readonly<Record<number, TimestampFormat>> = {
  5: "date-time",
  6: "http-date",
  7: "epoch-seconds",
};

export function memberTraits(schema: NormalizedSchema): Traits {
  const traits = schema.getMergedTraits();
  const out: Record<string, unknown> = {};
  for (const name of [
    "jsonName",
    "xmlName",
    "ec2QueryName",
    "mediaType",
    "httpHeader",
    "httpQuery",
    "httpPrefixHeaders",
  ] as const) {
    if (typeof traits[name] === "string") out[name] = traits[name];
  }
  // A structure's own xmlName names it as a document's root, and must not rename the member that holds it.
  if (schema.isStructSchema()) {
    const own = schema.getMemberTraits().xmlName;
    if (typeof own === "string") out.xmlName = own;
    else delete out.xmlName;
  }
  for (const name of [
    "xmlFlattened",
    "xmlAttribute",
    "sensitive",
    "idempotencyToken",
    "httpLabel",
    "httpQueryParams",
    "httpPayload",
    "httpResponseCode",
    "eventPayload",
    "eventHeader",
  ] as const) {
    if (traits[name]) out[name] = true;
  }
  if (schema.isStreaming()) out.streaming = true;
  if (traits.xmlNamespace !== undefined) out.xmlNamespace = xmlNamespace(traits.xmlNamespace);
  const raw: unknown = schema.getSchema();
  const format = schema.isTimestampSchema() && typeof raw === "number" ? TIMESTAMP_FORMATS[raw] : undefined;
  if (format) out.timestampFormat = format;
  return out;
}

export function xmlNamespace(trait: unknown): XmlNamespace {
  if (Array.isArray(trait)) return [String(trait[0] ?? ""), String(trait[1])];
  return ["", String(trait)];
}

export function errorTraits(traits: SdkTraits) {
  const fault = traits.error === "server" ? ("server" as const) : ("client" as const);
  const query = Array.isArray(traits.awsQueryError) ? traits.awsQueryError : undefined;
  const status = typeof traits.httpError === "number" ? traits.httpError : fault === "client" ? 400 : 500;
  return { fault, status, ...(query ? { queryCode: String(query[0]) } : {}) };
}
