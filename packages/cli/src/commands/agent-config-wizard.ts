import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { type Asker, ControlError, runWizard, storeParameter, WizardEnded } from "@nephoscope/agent";
import { type Command, CommandError, text } from "../command.ts";
import { HOME_OPTION, MODE_OPTION, readMode, readPaths } from "./agent-options.ts";

export const agentConfigWizard: Command = {
  about:
    "Asks what the agent is to collect, in the order of the original's wizard, and writes a configuration. Enter takes the default.",
  options: {
    home: HOME_OPTION,
    mode: MODE_OPTION,
    output: {
      type: "string",
      value: "FILE",
      meaning: "Where the configuration is written",
      default: "bin/config.json below the agent's directory",
    },
  },
  examples: [{ call: "nephoscope agent-config-wizard --output config.json", meaning: "Make config.json here" }],
  async run(options, _args, { terminal, env, now }) {
    const paths = readPaths(options, env);
    const mode = readMode(options);
    const output = text(options, "output") ?? join(paths.home, "bin", "config.json");
    const asker = terminalAsker((line) => terminal.out(line));
    try {
      const { text: configuration, parameter } = await runWizard(asker, {
        isInstance: mode !== "onPremise",
        readFile: (path) => readFileSync(path, "utf8"),
      });
      mkdirSync(dirname(output), { recursive: true });
      writeFileSync(output, configuration);
      terminal.out(`Saved config file to ${output} successfully.\n`);
      if (parameter === undefined) return 0;
      await storeParameter({ paths, mode, env, now }, parameter.name, configuration, parameter.region);
      terminal.out(`Successfully put config to parameter store ${parameter.name}.\n`);
      return 0;
    } catch (error) {
      if (error instanceof WizardEnded || error instanceof ControlError) throw new CommandError(error.message);
      throw error;
    } finally {
      asker.end();
    }
  },
};

function terminalAsker(say: (text: string) => void): Asker & { end(): void } {
  const lines = createInterface({ input: process.stdin });
  const typed = lines[Symbol.asyncIterator]();
  return {
    say,
    answer: async () => {
      const { done, value } = await typed.next();
      return done === true ? undefined : value;
    },
    end: () => lines.close(),
  };
}
