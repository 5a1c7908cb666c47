import type { Service } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import type { State } from "../../platform/state/state.ts";
import { createKeyAccess } from "./access/key-access.ts";
import { deleteDueKeys } from "./keys/delete-due-keys.ts";
import { keysPort } from "./keys-port.ts";
import type { KmsDeps } from "./operation.ts";
import { rotateDueKeys } from "./rotation/rotation.ts";
import { kmsService } from "./service.ts";

export interface KmsParts {
  readonly state: State;
  readonly box: SecretBox;
  readonly authority: Authority;
  readonly jobs: Jobs;
  readonly clock: Clock;
}

/** Rotations and deletions have a day; a key past its day is not used in any case. */
const LOOK_MS = 10 * 60_000;

/** KMS, with the jobs that rotate and delete keys, and the port by which other services encrypt. */
export function startKms({ state, box, authority, jobs, clock }: KmsParts): { service: Service; keys: Keys } {
  const deps: KmsDeps = { state, box, clock, access: createKeyAccess({ state, authority }) };
  jobs.every("kms-rotation", LOOK_MS, (signal) => rotateDueKeys(deps, clock.now(), signal));
  jobs.every("kms-deletion", LOOK_MS, (signal) => deleteDueKeys(state, clock.now(), signal));
  return { service: kmsService(deps), keys: keysPort(deps) };
}
