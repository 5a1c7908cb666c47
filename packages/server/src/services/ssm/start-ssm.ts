import type { Credential, Service } from "@nephoscope/wire";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import { agentAccess, ssmAccess } from "./access.ts";
import { activationCredential } from "./activations/activation.ts";
import { isConfigurationOf } from "./commands/configurations.ts";
import { endLateCommands, forgetOldCommands } from "./commands/watch-time.ts";
import type { SsmDeps } from "./operation.ts";
import { agentService, ssmService } from "./service.ts";

export interface SsmParts extends SsmDeps {
  readonly jobs: Jobs;
}

/** Time-outs are of 30 seconds and more. */
const TIME_MS = 5_000;
const HISTORY_MS = 6 * 3_600_000;
/** Right after a start there is more urgent work. */
const FIRST_RUN_MS = 30_000;

/** Systems Manager with its jobs, the agents' channel, and who may call under an activation's id. */
export function startSsm(parts: SsmParts): {
  readonly services: readonly { readonly service: Service; readonly access: ServiceAccess }[];
  credential(accessKeyId: string): Credential | undefined;
} {
  const { state, fleet, box, jobs } = parts;
  fleet.rights.add("ssm", (host, operation, input) => isConfigurationOf(state, host, operation, input));
  jobs.every("ssm-command-time", TIME_MS, (signal) => endLateCommands(parts, signal));
  jobs.every("ssm-command-history", HISTORY_MS, (signal) => forgetOldCommands(parts, signal), FIRST_RUN_MS);
  return {
    services: [
      { service: ssmService(parts), access: ssmAccess(parts) },
      { service: agentService(parts), access: agentAccess },
    ],
    credential: (accessKeyId) => activationCredential(state, box, accessKeyId),
  };
}
