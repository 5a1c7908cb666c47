import type { IncomingMessage, ServerResponse } from "node:http";
import { type Authorization, readAuthorization } from "../auth/authorization.ts";
import { sha256Hex } from "../auth/canonical.ts";
import { decodeChunked, isStreamingHash } from "../auth/chunked.ts";
import { checkPresignedV2, type PresignedV2, readPresignedV2 } from "../auth/presigned-v2.ts";
import { type RefusalFamily, refuse } from "../auth/refusals.ts";
import { checkScope, checkSignedHeaders, matches, type SigningKeys, sameText } from "../auth/verify.ts";
import type { Answer, Codec } from "../codec/answer.ts";
import { codecOf, speaks } from "../codec/codecs.ts";
import { WireFailure } from "../codec/failure.ts";
import { textFromBytes } from "../codec/json.ts";
import { memo } from "../codec/memo.ts";
import { recordOf } from "../codec/typed.ts";
import type { Operation, Protocol } from "../model/shape.ts";
import { type Call, type Credential, callError, type Principal, type Service } from "../service.ts";
import { type BodyBudget, type BodyLimits, BodyShare, inflateBody, readBody } from "./body.ts";
import { contentTypeOf, type Detected, refusalFamily } from "./detect.ts";
import type { Limits } from "./limits.ts";
import { bucketOfHost } from "./route.ts";
import { StreamedBody } from "./streamed-body.ts";

/** Who makes calls without a signature, and which such calls a service takes. What they prove they prove by their input. */
export interface UnsignedCaller {
  readonly account: string;
  readonly region: string;
  readonly principal: Principal;
  readonly operations: ReadonlySet<string>;
}

/**
 * Who makes calls in a session that the server keeps, such as that of a person in a browser, and the scope that a signature would
 * have named. Whoever gives it has proven the session and that the request was meant.
 */
export interface SessionCaller extends Omit<Credential, "secret"> {
  readonly region: string;
  /** The service's name in signatures, such as `logs`. */
  readonly signingName: string;
}

/** What a call needs from its server. */
export interface Conduct {
  credentials(
    accessKeyId: string,
    sessionToken: string | undefined,
  ): Promise<Credential | undefined> | Credential | undefined;
  authorize(call: Call, input: unknown): Promise<void> | void;
  unsigned?(service: string): UnsignedCaller | undefined;
  session?(req: IncomingMessage): Promise<SessionCaller | undefined> | SessionCaller | undefined;
  bySigningName(name: string): Service | undefined;
  /** The service of a query call's `Version`. */
  byVersion(version: string): Service | undefined;
  clock(): Date;
  readonly regions: ReadonlySet<string> | undefined;
  readonly limits: Limits;
  readonly keys: SigningKeys;
  readonly budget: BodyBudget;
}

/** What becomes known of a call as it goes on; the record is made of it, however far the call came. */
export interface Progress {
  readonly requestId: string;
  readonly receivedAt: Date;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly invocationId: string | undefined;
  readonly attempt: number;
  readonly signal: AbortSignal;
  detected: Detected | undefined;
  operation: string | undefined;
  /** As the request claims it, before anything is proven. */
  claim: { readonly accessKeyId: string; readonly region: string } | undefined;
  /** Set once the signature was found good. */
  credential: Credential | undefined;
  input: Record<string, unknown> | undefined;
  bodyBytes: number;
}

export interface Conducted {
  readonly answer: Answer;
  readonly output: unknown;
}

/**
 * One call from its head to its answer: verify, read the body, inflate, decode, authorise, run, encode. Nothing is
 * inflated or parsed before the signature was found good. Throws a `WireFailure`, or whatever the handler threw.
 */
