import { Readable } from "node:stream";
import type {
  ListShape,
  MapShape,
  Member,
  Operation,
  ServiceModel,
  SimpleShape,
  StructureShape,
  TimestampFormat,
} from "../model/shape.ts";
import { validationAnswer } from "../model/validation-answers.ts";
import type { Answer, Codec, WireRequest } from "./answer.ts";
import { eventStreamAnswer, eventStreamMember } from "./event-stream.ts";
import { serialization } from "./failure.ts";
import { jsonFromTree, textFromBytes, treeFromJson } from "./json.ts";
import { memo } from "./memo.ts";
import { type JsonNames, jsonKey } from "./names.ts";
import { compileReader } from "./reader.ts";
import { textFromValue, valueFromText } from "./text.ts";
import { bytesOf, isRecord, listOf, recordOf, recordOrEmpty } from "./typed.ts";
import { compileWriter } from "./writer.ts";
import { treeFromXml } from "./xml-read.ts";
import { structureElement } from "./xml-write.ts";

/** restJson1 and restXml: members travel in the path, the query, headers and the body. */
export function restCodec(model: ServiceModel, protocol: "restJson1" | "restXml"): Codec {
  const xml = protocol === "restXml";
  const names: JsonNames = xml ? "member" : "json";
  const reader = memo((shape: StructureShape) => compileReader(shape, names, validationAnswer(model.name)));
  const writer = memo((shape: StructureShape) => compileWriter(shape, { names, to: "json" }));
  // The members that share the body form a structure of their own.
  const bodyOf = memo((shape: StructureShape): StructureShape => ({ ...shape, members: shape.members.filter(inBody) }));
  const key = (member: Member) => jsonKey(member, names);

  function readPayload(member: Member, request: WireRequest): unknown {
    // Without a stream the body was received whole before.
    if (member.streaming && member.shape.kind === "blob")
      return request.stream ?? Readable.from(request.body.byteLength === 0 ? [] : [request.body]);
    if (request.body.byteLength === 0) return undefined;
    if (member.shape.kind === "blob") return request.body;
    if (member.shape.kind === "string") return textFromBytes(request.body);
    if (!xml) return treeFromJson(request.body);
    return member.shape.kind === "structure" ? treeFromXml(member.shape, request.body) : undefined;
  }

  return {
    protocol,
    read(operation, request) {
      const shape = operation.input;
      if (!shape) return {};
      const tree: Record<string, unknown> = Object.create(null);
      for (const member of shape.members) {
        const value = member.httpPayload ? readPayload(member, request) : boundValue(member, request);
        if (value !== undefined) tree[key(member)] = value;
      }
      if (
        !shape.members.some((member) => member.httpPayload) &&
        request.body.byteLength > 0 &&
        shape.members.some(inBody)
      ) {
        const body = xml ? treeFromXml(bodyOf(shape), request.body) : treeFromJson(request.body);
        if (!isRecord(body)) throw serialization("The request's body is not a structure.");
        // Only members of the body are taken from it, so that it cannot speak for the path.
        for (const member of bodyOf(shape).members) {
          const value = Object.hasOwn(body, key(member)) ? body[key(member)] : undefined;
          if (value !== undefined) tree[key(member)] = value;
        }
      }
      return reader(shape).read(tree);
    },

    write(operation, output) {
      const status = operation.http?.status ?? 200;
      const shape = operation.output;
      if (!shape) return { status, headers: {}, body: undefined };
      const stream = eventStreamMember(operation);
      if (stream) return eventStreamAnswer(stream, output, { names, initialResponse: undefined });
      const record = recordOrEmpty(output);
      const { headers, status: chosen } = boundAnswer(shape, record);
      const payload = shape.members.find((member) => member.httpPayload);
      // A part of what was asked for has its own status (RFC 9110, 15.3.7), which S3's model does not say.
      const usual = headers["content-range"] === undefined ? status : 206;
      if (payload) return { status: chosen ?? usual, ...payloadAnswer(payload, record[payload.name], headers) };
      if (!shape.members.some(inBody)) return { status: chosen ?? status, headers, body: undefined };
      headers["content-type"] ??= xml ? "application/xml" : "application/json";
      const body = xml
        ? xmlDocument(
            structureElement(shape.xmlName ?? xmlRoot(shape, operation), bodyOf(shape), record, model.xmlNamespace),
          )
        : jsonFromTree(writer(bodyOf(shape))(record));
      return { status: chosen ?? status, headers, body };
    },
  };

  function payloadAnswer(
    member: Member,
    value: unknown,
    headers: Record<string, string>,
  ): { headers: Record<string, string>; body: Answer["body"] } {
    if (value === undefined || value === null) return { headers, body: undefined };
    const { shape } = member;
    if (shape.kind === "structure") {
      headers["content-type"] ??= xml ? "application/xml" : "application/json";
      if (!xml) return { headers, body: jsonFromTree(writer(shape)(value)) };
      const name = member.xmlName ?? shape.xmlName ?? shape.name;
      const namespace = (member.xmlNamespace ?? shape.xmlNamespace)?.[1] ?? model.xmlNamespace;
      return { headers, body: xmlDocument(structureElement(name, shape, value, namespace)) };
    }
    if (shape.kind === "document")
      return { headers: { "content-type": "application/json", ...headers }, body: jsonFromTree(value) };
    if (typeof value === "string")
      return {
        headers: { "content-type": shape.kind === "string" ? "text/plain" : "application/octet-stream", ...headers },
        body: Buffer.from(value, "utf8"),
      };
    return {
      headers: { "content-type": "application/octet-stream", ...headers },
      body: bytesOf(value),
    };
  }
}

