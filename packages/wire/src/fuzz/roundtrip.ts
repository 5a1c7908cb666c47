import { Readable } from "node:stream";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import { HttpResponse } from "@smithy/core/protocols";
import { readAuthorization } from "../auth/authorization.ts";
import { percentEncode, sha256Hex, signingKey } from "../auth/canonical.ts";
import { matches } from "../auth/verify.ts";
import { codecOf } from "../codec/codecs.ts";
import { detect } from "../http/detect.ts";
import { Directory } from "../http/directory.ts";
import type { Member, Operation, Protocol, ServiceModel, StructureShape } from "../model/shape.ts";
import type { Service } from "../service.ts";
import { generateInput, generateOutput } from "./generate.ts";
import { Random } from "./random.ts";

/**
 * Real SDK clients against the codec, without a network: a client sends a random input, the request is detected, its
 * signature verified, and decoded; a random output is encoded, and the client decodes it. Both must come out equal.
 */
export interface RoundTrip {
  readonly operations: number;
  readonly calls: number;
  /** One line for each call that did not come out equal. */
  readonly failures: readonly string[];
}

export interface RoundTripOptions {
  /** Module namespace of the SDK client. */
  readonly sdk: Readonly<Record<string, unknown>>;
  /** Without constraints: see `unconstrained`. */
  readonly model: ServiceModel;
  /** What the client shall speak; its own choice when absent. */
  readonly protocol?: { readonly name: Protocol; readonly client: unknown };
  readonly rounds: number;
  readonly seed: number;
  /** At most this many operations, spread evenly. */
  readonly operations?: number | undefined;
}

const SECRET = "secret";

/** The parts of a request that the SDK hands to its HTTP handler. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkClient {
  send(command: unknown): Promise<Record<string, unknown>>;
}

export async function roundTrip(options: RoundTripOptions): Promise<RoundTrip> {
  const { sdk, model, rounds } = options;
  const protocol = options.protocol?.name ?? model.protocols[0] ?? "awsJson1_1";
  const random = new Random(options.seed);
  const service: Service = {
    model,
    implemented: new Set(model.operations.keys()),
    run: () => Promise.reject(new Error("The fuzz runs no handler.")),
  };
  const directory = new Directory([service]);
  const failures: string[] = [];
  let current: { operation: Operation; output: Record<string, unknown>; input: unknown; error: unknown } | undefined;

  const handle = async (request: SdkRequest) => {
    if (!current) throw new Error("No call is under way.");
    const { operation, output } = current;
    try {
      current.input = await receive(request, directory, model, protocol, operation);
    } catch (error) {
      current.error = error;
    }
    const answer = codecOf(model, protocol).write(operation, output, {
      requestId: "req-1",
      contentType: "application/x-amz-json-1.1",
    });
    return {
      response: new HttpResponse({
        statusCode: answer.status,
        headers: answer.headers,
        body: Readable.from([await bytesOf(answer.body)]),
      }),
    };
  };
  const client = makeClient(sdk, handle, options.protocol?.client);

  const chosen = sample([...model.operations.values()].filter(isCallable(model, protocol)), options.operations);
  let calls = 0;
  for (const operation of chosen) {
    const Command = sdk[`${operation.name}Command`] as new (input: unknown) => unknown;
    for (let round = 0; round < rounds; round++) {
      calls++;
      const input = operation.input ? generateInput(operation.input, random) : {};
      const output = operation.output ? generateOutput(operation.output, random) : {};
      for (const member of operation.output?.members ?? [])
        if (member.httpResponseCode) output[member.name] = operation.http?.status;
      current = { operation, output, input: undefined, error: undefined };
      const fail = (what: string) =>
        failures.push(`${model.name} ${protocol} ${operation.name} round ${round}: ${what}`);
      let got: Record<string, unknown> | undefined;
      try {
        got = await client.send(new Command(structuredClone(input)));
      } catch (error) {
        if (current.input !== undefined) fail(`output: the client threw ${String(error)}`);
        else if (current.error === undefined) fail(`input: the client threw ${String(error)}`);
      }
      if (current.error !== undefined) fail(`input: ${String(current.error)}`);
      else if (current.input !== undefined && operation.input) {
        const difference = firstDifference(
          await plain(input),
          await plain(without(operation.input, current.input, input, addedByClient)),
        );
        if (difference) fail(`input ${difference}`);
      }
      if (got && operation.output) {
        const difference = firstDifference(
          await plain(output),
          await plain(without(operation.output, got, output, addedToAnswer)),
        );
        if (difference) fail(`output ${difference}`);
      }
    }
  }
  return { operations: chosen.length, calls, failures };
}

/** Operations whose input cannot come out equal, each with its reason. */
const NOT_EQUAL: ReadonlyMap<string, string> = new Map([
  ["sqs awsQuery ReceiveMessage", "two of its members have the same name in a form"],
  ["s3 restXml ListDirectoryBuckets", "it is ListBuckets but for the service it is signed for, s3express"],
  ["s3 restXml WriteGetObjectResponse", "it is signed for another service, s3-object-lambda"],
  ["ec2 ec2Query CopySnapshot", "the client adds a presigned URL of its own"],
]);

/** Event streams travel in both directions at once and are tested by themselves. */
const isCallable =
  (model: ServiceModel, protocol: Protocol) =>
  (operation: Operation): boolean =>
    !NOT_EQUAL.has(`${model.name} ${protocol} ${operation.name}`) &&
    ![...(operation.input?.members ?? []), ...(operation.output?.members ?? [])].some(
      (member) => member.streaming && member.shape.kind === "structure",
    );