export async function conduct(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  const family = refusalFamily(detected);
  const presigned = family === "s3" && req.headers.authorization === undefined ? readPresignedV2(query) : undefined;
  if (presigned) return conductPresigned(presigned, req, res, query, detected, progress, server);
  const authorization = readAuthorization(req.headers, query, family);
  if (!authorization) {
    const session = await server.session?.(req);
    return session
      ? conductSession(req, res, query, detected, session, progress, server)
      : conductUnsigned(req, res, query, detected, progress, server);
  }
  progress.claim = { accessKeyId: authorization.accessKeyId, region: authorization.scope.region };
  const { service, protocol } = detected;
  if (!service) throw unknownOperation(detected.operation);
  const { model } = service;
  checkScope(authorization, model.signingName, server.regions, server.clock(), family);
  checkSignedHeaders(authorization, req.headers, family);
  const credential = await findCredential(server, family, authorization);

  const share = new BodyShare(server.budget);
  let stream: StreamedBody | undefined;
  try {
    const limits = {
      bytes: server.limits.bodyBytesByService[model.name] ?? server.limits.bodyBytes,
      idleMs: server.limits.bodyIdleMs,
    };
    const received = await receive(req, res, protocol, {
      authorization,
      credential,
      family,
      key: server.keys.get(credential.secret, authorization),
      limits,
      share,
      progress,
      streams: takesStream(service, detected.operation),
      streamedBytes: server.limits.streamedBytes,
    });
    stream = received.stream;
    const form = protocol === "awsQuery" || protocol === "ec2Query" ? formOf(query, received.body) : undefined;
    progress.operation = detected.operation ?? form?.get("Action") ?? undefined;
    const caller = { ...credential, region: authorization.scope.region };
    return await run(
      req,
      query,
      { service, protocol, labels: detected.labels, received, form },
      caller,
      progress,
      server,
    );
  } finally {
    share.release();
    if (stream) {
      progress.bodyBytes = stream.received;
      stream.destroy();
    }
  }
}

/** A call in a session: as a signed one, but that nothing is left to verify. Bodies are held whole: none is streamed in a session. */
async function conductSession(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  session: SessionCaller,
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  progress.claim = session;
  progress.credential = { ...session, secret: "" };
  const service = detected.service ?? server.bySigningName(session.signingName);
  progress.detected = { ...detected, service };
  if (!service) throw unknownOperation(detected.operation);
  const { model } = service;
  const { signingName, region } = session;
  if (signingName !== model.signingName || (server.regions && !server.regions.has(region))) {
    throw refuse(
      refusalFamily(progress.detected),
      "badScope",
      "The session's scope is not the one of this service and region.",
    );
  }
  const share = new BodyShare(server.budget);
  try {
    const bytes = server.limits.bodyBytesByService[model.name] ?? server.limits.bodyBytes;
    const limits = { bytes, idleMs: server.limits.bodyIdleMs };
    const sent = await readBody(req, res, limits, share);
    progress.bodyBytes = sent.length;
    const body = await inflateBody(sent, contentEncoding(req), limits, share);
    const { protocol, labels } = detected;
    const form = protocol === "awsQuery" || protocol === "ec2Query" ? formOf(query, body) : undefined;
    progress.operation = detected.operation ?? form?.get("Action") ?? undefined;
    const received = { body, stream: undefined, sha256: sha256Hex(sent) };
    return await run(
      req,
      query,
      { service, protocol, labels, received, form },
      { ...session, secret: "" },
      progress,
      server,
    );
  } finally {
    share.release();
  }
}

/** The credential that a request names; nothing of it is proven yet. */
async function findCredential(
  server: Conduct,
  family: RefusalFamily,
  { accessKeyId, sessionToken }: { readonly accessKeyId: string; readonly sessionToken: string | undefined },
): Promise<Credential> {
  let credential: Credential | undefined;
  try {
    credential = await server.credentials(accessKeyId, sessionToken);
  } catch (error) {
    // Some services model an error of this name, for other tokens than the caller's.
    if (error instanceof WireFailure && error.code === "ExpiredTokenException") throw refuse(family, "expiredToken");
    throw error;
  }
  if (!credential) throw refuse(family, sessionToken ? "badToken" : "unknownKey");
  return credential;
}

/** What an unsigned form may have: a token of 20,000 characters, policies and names beside it, each byte escaped as three. */
const UNSIGNED_BYTES = 96 * 1024;

