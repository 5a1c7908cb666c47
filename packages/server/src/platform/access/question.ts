import type { Call } from "@nephoscope/wire";
import type { AccessQuestion } from "./authority.ts";
import type { Need, ServiceAccess } from "./need.ts";

/** What a call asks of the authority. */
export function questionOf(call: Call, need: Need, access: Pick<ServiceAccess, "resource">): AccessQuestion {
  const { principal, account, region, sourceIp, userAgent, requestId } = call;
  const facts = need.resource === "*" ? undefined : access.resource?.(need.resource, call);
  return { principal, account, region, sourceIp, userAgent, requestId, need, facts };
}