function sample<T>(items: readonly T[], count: number | undefined): readonly T[] {
  if (count === undefined || count >= items.length) return items;
  return items.filter(
    (_item, index) => Math.floor((index * count) / items.length) !== Math.floor(((index - 1) * count) / items.length),
  );
}

function makeClient(
  sdk: Readonly<Record<string, unknown>>,
  handle: (request: SdkRequest) => Promise<unknown>,
  protocol: unknown,
): SdkClient {
  const found = Object.entries(sdk).find(([name]) => name.endsWith("Client") && name !== "__Client");
  if (!found) throw new Error("The SDK module exports no client.");
  const Client = found[1] as new (config: object) => SdkClient;
  return new Client({
    region: "us-east-1",
    endpoint: "http://host.test:80",
    credentials: { accessKeyId: "AKID", secretAccessKey: SECRET },
    disableHostPrefix: true,
    forcePathStyle: true,
    md5: false,
    maxAttempts: 1,
    disableRequestCompression: true,
    requestHandler: { metadata: {}, handle },
    ...(protocol === undefined ? {} : { protocol }),
  });
}

/** Clients do not sign these: what they carry is the proof (Signature Version 4's `noAuth` in their models). */
const UNSIGNED = new Set(["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);

function requireSignature(
  request: SdkRequest,
  headers: Record<string, string>,
  url: string,
  query: URLSearchParams,
  sent: Uint8Array,
): void {
  const authorization = readAuthorization(headers, query, "json");
  if (!authorization) throw new Error("the client did not sign");
  const payloadHash = headers["x-amz-content-sha256"] ?? sha256Hex(sent);
  const rawHeaders = Object.entries(headers).flat();
  const signed = { method: request.method, url, rawHeaders, payloadHash };
  if (!matches(authorization, signingKey(SECRET, authorization.scope), signed))
    throw new Error("the signature did not verify");
}

/** What the server does with a request, up to the handler. */
async function receive(
  request: SdkRequest,
  directory: Directory,
  model: ServiceModel,
  protocol: Protocol,
  operation: Operation,
): Promise<unknown> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  const search = Object.entries(request.query ?? {})
    .flatMap(([name, value]) =>
      [value]
        .flat()
        .map((one) => (one === null ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(String(one))}`)),
    )
    .join("&");
  const url = search === "" ? request.path : `${request.path}?${search}`;
  const query = new URLSearchParams(search);
  const sent = await bytesOf(request.body);

  if (!UNSIGNED.has(operation.name)) requireSignature(request, headers, url, query, sent);

  const detected = detect(directory, { method: request.method, url, headers }, query, undefined);
  const form =
    protocol === "awsQuery" || protocol === "ec2Query"
      ? new URLSearchParams(Buffer.from(sent).toString("utf8"))
      : undefined;
  const name = detected?.operation ?? form?.get("Action");
  if (name !== operation.name) throw new Error(`it was taken for ${name}`);
  const body = headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
  return codecOf(model, protocol).read(operation, {
    method: request.method,
    headers,
    query,
    labels: detected?.labels ?? {},
    body,
    form,
  });
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body, "utf8");
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

type Excuse = (member: Member) => boolean;

/** A client adds tokens it invents, `{}` for an absent body, checksum headers, and the headers that a map of all headers with a prefix then finds. */
const addedByClient: Excuse = (member) =>
  member.idempotencyToken === true ||
  member.httpHeader !== undefined ||
  member.httpQueryParams === true ||
  member.httpPrefixHeaders !== undefined ||
  member.httpPayload === true;
const addedToAnswer: Excuse = (member) =>
  member.httpHeader !== undefined ||
  member.httpResponseCode === true ||
  member.httpPrefixHeaders !== undefined ||
  member.httpPayload === true;

/** `got` without the members that were not asked for and have an excuse to be there. */
function without(shape: StructureShape, got: unknown, wanted: Record<string, unknown>, excuse: Excuse): unknown {
  const out: Record<string, unknown> = { ...(got as object) };
  delete out.$metadata;
  for (const member of shape.members) {
    if (!(member.name in wanted) && excuse(member)) delete out[member.name];
  }
  return out;
}

/** A comparable copy: times and bytes as texts, streams read to their end, undefined members dropped. */
async function plain(value: unknown): Promise<unknown> {
  if (value === null || typeof value !== "object") return typeof value === "bigint" ? `${value}n` : value;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString("hex")}`;
  if (value instanceof String) return value.toString();
  if (Symbol.asyncIterator in value) return `bytes ${(await bytesOf(value)).toString("hex")}`;
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  const out: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) if (item !== undefined) out[name] = await plain(item);
  return out;
}

function firstDifference(wanted: unknown, got: unknown, path = ""): string | undefined {
  if (isDeepStrictEqual(wanted, got)) return undefined;
  if (typeof wanted !== "object" || typeof got !== "object" || wanted === null || got === null) {
    return `at ${path || "the root"}: wanted ${JSON.stringify(wanted)?.slice(0, 80)}, got ${JSON.stringify(got)?.slice(0, 80)}`;
  }
  const left = wanted as Record<string, unknown>;
  const right = got as Record<string, unknown>;
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const difference = firstDifference(left[name], right[name], `${path}.${name}`);
    if (difference) return difference;
  }
  return `at ${path || "the root"}: unequal in a way that has no name`;
}
