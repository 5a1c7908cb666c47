import { parseArgs } from "node:util";
import {
  type Command,
  CommandError,
  type ExitCode,
  type OptionValues,
  type Surroundings,
  UsageError,
} from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { commandHelp, overview } from "./help-text.ts";

/** Runs `nephoscope` with its arguments. Errors that a user can mend become a message and an exit code; others are thrown. */
export async function run(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { terminal } = around;
  const [given = "", ...rest] = argv;
  if (given === "" || given === "--help" || given === "-h") {
    terminal.out(overview(COMMANDS));
    return given === "" ? 2 : 0;
  }
  const name = given === "--version" ? "version" : given;
  const line = COMMANDS.find((candidate) => candidate.name === name);
  if (line === undefined) {
    terminal.err(
      `nephoscope: there is no command "${given}". Commands: ${COMMANDS.map((each) => each.name).join(", ")}.\n`,
    );
    return 2;
  }
  const command = await line.load();
  try {
    const { options, args } = readArguments(rest, command.options, command.argument !== undefined);
    if (options.help === true) {
      terminal.out(commandHelp(name, command));
      return 0;
    }
    return await command.run(options, args, around);
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.err(`nephoscope ${name}: ${error.message}.\nTry: nephoscope ${name} --help\n`);
      return 2;
    }
    if (error instanceof CommandError) {
      terminal.err(`nephoscope ${name}: ${error.message}\n`);
      return 1;
    }
    throw error;
  }
}

function readArguments(
  args: readonly string[],
  options: Command["options"],
  positionals: boolean,
): { options: OptionValues; args: readonly string[] } {
  const known = Object.entries(options).map(
    ([option, { type, short }]) => [option, { type, ...(short && { short }) }] as const,
  );
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(known), help: { type: "boolean", short: "h" } },
      allowPositionals: positionals,
    });
    return { options: parsed.values, args: parsed.positionals };
  } catch (error) {
    if (error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_")) {
      throw new UsageError(error.message.replace(/\.$/, ""));
    }
    throw error;
  }
}
