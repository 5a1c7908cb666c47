import { hostname } from "node:os";
import { join } from "node:path";
import {
  AGENT_VERSION,
  type AgentPaths,
  AwsError,
  FleetAgent,
  type HostIdentity,
  quietJournal,
  readHostIdentity,
  registerHost,
  textJournal,
  writeHostIdentity,
} from "@nephoscope/agent";
import { type Command, CommandError, type OptionValues, type Surroundings, text, UsageError } from "../command.ts";
import { CONNECTION_OPTIONS, readConnection, readPlace } from "../connection/connection.ts";
import { signedCalls } from "../connection/signed-calls.ts";
import { HOME_OPTION, readPaths } from "./agent-options.ts";

export const host: Command = {
  about:
    "Makes this machine a host of a fleet: `register` with an activation (or with an access key that may make one), `run` to\n" +
    "work as a host, `status` to see what it is. What the centre may do here is in fleet.json of the agent's etc folder,\n" +
    'which only the owner of the machine writes, such as {"shellScripts": true}.',
  argument: "register | run | status",
  options: {
    home: HOME_OPTION,
    "activation-id": { type: "string", value: "ID", meaning: "register: of CreateActivation" },
    "activation-code": {
      type: "string",
      value: "CODE",
      meaning: "Its code; better given as NEPHOSCOPE_ACTIVATION_CODE",
    },
    instance: { type: "boolean", meaning: "register: under an id that begins with i- instead of mi-" },
    name: { type: "string", value: "NAME", meaning: "register: what the machine is called", default: "its host name" },
    role: { type: "string", value: "ROLE", meaning: "register with an access key: the host's role", default: "hosts" },
    ...CONNECTION_OPTIONS,
    force: { type: "boolean", meaning: "register: also where this machine is a host already" },
    debug: { type: "boolean", meaning: "run: write more to the log" },
  },
  examples: [
    {
      call: "nephoscope host register --activation-id ID --endpoint https://watch.example.org",
      meaning: "Join a fleet",
    },
    { call: "nephoscope host run", meaning: "Work as a host, for a service manager" },
  ],
  async run(options, [action, ...more], around) {
    if (more.length > 0) throw new UsageError("it takes register, run or status");
    const paths = readPaths(options, around.env);
    switch (action) {
      case "register":
        await register(options, paths, around);
        return 0;
      case "run":
        await work(options, paths, around);
        return 0;
      case "status": {
        const { instanceId, region, endpoint } = requireIdentity(paths);
        around.terminal.out(
          `${JSON.stringify({ instanceId, region, endpoint, version: AGENT_VERSION }, undefined, 2)}\n`,
        );
        return 0;
      }
      default:
        throw new UsageError(
          `it takes register, run or status, not ${action === undefined ? "nothing" : `"${action}"`}`,
        );
    }
  },
};

const permissionsFile = (paths: AgentPaths): string => join(paths.home, "etc", "fleet.json");

async function register(options: OptionValues, paths: AgentPaths, around: Surroundings): Promise<void> {
  const { env, now, terminal } = around;
  if (readHostIdentity(paths.registration) !== undefined && options.force !== true)
    throw new CommandError(`this machine is a host already (${paths.registration}); --force makes it another one`);
  const { endpoint, region } = readPlace(options, env);
  const activation = await findActivation(options, around);
  try {
    const identity = await registerHost({
      ...activation,
      endpoint,
      region,
      computerName: text(options, "name") ?? hostname(),
      idPrefix: options.instance === true ? "i" : "mi",
      now,
    });
    await writeHostIdentity(paths.registration, identity);
    terminal.out(`This machine is ${identity.instanceId}. Work as a host: nephoscope host run\n`);
  } catch (error) {
    if (error instanceof AwsError) throw new CommandError(`the server refused: ${error.message}`);
    throw error;
  }
}

/** The activation of the flags, or one that is made for this registration alone. */
async function findActivation(
  options: OptionValues,
  { env, now, signal }: Surroundings,
): Promise<{ activationId: string; activationCode: string }> {
  const activationId = text(options, "activation-id");
  if (activationId !== undefined) {
    const activationCode = text(options, "activation-code") ?? env.NEPHOSCOPE_ACTIVATION_CODE;
    if (activationCode === undefined)
      throw new UsageError("the activation's code is missing: NEPHOSCOPE_ACTIVATION_CODE");
    return { activationId, activationCode };
  }
  const { endpoint, region, credential } = readConnection(options, env);
  const { ActivationId, ActivationCode } = await signedCalls({ endpoint, region, now, signal }).json(
    credential,
    { service: "ssm", target: "AmazonSSM" },
    "CreateActivation",
    { IamRole: text(options, "role") ?? "hosts", Description: `registration of ${hostname()}` },
  );
  if (typeof ActivationId !== "string" || typeof ActivationCode !== "string")
    throw new CommandError(`${endpoint} gave no activation`);
  return { activationId: ActivationId, activationCode: ActivationCode };
}

async function work(options: OptionValues, paths: AgentPaths, { terminal, now, signal }: Surroundings): Promise<void> {
  const identity = requireIdentity(paths);
  const journal = quietJournal(
    textJournal((line) => terminal.err(line), options.debug === true, now),
    now,
  );
  const agent = new FleetAgent({
    identity,
    home: paths.home,
    stateFolder: join(paths.home, "state", "fleet"),
    permissionsFile: permissionsFile(paths),
    agentVersion: AGENT_VERSION,
    now,
    log: (level, message, fields) =>
      journal.write(level, fields === undefined ? message : `${message} ${JSON.stringify(fields)}`),
  });
  journal.write("info", `${identity.instanceId} works for ${identity.endpoint}`);
  await agent.run(signal);
}

function requireIdentity(paths: AgentPaths): HostIdentity {
  const identity = readHostIdentity(paths.registration);
  if (identity === undefined)
    throw new CommandError("this machine is no host yet. Register it: nephoscope host register --activation-id ID");
  return identity;
}
