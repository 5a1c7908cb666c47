import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { ListenAddress } from "../configuration/listener.ts";

export interface Listener {
  /** The port that was given, or found. */
  readonly port: number;
  close(): Promise<void>;
}

/** A line longer than this ends its connection: nobody sends such, and it must not fill the memory. */
const MAX_LINE_BYTES = 1_100_000;
const MAX_CONNECTIONS = 256;
/** A connection that is silent for this long is closed. */
const IDLE_MS = 10 * 60_000;

export interface ListenerHandler {
  /** A datagram, or the lines that came on a connection, without the last line feed. The bytes are the handler's. */
  readonly take: (bytes: Buffer) => void;
  /** While this is false, connections are not read; datagrams come all the same. */
  readonly hasRoom: () => boolean;
  /** Resolves when there is room again. */
  readonly waitForRoom: () => Promise<void>;
  readonly onRefused: (reason: string) => void;
}

/** @throws when the address can not be had, naming it */
export async function listen(address: ListenAddress, handler: ListenerHandler): Promise<Listener> {
  try {
    return address.transport === "udp" ? await listenUdp(address, handler) : await listenTcp(address, handler);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ListenError(`${address.transport}://${address.host}:${address.port} can not be listened at: ${reason}`);
  }
}

export class ListenError extends Error {
  override readonly name = "ListenError";
}

async function listenUdp({ host, port }: ListenAddress, { take }: ListenerHandler): Promise<Listener> {
  const socket = createSocket({ type: host.includes(":") ? "udp6" : "udp4", recvBufferSize: 4 * 1024 * 1024 });
  socket.on("message", take);
  const listening = once(socket, "listening");
  socket.bind(port, host === "" ? undefined : host);
  await listening;
  return {
    port: socket.address().port,
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}

async function listenTcp({ host, port }: ListenAddress, handler: ListenerHandler): Promise<Listener> {
  const connections = new Set<Socket>();
  const server = createServer((connection) => {
    connections.add(connection);
    connection.setTimeout(IDLE_MS, () => connection.destroy());
    readLines(connection, handler);
    // Why a client's connection broke is the client's to know.
    connection.on("error", () => connection.destroy());
    connection.on("close", () => connections.delete(connection));
  });
  server.maxConnections = MAX_CONNECTIONS;
  const listening = once(server, "listening");
  server.listen(port, host === "" ? undefined : host);
  await listening;
  const found = server.address();
  return {
    port: typeof found === "object" && found !== null ? found.port : port,
    close: async () => {
      for (const connection of connections) connection.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function readLines(connection: Socket, { take, hasRoom, waitForRoom, onRefused }: ListenerHandler): void {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  connection.on("data", (chunk: Buffer) => {
    const end = chunk.lastIndexOf(10);
    if (end >= 0) {
      take(Buffer.concat([...kept, chunk.subarray(0, end)]));
      kept = [];
      keptBytes = 0;
    }
    const rest = chunk.subarray(end + 1);
    if (rest.length > 0) kept.push(rest);
    keptBytes += rest.length;
    if (keptBytes > MAX_LINE_BYTES) {
      onRefused(`a line of more than ${MAX_LINE_BYTES} bytes`);
      connection.destroy();
    } else if (!hasRoom()) {
      connection.pause();
      void waitForRoom().then(() => connection.resume());
    }
  });
  connection.on("end", () => {
    if (keptBytes > 0) take(Buffer.concat(kept));
  });
}