/**
 * A call of the query protocol without a signature. It names its service in its body alone, so a body of bounded size
 * is read of a caller who proves nothing; whatever is not taken unsigned is refused as such.
 */
async function conductUnsigned(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  const family = refusalFamily(detected);
  if (!server.unsigned) throw refuse(family, "unsigned");
  if (detected.protocol === "restXml") return conductUnsignedRest(req, res, query, detected, progress, server);
  if (detected.protocol !== "awsQuery") throw refuse(family, "unsigned");
  const share = new BodyShare(server.budget);
  try {
    const body = await readBody(req, res, { bytes: UNSIGNED_BYTES, idleMs: server.limits.bodyIdleMs }, share);
    progress.bodyBytes = body.length;
    const form = formOf(query, body);
    const service = detected.service ?? server.byVersion(form.get("Version") ?? "");
    progress.detected = { ...detected, service };
    const caller = service && server.unsigned(service.model.name);
    const operation = detected.operation ?? form.get("Action") ?? "";
    if (!service || !caller?.operations.has(operation)) throw refuse(family, "unsigned");
    progress.operation = operation;
    const received = { body, stream: undefined, sha256: sha256Hex(body) };
    const nobody = { ...caller, accessKeyId: "", secret: "" };
    const done = await run(
      req,
      query,
      { service, protocol: "awsQuery", labels: {}, received, form },
      nobody,
      progress,
      server,
    );
    // What it proved is the operation's matter; a call that was answered counts as its caller's in the record.
    progress.credential = nobody;
    return done;
  } finally {
    share.release();
  }
}

/** A call of a REST service without a signature. */
function conductUnsignedRest(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  const { service, operation = "" } = detected;
  const caller = service && server.unsigned?.(service.model.name);
  if (!caller?.operations.has(operation)) throw refuse(refusalFamily(detected), "unsigned");
  return conductUnprovenBody(req, res, query, detected, { ...caller, accessKeyId: "", secret: "" }, progress, server);
}

/** A call by a URL that was signed with the second version of AWS's signature. */
async function conductPresigned(
  presigned: PresignedV2,
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  progress.claim = { accessKeyId: presigned.accessKeyId, region: NO_SCOPE_REGION };
  const credential = await findCredential(server, "s3", presigned);
  const { method = "GET", url = "/", headers } = req;
  const hostBucket = bucketOfHost(headers.host ?? "");
  checkPresignedV2(presigned, credential.secret, { method, url, headers, query, hostBucket }, server.clock());
  const caller = { ...credential, region: NO_SCOPE_REGION };
  return conductUnprovenBody(req, res, query, detected, caller, progress, server);
}

/** Signatures without a scope are of the time when S3 had one region. */
const NO_SCOPE_REGION = "us-east-1";

/** A call of a REST service whose body is what the head says of it, and nothing else proves. */
async function conductUnprovenBody(
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
  detected: Detected,
  caller: Credential & { readonly region: string },
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  const family = refusalFamily(detected);
  const { service, protocol, labels, operation } = detected;
  if (!service) throw unknownOperation(operation);
  progress.operation = operation;
  const header = req.headers["x-amz-content-sha256"];
  const declared = typeof header === "string" && DIGEST.test(header) ? header : undefined;
  // Chunks have signatures, or a trailer that the clients which make them sign.
  if (declared === undefined && header !== undefined && header !== UNSIGNED) throw refuse(family, "unsigned");
  const share = new BodyShare(server.budget);
  let stream: StreamedBody | undefined;
  try {
    const { bodyBytes, bodyIdleMs: idleMs, streamedBytes } = server.limits;
    let body: Buffer = Buffer.alloc(0);
    if (takesStream(service, operation)) {
      const limits = { bytes: streamedBytes, idleMs };
      stream = new StreamedBody(req, res, { limits, family, digest: declared, chunked: undefined });
    } else {
      body = await readBody(req, res, { bytes: bodyBytes, idleMs }, share);
      progress.bodyBytes = body.length;
      if (declared !== undefined && !sameText(declared, sha256Hex(body))) throw refuse(family, "wrongBody");
    }
    const received = { body, stream, sha256: declared ?? (stream ? UNSIGNED : sha256Hex(body)) };
    progress.credential = caller;
    return await run(req, query, { service, protocol, labels, received, form: undefined }, caller, progress, server);
  } finally {
    share.release();
    if (stream) {
      progress.bodyBytes = stream.received;
      stream.destroy();
    }
  }
}

