import {
  ControlError,
  type ControlOptions,
  fetchConfiguration,
  printStatus,
  removeStored,
  SettingsError,
  startAgent,
  stopAgent,
} from "@nephoscope/agent";
import { type Command, CommandError, text, UsageError } from "../command.ts";
import { HOME_OPTION, MODE_OPTION, readMode, readPaths } from "./agent-options.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;

export const agentCtl: Command = {
  about:
    "Controls the agent of this host, with the actions and letters of amazon-cloudwatch-agent-ctl. A configuration is checked\n" +
    "before it is put in force; one with errors leaves the running agent as it is.",
  options: {
    action: {
      type: "string",
      short: "a",
      value: "ACTION",
      meaning: "stop, start, status, fetch-config, append-config or remove-config",
    },
    mode: MODE_OPTION,
    config: {
      type: "string",
      short: "c",
      value: "PLACE",
      meaning: "default, file:PATH, ssm:NAME; with remove-config also all",
    },
    start: { type: "boolean", short: "s", meaning: "Start the agent anew with the changed configuration" },
    home: HOME_OPTION,
  },
  examples: [
    {
      call: "nephoscope agent-ctl -a fetch-config -m ec2 -s -c file:/etc/agent/config.json",
      meaning: "Put a configuration in force and start the agent with it",
    },
    {
      call: "nephoscope agent-ctl -a append-config -s -c ssm:AmazonCloudWatch-web",
      meaning: "Add one of the parameter store",
    },
    { call: "nephoscope agent-ctl -a status", meaning: "Whether it runs, as JSON" },
  ],
  async run(options, _args, { terminal, env, now }) {
    const paths = readPaths(options, env);
    const mode = readMode(options);
    const control: ControlOptions = {
      paths,
      mode,
      env,
      now,
      command: [process.execPath, MAIN, "agent", "--home", paths.home, "--mode", mode],
      out: (line) => terminal.out(line),
    };
    try {
      await act(control, text(options, "action"), text(options, "config"), options.start === true);
      return 0;
    } catch (error) {
      if (error instanceof ControlError || error instanceof SettingsError) throw new CommandError(error.message);
      throw error;
    }
  },
};

async function act(
  control: ControlOptions,
  action: string | undefined,
  place: string | undefined,
  restart: boolean,
): Promise<void> {
  switch (action) {
    case "status":
      return printStatus(control);
    case "start":
      return await startAgent(control);
    case "stop":
      return await stopAgent(control);
    case "fetch-config":
      return await fetchConfiguration(control, place ?? "default", "replace", restart);
    case "append-config":
      return await fetchConfiguration(control, place ?? "default", "keep", restart);
    case "remove-config":
      if (place === undefined) throw new UsageError("remove-config takes --config: which one, or all");
      return await removeStored(control, place, restart);
    default:
      throw new UsageError(
        `--action takes stop, start, status, fetch-config, append-config or remove-config, not ${action === undefined ? "nothing" : `"${action}"`}`,
      );
  }
}
