import { sha256Hex } from "../auth/canonical.ts";
import { refuse } from "../auth/refusals.ts";
import { sameText } from "../auth/verify.ts";
import type { Service } from "../service.ts";
import type { Arrival } from "./arrival.ts";
import { type BodyShare, readBody } from "./body.ts";
import { refusalFamily } from "./detect.ts";
import { DIGEST, limitsOf, type ReceivedBody, takesStream, UNSIGNED_PAYLOAD } from "./received-body.ts";
import { StreamedBody } from "./streamed-body.ts";

/** The body of a call of a REST service that is what the head says of it, and nothing else proves. */
export async function unprovenBody(arrival: Arrival, service: Service, share: BodyShare): Promise<ReceivedBody> {
  const { req, res, headers, detected, progress, server } = arrival;
  const family = refusalFamily(detected);
  const header = req.headers["x-amz-content-sha256"];
  const digest = typeof header === "string" && DIGEST.test(header) ? header : undefined;
  // Chunks have signatures, or a trailer that the clients which make them sign.
  if (digest === undefined && header !== undefined && header !== UNSIGNED_PAYLOAD) throw refuse(family, "unsigned");
  const limits = limitsOf(arrival, service);
  if (takesStream(service, detected.operation)) {
    const streamed = { bytes: server.limits.streamedBytes, idleMs: limits.idleMs };
    const stream = new StreamedBody(req, res, { headers, limits: streamed, family, digest, chunked: undefined });
    return { bytes: Buffer.alloc(0), stream, sha256: digest ?? UNSIGNED_PAYLOAD };
  }
  const bytes = await readBody(req, res, limits, share);
  progress.bodyBytes = bytes.length;
  const sha256 = sha256Hex(bytes);
  if (digest !== undefined && !sameText(digest, sha256)) throw refuse(family, "wrongBody");
  return { bytes, stream: undefined, sha256 };
}
