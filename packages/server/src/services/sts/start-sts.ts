import type { Service } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Identity } from "../../platform/identity/identity.ts";
import type { SecondFactor } from "../../platform/identity/second-factor.ts";
import { withSessionLimits } from "../../platform/identity/session-limits.ts";
import type { Outgoing } from "../../platform/outgoing/outgoing.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import { stsService } from "./service.ts";
import { openIssuerKeys } from "./web-identity/issuer-keys.ts";
import { openWebIdentities } from "./web-identity/web-identities.ts";

export interface StsParts {
  readonly identity: Identity;
  readonly factor: SecondFactor;
  readonly authority: Authority;
  readonly outgoing: Outgoing;
  readonly box: SecretBox;
  readonly clock: Clock;
}

/** STS. It keeps nothing: a session is all in its token. */
export function startSts({ identity, factor, authority, outgoing, box, clock }: StsParts): Service {
  const keys = openIssuerKeys(outgoing, clock);
  const webIdentities = openWebIdentities({ directory: identity.directory, keys, clock });
  return withSessionLimits(stsService({ identity, factor, authority, webIdentities, box, clock }), identity);
}
