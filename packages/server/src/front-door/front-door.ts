import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type CallRecord,
  createWireServer,
  defaultLimits,
  type Limits,
  type WireServer,
  type WireServerOptions,
} from "@nephoscope/wire";
import type { Authority } from "../platform/access/authority.ts";
import type { Rulings } from "../platform/access/rulings.ts";
import type { CallAudit } from "../platform/audit/call-audit.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { FleetDoor } from "../platform/fleet/fleet-door.ts";
import type { Identity } from "../platform/identity/identity.ts";
import type { Log } from "../platform/log/log.ts";
import { createAuthorise, type GuardedService } from "./authorise.ts";
import type { Console } from "./console.ts";
import type { SealDenial } from "./encoded-denial.ts";
import { withEngineFailures } from "./engine-failures.ts";

/** Pages that are open to everybody who has a link, and know their own requests. */
export interface OpenPages {
  takes(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

export interface FrontDoorOptions {
  /** Throws at once when an operation of one has no declaration of what it needs. */
  readonly services: readonly GuardedService[];
  readonly authority: Authority;
  readonly sealDenial: SealDenial;
  /** What was decided on calls, for their records. */
  readonly rulings: Rulings;
  readonly identity: Identity;
  /** Who makes calls that need no signature. */
  readonly unsigned: WireServerOptions["unsigned"];
  readonly unsignedRest: WireServerOptions["unsignedRest"];
  /** Sets headers that an answer is to have whatever it says. */
  readonly before: WireServerOptions["before"];
  /** Hosts, which are no identities of IAM. */
  readonly hosts: FleetDoor;
  readonly audit: CallAudit;
  /** Counts every call. */
  readonly usage: (call: CallRecord) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxConnections: number;
  /** Limits of the wire in place of its defaults. */
  readonly limits: Partial<Limits>;
  readonly console: Console;
  readonly pages: readonly OpenPages[];
}

/** HTTP: every API call is authenticated, authorised, run and recorded here; everything else is the console's. */
export function createFrontDoor({
  services,
  authority,
  sealDenial,
  rulings,
  identity,
  unsigned,
  unsignedRest,
  before,
  hosts,
  audit,
  usage,
  clock,
  log,
  maxConnections,
  limits,
  console,
  pages,
}: FrontDoorOptions): WireServer {
  const authorise = createAuthorise(services, authority, sealDenial);
  return createWireServer({
    services: services.map(({ service }) => withEngineFailures(service, log)),
    credentials: (accessKeyId, sessionToken) =>
      identity.credential(accessKeyId, sessionToken) ?? hosts.credential(accessKeyId),
    authorize(call, input) {
      if (hosts.knows(call)) {
        hosts.authorize(call, input, (as) => authorise(as, input));
        return;
      }
      authorise(call, input);
    },
    ...(unsigned && { unsigned }),
    ...(unsignedRest && { unsignedRest }),
    before(request, response) {
      response.setHeader("content-security-policy", SANDBOX);
      before?.(request, response);
    },
    onCall(record) {
      usage(record);
      identity.uses.note(record);
      return audit.record(record, rulings.take(record.requestId));
    },
    open: (request) => pages.find((page) => page.takes(request))?.answer,
    session: console.calls,
    fallback: (request, response) => console.answer(request, response),
    clock: () => new Date(clock.now()),
    limits: { bodyBytesByService: BODY_BYTES, ...limits, connections: maxConnections },
    log,
  });
}

/**
 * An object of a bucket comes from the address that the console comes from. A browser that opens one as a page gives it an origin of
 * its own by this, so that its scripts can neither read the console's session nor call in it. The console's own answers say otherwise.
 */
const SANDBOX = "sandbox allow-downloads allow-forms allow-popups allow-scripts";

const BODY_BYTES: Limits["bodyBytesByService"] = {
  ...defaultLimits.bodyBytesByService,
  // A lookup table of CloudWatch Logs may have 10 MiB of text, in which JSON escapes each quote and line end by a second byte.
  "cloudwatch-logs": 24 * 1_048_576,
};
