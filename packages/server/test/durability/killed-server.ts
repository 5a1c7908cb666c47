import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { untilAnswered } from "../crash/recovery.ts";
import { freePort, startServerProcess, untilGone } from "../crash/server-process.ts";
import { type SignedClient, signedClient } from "../crash/signed-client.ts";
import { CREDENTIAL } from "./house.ts";

/** An engine without its server ends at once; this is for a machine that is busy. */
const ORPHAN_LIMIT_MS = 10_000;

/** A server with something to do, in a process of its own. */
export interface DoomedServer {
  readonly client: SignedClient;
  readonly killEngine: () => void;
}

/**
 * Runs a server in a process of its own, lets `life` use it, and ends it by `kill -9` the moment `life` is over.
 * Returns the data directory as it was left, which no process uses any more.
 */
export async function killedAfter(life: (server: DoomedServer) => Promise<void>): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-killed-"));
  const port = await freePort();
  const server = startServerProcess({ data, port, credential: CREDENTIAL });
  const client = signedClient(`http://127.0.0.1:${port}`, CREDENTIAL);
  try {
    await untilAnswered(server, () => client.call("DescribeLogGroups", {}, { attempts: 1 }));
    const enginePid = server.enginePid();
    if (enginePid === undefined) throw new Error("the server has no engine");
    await life({ client, killEngine: () => process.kill(enginePid, "SIGKILL") });
    await server.kill();
    await untilGone(enginePid, ORPHAN_LIMIT_MS);
  } finally {
    client.close();
    await server.kill();
  }
  return data;
}
