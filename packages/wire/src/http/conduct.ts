import { readAuthorization } from "../auth/authorization.ts";
import { readPresignedV2 } from "../auth/presigned-v2.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { refusalFamily } from "./detect.ts";
import { presignedV2Call } from "./presigned-v2-call.ts";
import { sessionCall } from "./session-call.ts";
import { signedCall } from "./signed-call.ts";
import { unsignedCall } from "./unsigned-call.ts";

/**
 * One call from its head to its answer: verify, read the body, inflate, decode, authorise, run, encode. Nothing is
 * inflated or parsed before the caller is proven, and a signature goes before a session. Throws a `WireFailure`, or
 * whatever the handler threw.
 */
export async function conduct(arrival: Arrival): Promise<Conducted> {
  const { req, query, detected, server } = arrival;
  const family = refusalFamily(detected);
  const presigned = family === "s3" && req.headers.authorization === undefined ? readPresignedV2(query) : undefined;
  if (presigned) return presignedV2Call(arrival, presigned);
  const authorization = readAuthorization(req.headers, query, family);
  if (authorization) return signedCall(arrival, authorization);
  const session = await server.session?.caller(req);
  return session ? sessionCall(arrival, session) : unsignedCall(arrival);
}