interface ReadableCall {
  readonly service: Service;
  readonly protocol: Protocol;
  readonly labels: Detected["labels"];
  readonly received: Received;
  readonly form: URLSearchParams | undefined;
}

/** From a body that may be believed to the answer: decode, authorise, run, encode. */
async function run(
  req: IncomingMessage,
  query: URLSearchParams,
  { service, protocol, labels, received, form }: ReadableCall,
  caller: Credential & { readonly region: string },
  progress: Progress,
  server: Conduct,
): Promise<Conducted> {
  const { model } = service;
  const operation = operationOf(service, protocol, progress.operation);
  const codec = codecs(service)(protocol);
  const own =
    protocol === "awsJson1_0" || protocol === "awsJson1_1" ? service.read?.(operation.name, received.body) : undefined;
  const input =
    own ??
    codec.read(operation, {
      method: req.method ?? "GET",
      headers: req.headers,
      query,
      labels,
      body: received.body,
      stream: received.stream,
      form,
    });
  progress.input = recordOf(input);
  const call: Call = {
    requestId: progress.requestId,
    service: model.name,
    operation: operation.name,
    protocol,
    account: caller.account,
    region: caller.region,
    principal: caller.principal,
    accessKeyId: caller.accessKeyId,
    sourceIp: progress.sourceIp,
    userAgent: progress.userAgent,
    signal: progress.signal,
    receivedAt: progress.receivedAt,
    invocationId: progress.invocationId,
    attempt: progress.attempt,
    bodySha256: received.sha256,
    error: (name: string, message: string, members?: Readonly<Record<string, unknown>>) =>
      callError(model, name, message, members),
  };
  await server.authorize(call, input);
  const output = await service.run(operation.name, input, call);
  const answer = codec.write(operation, output, {
    requestId: progress.requestId,
    contentType: contentTypeOf(req.headers),
  });
  // A stream has one reader, the client, so a record of the call must not hold it.
  const streams = answer.body !== undefined && !(answer.body instanceof Uint8Array);
  return { answer, output: streams ? {} : output };
}

/** Whether an operation's payload is handed to its handler as it comes. */
function takesStream(service: Service, operation: string | undefined): boolean {
  const input = operation === undefined ? undefined : service.model.operations.get(operation)?.input;
  return (
    input?.members.some((member) => member.httpPayload && member.streaming && member.shape.kind === "blob") ?? false
  );
}

interface Receiving {
  readonly authorization: Authorization;
  readonly credential: Credential;
  readonly family: RefusalFamily;
  readonly key: Uint8Array;
  readonly limits: BodyLimits;
  readonly share: BodyShare;
  readonly progress: Progress;
  /** The operation takes its payload as a stream, of so many bytes at most. */
  readonly streams: boolean;
  readonly streamedBytes: number;
}

interface Received {
  /** Without chunks, inflated; empty where `stream` is the body. */
  readonly body: Buffer;
  /** The payload of an operation that takes it as it comes: proven when it ends, and not before. */
  readonly stream: StreamedBody | undefined;
  /** Of the body as it was sent; what the head declares of it where it is streamed. */
  readonly sha256: string;
}

