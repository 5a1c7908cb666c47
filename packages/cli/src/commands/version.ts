import { readFileSync } from "node:fs";
import { type Command, CommandError } from "../command.ts";

export const version: Command = {
  about: "Prints the version of Nephoscope and of the Node.js it runs on.",
  options: { json: { type: "boolean", meaning: "Print JSON" } },
  examples: [{ call: "nephoscope version --json", meaning: "For programs" }],
  async run(options, _args, { terminal }) {
    const nephoscope = readVersion(new URL("../../package.json", import.meta.url));
    const node = process.versions.node;
    terminal.out(
      options.json === true
        ? `${JSON.stringify({ nephoscope, node })}\n`
        : `nephoscope ${nephoscope} (Node.js ${node})\n`,
    );
    return 0;
  },
};

function readVersion(file: URL): string {
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
  throw new CommandError(`${file.pathname} names no version; the installation is damaged`);
}
