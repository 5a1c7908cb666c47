import type { Command, CommandLine } from "./command.ts";

export function overview(commands: readonly CommandLine[]): string {
  return [
    "Nephoscope: a self-hosted CloudWatch.",
    "",
    "Usage: nephoscope COMMAND [OPTIONS]",
    "",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "nephoscope COMMAND --help explains a command and shows examples.",
    "",
  ].join("\n");
}

export function commandHelp(name: string, command: Command): string {
  const argument = command.argument === undefined ? "" : ` ${command.argument}`;
  const options = Object.entries(command.options).map(
    ([option, { value, meaning, short, default: preset }]): [string, string] => [
      `${short === undefined ? "" : `-${short}, `}--${option}${value === undefined ? "" : ` ${value}`}`,
      preset === undefined ? meaning : `${meaning} (default: ${preset})`,
    ],
  );
  return [
    `Usage: nephoscope ${name}${argument} [OPTIONS]`,
    "",
    command.about,
    "",
    "Options:",
    ...columns([...options, ["--help", "Print this"]]),
    "",
    "Examples:",
    ...command.examples.flatMap(({ call, meaning }) => [`  # ${meaning}`, `  ${call}`]),
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
