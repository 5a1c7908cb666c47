import { type AgentPaths, agentPaths, defaultHome, type Mode } from "@nephoscope/agent";
import { type OptionLine, type OptionValues, type Surroundings, text, UsageError } from "../command.ts";

/** Options that all commands of the agent have. */
export const HOME_OPTION: OptionLine = {
  type: "string",
  value: "DIR",
  meaning: "Where the agent keeps its configuration, state and log [NEPHOSCOPE_AGENT_HOME]",
  default: "/var/lib/nephoscope-agent for root, ~/.nephoscope-agent for others",
};

export const MODE_OPTION: OptionLine = {
  type: "string",
  short: "m",
  value: "MODE",
  meaning: "ec2, onPremise or auto: whether instance metadata is asked who this host is",
  default: "auto",
};

export function readPaths(options: OptionValues, env: Surroundings["env"]): AgentPaths {
  return agentPaths(text(options, "home") ?? defaultHome(env, process.getuid?.() === 0));
}

export function readMode(options: OptionValues): Mode {
  const mode = text(options, "mode") ?? "auto";
  if (mode === "ec2" || mode === "onPremise" || mode === "auto") return mode;
  // The original's documentation writes it both ways.
  if (mode === "onPrem") return "onPremise";
  throw new UsageError(`--mode takes ec2, onPremise or auto, not "${mode}"`);
}
