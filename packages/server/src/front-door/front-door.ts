import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type CallRecord,
  type Credential,
  createWireServer,
  defaultLimits,
  type Limits,
  type Service,
  type WireServer,
} from "@nephoscope/wire";
import type { CallAudit } from "../platform/audit/call-audit.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { AccessKeys } from "../platform/identity/access-keys.ts";
import type { Log } from "../platform/log/log.ts";
import { withEngineFailures } from "./engine-failures.ts";
import { createPage } from "./page.ts";

/** Pages that are open to everybody who has a link, and know their own requests. */
export interface OpenPages {
  takes(request: IncomingMessage): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

export interface FrontDoorOptions {
  readonly services: readonly Service[];
  readonly keys: AccessKeys;
  readonly audit: CallAudit;
  /** Counts every call. */
  readonly usage: (call: CallRecord) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxConnections: number;
  /** Limits of the wire in place of its defaults. */
  readonly limits: Partial<Limits>;
  readonly region: string;
  readonly pages: readonly OpenPages[];
}

/** HTTP: every API call is authenticated, authorised, run and recorded here; everything else is the page. */
export function createFrontDoor({
  services,
  keys,
  audit,
  usage,
  clock,
  log,
  maxConnections,
  limits,
  region,
  pages,
}: FrontDoorOptions): WireServer {
  return createWireServer({
    services: services.map(withEngineFailures),
    credentials: (accessKeyId) => credentialOf(keys, accessKeyId),
    authorize(call) {
      if (keys.find(call.accessKeyId)?.key.administrator !== true) {
        throw call.error(
          "AccessDeniedException",
          `User: ${call.principal.arn} is not authorized to perform: ${call.service}:${call.operation}`,
        );
      }
    },
    onCall(record) {
      usage(record);
      return audit.record(record);
    },
    open: (request) => pages.find((page) => page.takes(request))?.answer,
    fallback: createPage({ region }),
    clock: () => new Date(clock.now()),
    limits: { bodyBytesByService: BODY_BYTES, ...limits, connections: maxConnections },
    log,
  });
}

const BODY_BYTES: Limits["bodyBytesByService"] = {
  ...defaultLimits.bodyBytesByService,
  // A lookup table of CloudWatch Logs may have 10 MiB of text, in which JSON escapes each quote and line end by a second byte.
  "cloudwatch-logs": 24 * 1_048_576,
};

function credentialOf(keys: AccessKeys, accessKeyId: string): Credential | undefined {
  const found = keys.find(accessKeyId);
  if (found === undefined) return undefined;
  const { account, userName } = found.key;
  return {
    accessKeyId,
    secret: found.secret,
    account,
    principal: {
      type: "IAMUser",
      arn: `arn:aws:iam::${account}:user/${userName}`,
      principalId: accessKeyId.replace(/^AKIA/, "AIDA"),
      userName,
    },
  };
}
