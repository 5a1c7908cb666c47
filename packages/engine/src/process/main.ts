import { mkdirSync, writeFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { EngineLimits } from "../limits.ts";
import { engineConfig, engineUsers, profile } from "./config.ts";
import { Lanes } from "./lanes.ts";
import { lockDirectory } from "./lock.ts";
import { roomAt } from "./room.ts";

/**
 * The engine process. Its parent starts it with an IPC channel, sends one `Start`, and gets one `Started`. When the channel
 * closes, the parent is gone or has given up, and this process ends at once: everything acknowledged is on disk.
 */
export type Start = {
  readonly dataDir: string;
  readonly limits: EngineLimits;
  readonly user: string;
  readonly secret: string;
  readonly port: number;
  readonly lockWaitMs: number;
};

export type Started = { ready: true; port: number } | { ready: false; error: string; busy: boolean };

const die = (): never => {
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
};

process.once("disconnect", die);
// A terminal sends its signals to the whole group; when to stop is the parent's decision.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});

// The native library takes longest to load; it does so while the parent's message is on its way.
const modules = Promise.all([import("./chdb.ts"), import("./door.ts")]);

process.once("message", (message) => {
  start(message as Start).then(
    (port) => tell({ ready: true, port }),
    (error: unknown) => {
      const busy = error instanceof Error && error.name === "DataDirectoryBusy";
      tell({ ready: false, error: error instanceof Error ? error.message : String(error), busy });
    },
  );
});

function tell(started: Started): void {
  process.send?.(started);
}

async function start({ dataDir, limits, user, secret, port, lockWaitMs }: Start): Promise<number> {
  const base = resolve(dataDir);
  const run = join(base, "run");
  const userFiles = join(run, "user_files");
  mkdirSync(userFiles, { recursive: true, mode: 0o700 });
  await lockDirectory(run, lockWaitMs);
  const configFile = join(run, "config.xml");
  const usersFile = join(run, "users.xml");
  writeFileSync(configFile, engineConfig({ limits, usersFile, userFiles, sealed: join(base, "sealed") }), {
    mode: 0o600,
  });
  writeFileSync(usersFile, engineUsers(limits), { mode: 0o600 });
  const [{ Chdb }, { createDoor }] = await modules;
  const chdb = new Chdb({
    directory: join(base, "data"),
    configFile,
    pipes: run,
    width: Lanes.width(limits),
    profile: profile(limits),
  });
  const server = createDoor({
    chdb,
    limits,
    room: () => roomAt(base),
    user,
    secret,
    fatal: (reason) => {
      process.stderr.write(`The engine stops: ${reason}\n`);
      die();
    },
  });
  server.listen(port, "127.0.0.1");
  await new Promise((listening, failed) => server.once("listening", listening).once("error", failed));
  // This process never ends in an orderly way, which is when Node.js would write its cache.
  setImmediate(flushCompileCache);
  return (server.address() as AddressInfo).port;
}
