import { sha256Hex } from "../auth/canonical.ts";
import { refuse } from "../auth/refusals.ts";
import type { Service } from "../service.ts";
import type { Arrival, Conducted } from "./arrival.ts";
import { readBody } from "./body.ts";
import { refusalFamily } from "./detect.ts";
import { withBody } from "./received-body.ts";
import { formOf, runCall } from "./run-call.ts";
import { unprovenBody } from "./unproven-body.ts";

/** A call without a signature or session: of the query protocol, or of a service whose payloads are XML, where it takes such calls. */
export async function unsignedCall(arrival: Arrival): Promise<Conducted> {
  const { detected, progress, server } = arrival;
  const unsigned = () => refuse(refusalFamily(detected), "unsigned");
  const callerOf = (service: Service | undefined, operation: string | undefined) => {
    const caller = service && server.unsigned?.(service.model.name);
    if (!service || !caller?.operations.has(operation ?? "")) throw unsigned();
    return { service, caller: { ...caller, accessKeyId: "", secret: "" } };
  };
  if (server.unsigned && detected.protocol === "restXml") {
    const { service, caller } = callerOf(detected.service, detected.operation);
    progress.credential = caller;
    return withBody(
      arrival,
      (share) => unprovenBody(arrival, service, share),
      (body) => runCall(arrival, { service, caller, body }),
    );
  }
  if (!server.unsigned || detected.protocol !== "awsQuery") throw unsigned();
  return withBody(
    arrival,
    async (share) => {
      const limits = { bytes: UNSIGNED_BYTES, idleMs: server.limits.bodyIdleMs };
      const bytes = await readBody(arrival.req, arrival.res, limits, share);
      progress.bodyBytes = bytes.length;
      return { bytes, stream: undefined, sha256: sha256Hex(bytes) };
    },
    async (body) => {
      // Where the address does not, the body alone names the service: it is read of a caller who proves nothing.
      const form = formOf(arrival.query, body.bytes);
      const named = detected.service ?? server.byVersion(form.get("Version") ?? "");
      progress.detected = { ...detected, service: named };
      const { service, caller } = callerOf(named, detected.operation ?? form.get("Action") ?? undefined);
      const done = await runCall(arrival, { service, caller, body });
      // What it proved is the operation's matter; a call that was answered counts as its caller's in the record.
      progress.credential = caller;
      return done;
    },
  );
}

/** What an unsigned form may have: a token of 20,000 characters, policies and names beside it, each byte escaped as three. */
const UNSIGNED_BYTES = 96 * 1024;
