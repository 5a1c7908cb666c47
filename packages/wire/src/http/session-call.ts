import { sha256Hex } from "../auth/canonical.ts";
import { refuse } from "../auth/refusals.ts";
import type { Arrival, Conducted, SessionCaller } from "./arrival.ts";
import { inflateBody, readBody } from "./body.ts";
import { refusalFamily } from "./detect.ts";
import { limitsOf, withBody } from "./received-body.ts";
import { runCall, unknownCall } from "./run-call.ts";

/** A call in a session: as a signed one, but that nothing is left to verify. Bodies are held whole: none is streamed in a session. */
export async function sessionCall(arrival: Arrival, session: SessionCaller): Promise<Conducted> {
  const { req, res, detected, progress, server } = arrival;
  const { service } = detected;
  const caller = { ...session, secret: "" };
  progress.claim = session;
  progress.credential = caller;
  if (!service) throw unknownCall(arrival, session.signingName);
  const { signingName, region } = session;
  if (signingName !== service.model.signingName || (server.regions && !server.regions.has(region))) {
    const family = refusalFamily(detected);
    throw refuse(family, "badScope", "The session's scope is not the one of this service and region.");
  }
  return withBody(
    arrival,
    async (share) => {
      const limits = limitsOf(arrival, service);
      const sent = await readBody(req, res, limits, share);
      progress.bodyBytes = sent.length;
      const bytes = await inflateBody(sent, req.headers["content-encoding"], limits, share);
      return { bytes, stream: undefined, sha256: sha256Hex(sent) };
    },
    (body) => runCall(arrival, { service, caller, body }),
  );
}
