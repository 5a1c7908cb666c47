import { EventEmitter } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { type Access, type Connection, EngineClient } from "./client.ts";
import type { Engine, EngineState } from "./engine.ts";
import { EngineUnavailable } from "./errors.ts";

export type ClusterOptions = {
  /** The HTTP or HTTPS address of a ClickHouse server, or of the balancer in front of a cluster. */
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  /** Database of statements that name none. It need not exist yet. */
  readonly database?: string;
};

/** How long `close` waits for calls under way. */
const DRAIN_MS = 10_000;

/**
 * Uses a ClickHouse that somebody else runs. Nothing is started and nothing is asked here: the first call shows whether it answers.
 * Its limits, users and settings are its administrator's.
 */
export function connectEngine(options: ClusterOptions): Engine {
  const client = createClient({
    url: options.url,
    ...(options.user === undefined ? {} : { username: options.user }),
    ...(options.password === undefined ? {} : { password: options.password }),
    max_open_connections: 256,
    request_timeout: 3_600_000,
    // ClickHouse closes idle connections after 10 s (3 s in old releases).
    keep_alive: { enabled: true, idle_socket_ttl: 2500 },
    application: "nephoscope",
    log: { level: ClickHouseLogLevel.OFF },
  });
  const events = new EventEmitter<{ state: [EngineState, string] }>();
  const connection: Connection = { client, epoch: 1 };
  let state: EngineState = "up";
  const change = (next: EngineState, detail: string) => {
    if (state === next || state === "closed") return;
    state = next;
    events.emit("state", next, detail);
  };
  let probe: NodeJS.Timeout | undefined;
  const watch = async () => {
    const answer = await client.ping();
    if (answer.success) {
      clearInterval(probe);
      probe = undefined;
      change("up", options.url);
    }
  };
  const access: Access = {
    async current() {
      if (state === "closed") throw new EngineUnavailable("The engine is closed");
      return connection;
    },
    async suspect() {
      if ((await client.ping()).success || state === "closed") return;
      change("down", `${options.url} does not answer`);
      probe ??= setInterval(() => void watch(), 1000).unref();
    },
  };
  const calls = new EngineClient(access, options.database);
  return {
    kind: "cluster",
    client: calls,
    pid: undefined,
    url: options.url,
    get state() {
      return state;
    },
    onState(listener) {
      events.on("state", listener);
      return () => events.off("state", listener);
    },
    async close() {
      clearInterval(probe);
      change("closed", "closed");
      const limit = new AbortController();
      await Promise.race([
        calls.drained(),
        delay(DRAIN_MS, undefined, { signal: limit.signal }).catch(() => undefined),
      ]);
      limit.abort();
      await client.close();
    },
  };
}
