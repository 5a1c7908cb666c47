import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type Connection, readConnection } from "./connection.ts";

/** What the recorder must know of the kernel's connection tracking while it runs. */
export interface ConntrackEvents {
  ended(connection: Connection): void;
  /** Ends of connections were missed. */
  lost(why: string): void;
}

/** Room for ends that come faster than they are read: 8 MiB are about 20,000. */
const BUFFER_BYTES = 8 * 1_048_576;
/** A listener that died is started again after this. */
const RESTART_MS = 1_000;
const FORMAT = "id,extended,timestamp";
const SETTINGS = ["nf_conntrack_acct", "nf_conntrack_timestamp"];

/** Turns on the counting of packets and the noting of times; connections that are there already stay without. */
export async function countConnections(): Promise<void> {
  for (const name of SETTINGS) {
    const file = `/proc/sys/net/netfilter/${name}`;
    if ((await readFile(file, "utf8")).trim() !== "1") await writeFile(file, "1");
  }
}

/** Calls `each` for every connection that there is. Rejects when they can't be listed whole. */
export async function listConnections(each: (connection: Connection) => void): Promise<void> {
  for (const family of ["ipv4", "ipv6"]) {
    const child = spawn("conntrack", ["-L", "-f", family, "-o", FORMAT], { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 2_000) errors += chunk.toString();
    });
    const closed = exitOf(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const connection = readConnection(line);
      if (connection !== undefined) each(connection);
    }
    const code = await closed;
    if (code !== 0) throw new Error(`conntrack -L: ${errors.trim()}`);
  }
}

/** Tells of each connection's end until it is closed. Resolves when it listens. */
export async function watchConnections(events: ConntrackEvents): Promise<{ close(): Promise<void> }> {
  let closing = false;
  let child: ChildProcess | undefined;
  let done: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const start = () => {
    const started = spawn("conntrack", ["-E", "-e", "DESTROY", "-b", String(BUFFER_BYTES), "-o", FORMAT], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    createInterface({ input: started.stdout }).on("line", (line) => {
      const connection = line.includes("[DESTROY]") ? readConnection(line) : undefined;
      if (connection !== undefined) events.ended(connection);
    });
    createInterface({ input: started.stderr }).on("line", (line) => {
      // The kernel had ends to tell for which the socket had no room.
      if (line.includes("ENOBUFS")) events.lost(line.trim());
    });
    done = exitOf(started).then((code) => {
      if (closing) return;
      events.lost(`conntrack -E ended with code ${code}`);
      timer = setTimeout(start, RESTART_MS);
    });
  };
  start();
  // conntrack says nothing when it listens; its socket is there when the process has it open.
  await listening(child?.pid);
  return {
    async close() {
      closing = true;
      clearTimeout(timer);
      child?.kill("SIGTERM");
      await done;
    },
  };
}

/** Resolves once the process has a netlink socket that is bound to connection tracking's events. */
async function listening(pid: number | undefined): Promise<void> {
  const until = Date.now() + 5_000;
  while (pid !== undefined && Date.now() < until) {
    const sockets = await readFile(`/proc/${pid}/net/netlink`, "utf8").catch(() => "");
    // Columns: sk, Eth (12 is netfilter), Pid, Groups…
    if (sockets.split("\n").some((line) => / +12 +\d+ +[0-9a-f]*[1-9a-f][0-9a-f]* /.test(` ${line}`))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("conntrack -E does not listen: is the package conntrack there, and may this process use it?");
}

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? -1));
  });
