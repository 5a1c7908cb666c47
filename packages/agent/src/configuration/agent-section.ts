import { type Entity, readEntity } from "./entity.ts";
import type { Section } from "./section.ts";

/** The section `agent`. */
export interface AgentSection {
  /** Seconds; undefined when not given. */
  readonly collectionInterval: number | undefined;
  readonly region: string | undefined;
  readonly roleArn: string | undefined;
  readonly debug: boolean;
  /** File for the agent's own log; empty for standard output; undefined for the default. */
  readonly logFile: string | undefined;
  readonly quiet: boolean;
  /** Metrics of hosts carry no dimension `host`. */
  readonly omitHostname: boolean;
  readonly runAsUser: string | undefined;
  readonly entity: Entity;
}

export const NO_ENTITY: Entity = { serviceName: undefined, environment: undefined };

/** The longest interval that the original takes: two days, in seconds. */
export const MAX_INTERVAL = 172_800;

/** Of members that this agent has no use for; each is told, so that nobody waits for its effect. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  aws_sdk_log_level: "has no effect: this agent uses no AWS SDK",
  user_agent: "has no effect",
  use_dualstack_endpoint: "has no effect: set endpoint_override instead",
  internal: "has no effect: the agent always reports its own health",
};

export function readAgentSection(section: Section | undefined): AgentSection {
  for (const [name, message] of Object.entries(WITHOUT_EFFECT)) {
    if (section?.has(name)) section.note(message, name);
  }
  return {
    collectionInterval: section?.integer("metrics_collection_interval", { min: 1, max: MAX_INTERVAL }),
    region: section?.text("region", { min: 1, max: 64 }),
    roleArn: section === undefined ? undefined : readRole(section),
    debug: section?.boolean("debug") ?? false,
    logFile: section?.text("logfile"),
    quiet: section?.boolean("quiet") ?? false,
    omitHostname: section?.boolean("omit_hostname") ?? false,
    runAsUser: section?.text("run_as_user", { min: 1, max: 256 }),
    entity: section === undefined ? NO_ENTITY : readEntity(section, NO_ENTITY),
  };
}

/** `credentials.role_arn`: the role that is assumed for a section's calls. */
export function readRole(section: Section): string | undefined {
  const credentials = section.section("credentials");
  if (credentials === undefined) return undefined;
  const role = credentials.text("role_arn", { min: 20, max: 2048 });
  credentials.refuseOthers();
  return role;
}
