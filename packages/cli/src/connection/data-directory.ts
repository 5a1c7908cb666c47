import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type OptionLine, type OptionValues, type Surroundings, text } from "../command.ts";

/** The option of commands that work on the data directory of a server on this machine. */
export const DATA_OPTION: OptionLine = {
  type: "string",
  value: "DIR",
  meaning: "Data directory of a server on this machine [NEPHOSCOPE_DATA]",
  default: "~/.nephoscope",
};

/** The data directory that was named, or else the default one; absolute. */
export function dataDirectory(options: OptionValues, env: Surroundings["env"]): string {
  const given = text(options, "data") ?? (env.NEPHOSCOPE_DATA || join(homedir(), ".nephoscope"));
  // The shell leaves the tilde of `--data=~/there` to the program.
  return resolve(given.replace(/^~(?=\/|$)/, homedir()));
}
