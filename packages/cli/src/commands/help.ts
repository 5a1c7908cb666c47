import { type Command, type CommandLine, UsageError } from "../command.ts";
import { commandHelp, overview } from "../help-text.ts";

/** The command that explains the others. */
export const helpOf = (commands: readonly CommandLine[]): Command => ({
  about: "Lists the commands, or explains one.",
  argument: "[COMMAND]",
  options: {},
  examples: [{ call: "nephoscope help serve", meaning: "Explain the settings of the server" }],
  async run(_options, [name, ...others], { terminal }) {
    if (others.length > 0) throw new UsageError("help explains one command at a time");
    if (name === undefined) {
      terminal.out(overview(commands));
      return 0;
    }
    const line = commands.find((candidate) => candidate.name === name);
    if (line === undefined) throw new UsageError(`there is no command "${name}"; nephoscope help lists them`);
    terminal.out(commandHelp(name, await line.load()));
    return 0;
  },
});
