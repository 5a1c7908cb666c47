import {
  Agent,
  type AgentPaths,
  ConfigurationError,
  forgetProcess,
  ListenError,
  noteProcess,
  quietJournal,
  runningProcess,
  SettingsError,
  startFrugally,
  textJournal,
  UserError,
} from "@nephoscope/agent";
import { type Command, CommandError } from "../command.ts";
import { untilStopped } from "../stop-signal.ts";
import { HOME_OPTION, MODE_OPTION, readMode, readPaths } from "./agent-options.ts";

export const agent: Command = {
  about:
    "Collects logs and metrics of this host by the configuration that agent-ctl put in force, and sends them to the server\n" +
    "(or to any endpoint that speaks CloudWatch). Runs until SIGINT or SIGTERM; SIGHUP takes a changed configuration.",
  options: {
    home: HOME_OPTION,
    mode: MODE_OPTION,
    debug: { type: "boolean", meaning: "Write more to the log" },
  },
  examples: [{ call: "nephoscope agent --home /etc/agent", meaning: "Run in the foreground, for a service manager" }],
  async run(options, _args, { terminal, env, now, signal }) {
    const paths = readPaths(options, env);
    const other = runningProcess(paths);
    if (other !== undefined) throw new CommandError(`an agent of ${paths.home} runs already, as process ${other.pid}.`);
    // Not in a test, which is another program.
    if (env === process.env) startFrugally({ paths, env });
    const journal = quietJournal(
      textJournal((line) => terminal.err(line), options.debug === true, now),
      now,
    );
    const running = await start({ paths, mode: readMode(options), env, journal, now });
    noteProcess(paths, now());
    journal.write("info", `the agent runs as process ${process.pid}`);
    const reload = () => void running.reload();
    process.on("SIGHUP", reload);
    await untilStopped(signal);
    process.off("SIGHUP", reload);
    await running.stop();
    forgetProcess(paths);
    return 0;
  },
};

async function start(options: Parameters<typeof Agent.start>[0] & { readonly paths: AgentPaths }): Promise<Agent> {
  try {
    return await Agent.start(options);
  } catch (error) {
    const told = [ConfigurationError, SettingsError, ListenError, UserError].some((kind) => error instanceof kind);
    if (told && error instanceof Error) throw new CommandError(error.message);
    throw error;
  }
}