const inBody = (member: Member): boolean =>
  !(
    member.httpLabel ||
    member.httpHeader !== undefined ||
    member.httpQuery !== undefined ||
    member.httpQueryParams ||
    member.httpPayload ||
    member.httpPrefixHeaders !== undefined ||
    member.httpResponseCode
  );

/** S3's outputs are rooted in their model's name without AWS's word for an output. */
const xmlRoot = (shape: StructureShape, operation: Operation): string =>
  shape.name.endsWith("Output") || shape.name.endsWith("Response") ? `${operation.name}Result` : shape.name;

const xmlDocument = (element: string): Buffer =>
  Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${element}`, "utf8");

/** The value of a member that travels outside the body. */
function boundValue(member: Member, request: WireRequest): unknown {
  if (member.httpLabel) {
    const label = request.labels[member.name];
    return label === undefined ? undefined : valueFromText(member, label);
  }
  if (member.httpHeader !== undefined) {
    const header = request.headers[member.httpHeader.toLowerCase()];
    return header === undefined
      ? undefined
      : headerValue(member, typeof header === "string" ? header : header.join(","));
  }
  if (member.httpPrefixHeaders !== undefined) return prefixHeaders(member.httpPrefixHeaders.toLowerCase(), request);
  if (member.httpQuery !== undefined) {
    if (!request.query.has(member.httpQuery)) return undefined;
    const values = request.query.getAll(member.httpQuery);
    if (member.shape.kind !== "list") return valueFromText(member, values[0] ?? "");
    const { member: item } = member.shape;
    return values.map((value) => valueFromText(item, value));
  }
  if (member.httpQueryParams) return member.shape.kind === "map" ? queryParams(member.shape, request.query) : undefined;
  return undefined;
}

function headerValue(member: Member, text: string): unknown {
  if (member.shape.kind === "list") return headerList(member.shape, text);
  // A header holds JSON where the model says so, in base64.
  if (member.mediaType !== undefined && member.shape.kind === "string")
    return Buffer.from(text, "base64").toString("utf8");
  return valueFromText(member, text);
}

/** `a, "b, c"`; HTTP dates have a comma of their own. */
function headerList(shape: ListShape, text: string): unknown[] {
  const dates =
    shape.member.shape.kind === "timestamp" && (shape.member.timestampFormat ?? "http-date") === "http-date";
  const parts = dates ? (text.match(/[^,]+,[^,]+/g) ?? []) : (text.match(/"(?:[^"\\]|\\.)*"|[^",]+/g) ?? []);
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) =>
      valueFromText(shape.member, part.startsWith('"') ? part.slice(1, -1).replace(/\\(.)/g, "$1") : part),
    );
}

function prefixHeaders(prefix: string, request: WireRequest): Record<string, string> {
  const out: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(prefix) && value !== undefined)
      out[name.slice(prefix.length)] = typeof value === "string" ? value : value.join(",");
  }
  return out;
}

function queryParams(shape: MapShape, query: URLSearchParams): Record<string, unknown> {
  const out: Record<string, unknown> = Object.create(null);
  for (const name of query.keys()) out[name] = shape.value.shape.kind === "list" ? query.getAll(name) : query.get(name);
  return out;
}

/** Times in headers are HTTP dates unless the member says otherwise. */
const HEADER_TIMESTAMPS: TimestampFormat = "http-date";

function boundAnswer(
  shape: StructureShape,
  record: Record<string, unknown>,
): { headers: Record<string, string>; status: number | undefined } {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const member of shape.members) {
    const value = record[member.name];
    if (value === undefined || value === null) continue;
    if (member.httpHeader !== undefined) headers[member.httpHeader.toLowerCase()] = headerText(member, value);
    else if (member.httpResponseCode && typeof value === "number") status = value;
    else if (member.httpPrefixHeaders !== undefined) {
      for (const [name, item] of Object.entries(recordOf(value)))
        headers[`${member.httpPrefixHeaders}${name}`.toLowerCase()] = String(item);
    }
  }
  return { headers, status };
}

function headerText(member: Member, value: unknown): string {
  const { shape } = member;
  if (shape.kind === "list")
    return listOf(value)
      .map((item) => listItemText(shape.member, item))
      .join(", ");
  if (member.mediaType !== undefined && isString(shape)) return Buffer.from(String(value), "utf8").toString("base64");
  return textFromValue(member, value, HEADER_TIMESTAMPS);
}

const isString = (shape: Member["shape"]): shape is SimpleShape => shape.kind === "string";

function listItemText(member: Member, value: unknown): string {
  const text = textFromValue(member, value, HEADER_TIMESTAMPS);
  return member.shape.kind === "string" && /[",]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text;
}
