/** Runs a fleet agent with an identity of a file, for tests that put it into a network namespace. Ends when its standard input does. */
import { FleetAgent } from "./fleet-agent.ts";
import { readHostIdentity } from "./host-identity.ts";

const [identityFile = "", stateFolder = "", permissionsFile = ""] = process.argv.slice(2);
const identity = readHostIdentity(identityFile);
if (identity === undefined) throw new Error(`${identityFile} is missing`);
const stop = new AbortController();
process.stdin.on("end", () => stop.abort()).resume();
const agent = new FleetAgent({
  identity,
  home: stateFolder,
  stateFolder,
  permissionsFile,
  agentVersion: "1.0.0",
  now: Date.now,
  log: (level, message, fields) => process.stdout.write(`${JSON.stringify({ level, message, fields })}\n`),
});
await agent.run(stop.signal);