/** Reads the body and proves it and the head to be what was signed. */
async function receive(
  req: IncomingMessage,
  res: ServerResponse,
  protocol: Protocol,
  by: Receiving,
): Promise<Received> {
  const { authorization, family, key, limits, share, progress } = by;
  const verify = (payloadHash: string) => {
    const request = { method: req.method ?? "GET", url: req.url ?? "/", rawHeaders: req.rawHeaders, payloadHash };
    if (!matches(authorization, key, request)) throw refuse(family, "wrongSignature");
    progress.credential = by.credential;
  };
  const declared = declaredHash(req, protocol, authorization);
  // What the head declares of the body lets a wrong signature be refused before the body is read.
  if (declared !== undefined) verify(declared);
  if (declared !== undefined && by.streams) {
    const stream = new StreamedBody(req, res, {
      limits: { bytes: by.streamedBytes, idleMs: limits.idleMs },
      family,
      digest: DIGEST.test(declared) ? declared : undefined,
      chunked: isStreamingHash(declared)
        ? { mode: declared, headers: req.headers, authorization, key, family }
        : undefined,
    });
    return { body: Buffer.alloc(0), stream, sha256: declared };
  }
  const sent = await readBody(req, res, limits, share);
  progress.bodyBytes = sent.length;
  const sha256 = sha256Hex(sent);
  if (declared === undefined) verify(sha256);
  else if (DIGEST.test(declared) && !sameText(declared, sha256)) {
    throw refuse(family, "wrongBody", "The SHA-256 of the body is not the one that 'x-amz-content-sha256' declares.");
  }
  const chunked = declared !== undefined && isStreamingHash(declared);
  const plain = chunked ? await decodeChunked(sent, declared, req.headers, authorization, key, family) : sent;
  return { body: await inflateBody(plain, contentEncoding(req), limits, share), stream: undefined, sha256 };
}

const DIGEST = /^[0-9a-f]{64}$/;
const UNSIGNED = "UNSIGNED-PAYLOAD";

/**
 * What the signature covers in place of the body's own digest, if the head says so. Bodies that are not signed are for
 * REST services alone, as at AWS: elsewhere the body is the call.
 */
function declaredHash(req: IncomingMessage, protocol: Protocol, authorization: Authorization): string | undefined {
  const header = req.headers["x-amz-content-sha256"];
  const rest = protocol === "restXml" || protocol === "restJson1";
  if (typeof header === "string" && (DIGEST.test(header) || (rest && (header === UNSIGNED || isStreamingHash(header)))))
    return header;
  return protocol === "restXml" && authorization.expires !== undefined ? UNSIGNED : undefined;
}

/** The encodings of the payload itself; `aws-chunked` is a matter of its transport. */
const contentEncoding = (req: IncomingMessage): string =>
  (req.headers["content-encoding"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "aws-chunked")
    .join(",");

/** A query call's fields may stand in the URL, as presigned ones do. */
function formOf(query: URLSearchParams, body: Buffer): URLSearchParams {
  const form = new URLSearchParams(textFromBytes(body));
  for (const [name, value] of query) if (!name.startsWith("X-Amz-") && !form.has(name)) form.append(name, value);
  return form;
}

const codecs = memo((service: Service) => {
  const known = new Map<Protocol, Codec>();
  return (protocol: Protocol): Codec => {
    const codec = known.get(protocol) ?? codecOf(service.model, protocol);
    known.set(protocol, codec);
    return codec;
  };
});

function operationOf(service: Service, protocol: Protocol, name: string | undefined): Operation {
  const { model } = service;
  const operation = name === undefined ? undefined : model.operations.get(name);
  if (operation && service.implemented.has(operation.name)) {
    if (!speaks(model, protocol))
      throw new WireFailure(
        "UnknownOperationException",
        `${model.id} does not speak ${protocol} here; it speaks ${model.protocols.join(", ")}.`,
      );
    return operation;
  }
  if (operation || (name !== undefined && model.unsupported.has(name))) {
    throw new WireFailure(
      "NotImplemented",
      `${model.id} has the operation ${name}, which Nephoscope does not support.`,
      { status: 501 },
    );
  }
  throw unknownOperation(name);
}

const unknownOperation = (name: string | undefined): WireFailure =>
  new WireFailure(
    "UnknownOperationException",
    name === undefined || name === ""
      ? "The request names no operation."
      : `The operation '${name.slice(0, 100)}' is not known.`,
  );
