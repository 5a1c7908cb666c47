import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { Namespace } from "./namespaces.ts";
import type { RecordedBatch } from "./recorder.ts";

/** Talks to a recorder that runs in a namespace. */
export async function record(t: TestContext, space: Namespace, ...devices: string[]) {
  const child = space.start(process.execPath, [
    fileURLToPath(new URL("./recorder-child.ts", import.meta.url)),
    ...devices,
  ]);
  t.after(() => child.kill("SIGKILL"));
  const { stdin, stdout } = child;
  assert.ok(stdin !== null && stdout !== null);
  const batches: RecordedBatch[] = [];
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const until = async (member: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`the recorder ended before it said ${member}`);
      const message: Record<string, unknown> & { batches?: RecordedBatch[] } = JSON.parse(value);
      if (message.batches !== undefined) batches.push(...message.batches);
      if (member in message) return message;
      assert.notEqual(message.level, "error", value);
    }
  };
  const ask = (command: string, answer: string) => {
    stdin.write(`${command}\n`);
    return until(answer);
  };
  await until("ready");
  return {
    look: () => ask("look", "looked"),
    nat: () => ask("nat", "nat"),
    ahead: (seconds: number) => ask(`ahead ${seconds}`, "moved"),
    /** What was handed out so far. */
    batches,
    async stop() {
      await ask("stop", "stopped");
      return batches;
    },
  };
}

/** A server that says `size` bytes to each that connects, and one that swallows datagrams. */
const SERVER = `
import socket, sys, threading
address, port, size, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((address, port)); s.listen(512)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind((address, port))
print("ready", flush=True)
for _ in range(times):
    c, _a = s.accept()
    c.recv(65536); c.sendall(b"x" * size); c.close()
`;
export const CLIENT = `
import socket, sys
address, port, times, timeout = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
for _ in range(times):
    s = socket.socket(); s.settimeout(timeout)
    try:
        s.connect((address, port)); s.sendall(b"hello")
        while s.recv(65536): pass
    except OSError: pass
    s.close()
`;
export const DATAGRAMS = `
import socket, sys
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(int(sys.argv[3])):
    try: u.sendto(b"y" * 100, (sys.argv[1], int(sys.argv[2])))
    except OSError: pass
`;

export const MANY = `
import socket, sys
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(("", int(sys.argv[2])))
for port in range(10000, 60000):
    u.sendto(b"y" * 20, (sys.argv[1], port))
`;

export async function serve(t: TestContext, space: Namespace, ...words: string[]): Promise<void> {
  const child = space.start("python3", ["-c", SERVER, ...words]);
  t.after(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout?.once("data", resolve));
}

export interface Wanted {
  readonly port: number;
  readonly protocol: number;
  readonly action: "ACCEPT" | "REJECT";
}

/** Sums of what was recorded of one service, by direction. */
export function sums(batches: readonly RecordedBatch[], { port, protocol, action }: Wanted, interfaceId?: string) {
  const total = { in: { packets: 0, bytes: 0 }, out: { packets: 0, bytes: 0 } };
  for (const batch of batches) {
    if (interfaceId !== undefined && batch.interfaceId !== interfaceId) continue;
    for (const flow of batch.flows) {
      if (flow.protocol !== protocol || flow.action !== action) continue;
      const side = flow.destinationPort === port ? total.in : flow.sourcePort === port ? total.out : undefined;
      if (side === undefined) continue;
      side.packets += flow.packets;
      side.bytes += flow.bytes;
    }
  }
  return total;
}
