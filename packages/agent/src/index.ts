export { AwsError } from "./aws/aws-error.ts";
export {
  ControlError,
  type ControlOptions,
  fetchConfiguration,
  printStatus,
  removeStored,
  startAgent,
  stopAgent,
  storeParameter,
} from "./control/control.ts";
export { type Asker, runWizard, WizardEnded } from "./control/wizard.ts";
export { Agent, ConfigurationError } from "./daemon/agent.ts";
export { forgetProcess, noteProcess, runningProcess } from "./daemon/agent-process.ts";
export { startFrugally } from "./daemon/frugal-start.ts";
export { UserError } from "./daemon/run-as-user.ts";
export { type AgentPaths, agentPaths, defaultHome, SettingsError } from "./daemon/settings.ts";
export { FleetAgent } from "./fleet/fleet-agent.ts";
export { type HostIdentity, readHostIdentity, writeHostIdentity } from "./fleet/host-identity.ts";
export { DEFAULT_PERMISSIONS, readPermissions } from "./fleet/permissions.ts";
export { registerHost } from "./fleet/register.ts";
export { quietJournal, textJournal } from "./health/journal.ts";
export type { Mode } from "./host/host-identity.ts";
export { ListenError } from "./listen/listener.ts";
export { AGENT_VERSION } from "./version.ts";
