/** Which clients this machine has. */

import { spawnSync } from "node:child_process";
import { CLIENT_NAMES, type ClientName } from "./client.ts";

const PROBES: Readonly<Record<ClientName, readonly [command: string, ...words: string[]] | undefined>> = {
  cli: ["python3", "-c", "import awscli.clidriver"],
  boto3: ["python3", "-c", "import boto3"],
  // It comes with this package.
  js: undefined,
  aws: ["aws", "--version"],
};

/** For each client that cannot be started here, the command that failed. */
export function missingClients(): Map<ClientName, string> {
  const missing = new Map<ClientName, string>();
  for (const name of CLIENT_NAMES) {
    const [command, ...words] = PROBES[name] ?? [];
    if (command === undefined) continue;
    if (spawnSync(command, words, { stdio: "ignore" }).status !== 0) {
      missing.set(name, `not on this machine: ${[command, ...words].join(" ")}`);
    }
  }
  return missing;
}
