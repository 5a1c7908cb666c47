import type { IncomingMessage } from "node:http";
import { type Authorization, timeOf } from "../auth/authorization.ts";
import { ALGORITHM, sha256Hex } from "../auth/canonical.ts";
import { decodeChunked, isStreamingHash } from "../auth/chunked.ts";
import { refuse } from "../auth/refusals.ts";
import { checkScope, checkSignedHeaders, matches, sameText } from "../auth/verify.ts";
import type { Protocol } from "../model/shape.ts";
import type { CallSignature, Credential, Service } from "../service.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { type BodyShare, inflateBody, readBody } from "./body.ts";
import { namedCredential } from "./credential.ts";
import { refusalFamily } from "./detect.ts";
import { DIGEST, limitsOf, type ReceivedBody, takesStream, UNSIGNED_PAYLOAD, withBody } from "./received-body.ts";
import { runCall, unknownCall } from "./run-call.ts";
import { StreamedBody } from "./streamed-body.ts";

/** A call with a signature of version 4, in its head or its address. */
export async function signedCall(arrival: Arrival, authorization: Authorization): Promise<Conducted> {
  const { req, detected, progress, server } = arrival;
  const family = refusalFamily(detected);
  progress.claim = { accessKeyId: authorization.accessKeyId, region: authorization.scope.region };
  const { service } = detected;
  if (!service) throw unknownCall(arrival, authorization.scope.service);
  checkScope(authorization, service.model.signingName, server.regions, server.clock(), family);
  checkSignedHeaders(authorization, req.headers, family);
  const credential = await namedCredential(server, family, authorization);
  const caller = { ...credential, region: authorization.scope.region };
  return withBody(
    arrival,
    (share) => receive(arrival, { service, authorization, credential, share }),
    (body) => runCall(arrival, { service, caller, body, signature: signatureOf(authorization) }),
  );
}

const signatureOf = ({ expires, time }: Authorization): CallSignature => ({
  place: expires === undefined ? "REST-HEADER" : "REST-QUERY-STRING",
  version: ALGORITHM,
  at: timeOf(time),
});

interface Receiving {
  readonly service: Service;
  readonly authorization: Authorization;
  readonly credential: Credential;
  readonly share: BodyShare;
}

/** Reads the body and proves it and the head to be what was signed. */
async function receive(
  { req, res, headers, detected, progress, server }: Arrival,
  { service, authorization, credential, share }: Receiving,
): Promise<ReceivedBody> {
  const family = refusalFamily(detected);
  const key = server.keys.get(credential.secret, authorization);
  const verify = (payloadHash: string) => {
    const request = { method: req.method ?? "GET", url: req.url ?? "/", rawHeaders: req.rawHeaders, payloadHash };
    if (!matches(authorization, key, request)) throw refuse(family, "wrongSignature");
    progress.credential = credential;
  };
  const declared = declaredHash(req, detected.protocol, authorization);
  // What the head declares of the body lets a wrong signature be refused before the body is read.
  if (declared !== undefined) verify(declared);
  const limits = limitsOf({ server }, service);
  if (declared !== undefined && takesStream(service, detected.operation)) {
    const stream = new StreamedBody(req, res, {
      headers,
      limits: { bytes: server.limits.streamedBytes, idleMs: limits.idleMs },
      family,
      digest: DIGEST.test(declared) ? declared : undefined,
      chunked: isStreamingHash(declared)
        ? { mode: declared, headers: req.headers, authorization, key, family }
        : undefined,
    });
    return { bytes: Buffer.alloc(0), stream, sha256: declared };
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
  const bytes = await inflateBody(plain, req.headers["content-encoding"], limits, share);
  return { bytes, stream: undefined, sha256 };
}

/**
 * What the signature covers in place of the body's own digest, if the head says so. Bodies that are not signed are for
 * REST services alone, as at AWS: elsewhere the body is the call.
 */
function declaredHash(req: IncomingMessage, protocol: Protocol, authorization: Authorization): string | undefined {
  const header = req.headers["x-amz-content-sha256"];
  const rest = protocol === "restXml" || protocol === "restJson1";
  if (typeof header === "string") {
    if (DIGEST.test(header) || (rest && (header === UNSIGNED_PAYLOAD || isStreamingHash(header)))) return header;
  }
  return protocol === "restXml" && authorization.expires !== undefined ? UNSIGNED_PAYLOAD : undefined;
}
