import { hostname } from "node:os";
import type { AgentControl, ControlResult } from "./agent-control.ts";
import type { Message, Reply } from "./channel.ts";
import type { Permissions } from "./permissions.ts";
import { runShellScript } from "./shell-script.ts";

export interface DocumentDeps {
  readonly permissions: () => Permissions;
  readonly control: (mode: "ec2" | "onPremise" | "auto") => AgentControl;
  /** The value of a parameter of the parameter store, read as this host. */
  readonly parameter: (name: string) => Promise<string>;
  readonly agentVersion: string;
}

type Run = Extract<Message, { kind: "run" }>;

/** Carries a document out. What it does not know, and what the owner does not allow, fails with the reason and changes nothing. */
export async function carryOut({ document, parameters }: Run, signal: AbortSignal, deps: DocumentDeps): Promise<Reply> {
  const value = (name: string) => parameters[name]?.[0] ?? "";
  const permissions = deps.permissions();
  switch (document) {
    case "AWS-RunShellScript":
      if (!permissions.shellScripts)
        return notAllowed(
          'AWS-RunShellScript is not allowed on this machine. Its owner can allow it: "shellScripts": true',
        );
      return runShellScript({
        commands: parameters.commands ?? [],
        workingDirectory: value("workingDirectory"),
        timeoutSeconds: Number(value("executionTimeout")) || 3_600,
        user: permissions.shellUser,
        signal,
      });
    case "AmazonCloudWatch-ManageAgent":
      if (!permissions.manageAgent)
        return notAllowed('Managing the agent is not allowed on this machine ("manageAgent").');
      return manageAgent(value, deps);
    case "AWS-ConfigureAWSPackage":
      if (!permissions.manageAgent)
        return notAllowed('Managing the agent is not allowed on this machine ("manageAgent").');
      return configurePackage(value, deps);
    default:
      return { status: "Failed", code: 1, errorOutput: `This agent does not know the document ${document}.` };
  }
}

const notAllowed = (errorOutput: string): Reply => ({
  status: "Failed",
  details: "AccessDenied",
  code: 1,
  errorOutput,
});

async function manageAgent(value: (name: string) => string, deps: DocumentDeps): Promise<Reply> {
  const action = value("action");
  const mode = value("mode");
  const control = deps.control(mode === "onPremise" || mode === "auto" ? mode : "ec2");
  if (action === "start" || action === "stop" || action === "status") return replyOf(await control.run(action));
  const how = { configure: "fetch", "configure (append)": "append", "configure (remove)": "remove" }[action];
  if (how !== "fetch" && how !== "append" && how !== "remove")
    return { status: "Failed", code: 1, errorOutput: `There is no action ${action}.` };
  const source = value("optionalConfigurationSource");
  const location = value("optionalConfigurationLocation");
  const restart = value("optionalRestart") !== "no";
  if (source === "default")
    return replyOf(await control.configure(how, { name: "default", text: DEFAULT_CONFIGURATION }, restart));
  if (source === "all" && how === "remove") return replyOf(await control.removeAll(restart));
  if (source !== "ssm")
    return {
      status: "Failed",
      code: 1,
      errorOutput: `The configuration source ${source} is not supported with ${action}: ssm and default are.`,
    };
  if (location === "")
    return {
      status: "Failed",
      code: 1,
      errorOutput: "Optional Configuration Location must name a parameter of the parameter store.",
    };
  const name = `ssm_${location}`;
  // What is taken away is known by its name; its text is of no account.
  const text = how === "remove" ? "{}" : await deps.parameter(location);
  return replyOf(await control.configure(how, { name, text }, restart));
}

/** The host's own metrics, as the original's default configuration has them. */
const DEFAULT_CONFIGURATION = JSON.stringify({
  metrics: {
    metrics_collected: {
      mem: { measurement: ["mem_used_percent"] },
      disk: { measurement: ["used_percent"], resources: ["*"] },
    },
  },
});

/**
 * The agent is the package, and is here: installing it makes the user that it may run as, and sure that its control command works on this machine;
 * uninstalling stops it. Other packages are not brought here.
 */
async function configurePackage(value: (name: string) => string, deps: DocumentDeps): Promise<Reply> {
  const name = value("name").replace(/^.*[:/]/, "");
  const version = value("version");
  if (name !== "AmazonCloudWatchAgent")
    return {
      status: "Failed",
      code: 1,
      errorOutput: `There is no package ${name} here: AmazonCloudWatchAgent is the only one.`,
    };
  if (version !== "" && version !== "latest" && version !== deps.agentVersion)
    return {
      status: "Failed",
      code: 1,
      errorOutput: `Version ${version} of ${name} is not on ${hostname()}: it has ${deps.agentVersion}, which is updated with Nephoscope itself.`,
    };
  if (value("action") === "Uninstall") {
    const { code, output, errorOutput } = await deps.control("auto").run("stop");
    return code === 0
      ? { status: "Success", code: 0, output: `${output}\nSuccessfully uninstalled ${name} ${deps.agentVersion}\n` }
      : { status: "Failed", code, output, errorOutput };
  }
  const control = deps.control("auto");
  const user = await control.makeUser();
  const { code, output, errorOutput } = await control.run("status");
  // Without that user the agent runs as another, as its configuration says.
  const begun = `Initiating ${name} ${deps.agentVersion} install\n${user.code === 0 ? "" : `${user.errorOutput.trim()}\n`}`;
  return code === 0
    ? { status: "Success", code, output: `${begun}${output}Successfully installed ${name} ${deps.agentVersion}\n` }
    : { status: "Failed", code, output: `${begun}${output}`, errorOutput };
}

const replyOf = ({ code, output, errorOutput }: ControlResult): Reply => ({
  status: code === 0 ? "Success" : "Failed",
  code,
  output,
  errorOutput,
});
