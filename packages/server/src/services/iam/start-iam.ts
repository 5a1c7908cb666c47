import type { Service } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import { countAttempts } from "../../platform/identity/attempts.ts";
import type { Identity } from "../../platform/identity/identity.ts";
import type { SecondFactor } from "../../platform/identity/second-factor.ts";
import { withSessionLimits } from "../../platform/identity/session-limits.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { State } from "../../platform/state/state.ts";
import { commitTo } from "./commit.ts";
import { iamService } from "./service.ts";

export interface IamParts {
  readonly state: State;
  readonly box: SecretBox;
  readonly identity: Identity;
  readonly factor: SecondFactor;
  readonly clock: Clock;
}

/** IAM. What it writes is in `platform/identity` at once, and so in force from the next call on. */
export function startIam({ state, box, identity, factor, clock }: IamParts): Service {
  const service = iamService({
    box,
    identity,
    factor,
    clock,
    commit: commitTo(state),
    // One report for each account of the installation.
    reports: new Map(),
    passwords: countAttempts(clock),
  });
  return withSessionLimits(service, identity);
}
