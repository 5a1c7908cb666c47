import { readFileSync } from "node:fs";
import { AwsError } from "../aws/aws-error.ts";
import { type ConfigurationText, readConfiguration } from "../configuration/configuration.ts";
import { describeProblem } from "../configuration/problem.ts";
import { prepare } from "../daemon/agent.ts";
import { endProcess, launch, runningProcess } from "../daemon/agent-process.ts";
import type { AgentPaths } from "../daemon/settings.ts";
import {
  listConfigurations,
  removeConfiguration,
  storeConfiguration,
  storedName,
} from "../daemon/stored-configurations.ts";
import type { Mode } from "../host/host-identity.ts";
import { AGENT_VERSION } from "../version.ts";
import { DEFAULT_CONFIGURATION } from "./default-configuration.ts";

export interface ControlOptions {
  readonly paths: AgentPaths;
  readonly mode: Mode;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** The command that runs an agent in the foreground. */
  readonly command: readonly [file: string, ...args: string[]];
  readonly out: (text: string) => void;
}

/** What was asked can not be done; the message says why. */
export class ControlError extends Error {
  override readonly name = "ControlError";
}

const HEADING = "****** processing amazon-cloudwatch-agent ******\n";

/** The status as the original prints it. */
export function printStatus({ paths, out }: Pick<ControlOptions, "paths" | "out">): void {
  const running = runningProcess(paths);
  const status = {
    status: running === undefined ? "stopped" : "running",
    starttime: running?.startTime ?? "",
    configstatus: listConfigurations(paths.configurations).length > 0 ? "configured" : "not configured",
    version: AGENT_VERSION,
  };
  out(`${JSON.stringify(status, undefined, 2)}\n`);
}

export async function startAgent(options: ControlOptions): Promise<void> {
  const { paths, out, command, env } = options;
  out(HEADING);
  if (runningProcess(paths) !== undefined) {
    out("amazon-cloudwatch-agent has already been started\n");
    return;
  }
  if (listConfigurations(paths.configurations).length === 0) {
    out("amazon-cloudwatch-agent is not configured. Applying its default configuration.\n");
    storeConfiguration(paths.configurations, { name: "default", text: DEFAULT_CONFIGURATION }, "replace");
  }
  await launchOrFail({ paths, command, env });
}

async function launchOrFail(options: Parameters<typeof launch>[0]): Promise<void> {
  const answer = await launch(options);
  if (typeof answer === "string") throw new ControlError(`the agent can not be started: ${answer}`);
}

export async function stopAgent({ paths, out }: Pick<ControlOptions, "paths" | "out">): Promise<void> {
  out(HEADING);
  if (!(await endProcess(paths))) out("amazon-cloudwatch-agent has already been stopped\n");
}

/**
 * Fetches a configuration, checks it together with those that stay, and stores it. One with errors changes nothing.
 * @param location `default`, `file:PATH`, `ssm:NAME`
 */
export async function fetchConfiguration(
  options: ControlOptions,
  location: string,
  others: "keep" | "replace",
  restart: boolean,
): Promise<void> {
  const { paths, out } = options;
  out(HEADING);
  const text = await fetchText(options, location);
  const fetched: ConfigurationText = { name: storedName(location), text };
  const kept =
    others === "keep" ? listConfigurations(paths.configurations).filter(({ name }) => name !== fetched.name) : [];
  out(`Successfully fetched the config ${location}\nStart configuration validation...\n`);
  check(out, [...kept, fetched]);
  storeConfiguration(paths.configurations, fetched, others);
  if (restart) await restartAgent(options);
}

/** Prints the validation in its phases. @throws ControlError */
function check(out: (text: string) => void, texts: readonly ConfigurationText[]): void {
  const { problems, failedPhase } = readConfiguration(texts);
  const lines = (severity: "error" | "note") =>
    problems
      .filter((problem) => problem.severity === severity)
      .map((problem) => `${describeProblem(problem, problem.file)}\n`)
      .join("");
  out(lines("note"));
  if (failedPhase === 1) {
    throw new ControlError(
      `Configuration validation first phase failed. The configuration in force is unchanged.\n${lines("error")}`,
    );
  }
  out("Valid Json input schema.\nConfiguration validation first phase succeeded\n");
  if (failedPhase === 2) {
    throw new ControlError(
      `Configuration validation second phase failed. The configuration in force is unchanged.\n${lines("error")}`,
    );
  }
  out("Configuration validation second phase succeeded\nConfiguration validation succeeded\n");
}

/** @param location of a configuration that is in force, or `all` */
export async function removeStored(options: ControlOptions, location: string, restart: boolean): Promise<void> {
  const { paths, out } = options;
  out(HEADING);
  const stored = listConfigurations(paths.configurations);
  const name = storedName(location);
  const kept = location === "all" ? [] : stored.filter((each) => each.name !== name);
  if (location !== "all" && kept.length === stored.length) {
    throw new ControlError(
      `there is no configuration of ${location}. There are: ${stored.map((each) => each.name).join(", ") || "none"}`,
    );
  }
  if (kept.length > 0) check(out, kept);
  for (const each of stored) if (!kept.includes(each)) removeConfiguration(paths.configurations, each.name);
  if (kept.length === 0) out("all amazon-cloudwatch-agent configurations have been removed\n");
  if (restart && kept.length > 0) await restartAgent(options);
  else if (restart) await endProcess(paths);
}

async function restartAgent({ paths, command, env }: ControlOptions): Promise<void> {
  await endProcess(paths);
  await launchOrFail({ paths, command, env });
}

async function fetchText(options: ControlOptions, location: string): Promise<string> {
  if (location === "default") return DEFAULT_CONFIGURATION;
  const [, kind = "", place = ""] = /^(file|ssm):(.+)$/s.exec(location) ?? [];
  if (kind === "file") {
    try {
      return readFileSync(place, "utf8");
    } catch (error) {
      throw new ControlError(`${place} can not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (kind === "ssm") return await fetchParameter(options, place);
  throw new ControlError(`"${location}" is no place of a configuration: default, file:PATH or ssm:NAME`);
}

async function fetchParameter(options: ControlOptions, name: string): Promise<string> {
  const { connections } = await prepare(options, undefined);
  const client = connections.client("ssm");
  try {
    const answer = await client.call("GetParameter", JSON.stringify({ Name: name, WithDecryption: true }));
    const parameter = answer.Parameter;
    if (
      typeof parameter === "object" &&
      parameter !== null &&
      "Value" in parameter &&
      typeof parameter.Value === "string"
    )
      return parameter.Value;
    throw new ControlError(`${client.endpoint.origin} answered no value of the parameter ${name}`);
  } catch (error) {
    if (error instanceof AwsError)
      throw new ControlError(`the parameter ${name} can not be fetched: ${error.code}: ${error.message}`);
    throw error;
  } finally {
    client.close();
  }
}

/** Stores a text in the parameter store. */
export async function storeParameter(
  options: Pick<ControlOptions, "paths" | "mode" | "env" | "now">,
  name: string,
  value: string,
  region: string,
): Promise<void> {
  const { connections } = await prepare(options, region);
  const client = connections.client("ssm");
  try {
    await client.call("PutParameter", JSON.stringify({ Name: name, Value: value, Type: "String", Overwrite: true }));
  } catch (error) {
    if (error instanceof AwsError)
      throw new ControlError(`the parameter ${name} can not be stored: ${error.code}: ${error.message}`);
    throw error;
  } finally {
    client.close();
  }
}
