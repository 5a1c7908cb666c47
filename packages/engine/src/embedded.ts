import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { type Access, type Connection, EngineClient } from "./client.ts";
import type { Engine, EngineLog, EngineState } from "./engine.ts";
import { DataDirectoryBusy, EngineUnavailable } from "./errors.ts";
import { defaultLimits, type EngineLimits } from "./limits.ts";
import { Lanes } from "./process/lanes.ts";
import type { Start, Started } from "./process/main.ts";

export type EmbeddedOptions = {
  /** Made when it does not exist. Belongs to one engine at a time. */
  readonly dataDir: string;
  readonly log: EngineLog;
  readonly limits?: Partial<EngineLimits>;
  /** Database of statements that name none. It need not exist yet. */
  readonly database?: string;
  /** How long to wait for another engine to leave the data directory. Default 10 s: a killed one takes a moment to die. */
  readonly lockWaitMs?: number;
  /** How long a call waits for the engine to come back after a crash. Default 20 s. */
  readonly restartWaitMs?: number;
};

const MAIN = fileURLToPath(new URL("./process/main.ts", import.meta.url));
const USER = "nephoscope";

/** Pauses before the restarts after a crash; the last one repeats. The first is immediate: most crashes are one query's. */
const BACKOFF_MS = [0, 200, 1000, 3000, 10_000];

/**
 * An engine that ran this long before it crashed starts again from the first pause. What crashes it as soon as it is up, a query that
 * is asked again or a broken file, does so within a second; somebody who kills it now and then must not make callers wait.
 */
const HEALTHY_MS = 2_000;

/** Loading a directory with very many parts takes a while; past this the process is taken for stuck. */
const START_LIMIT_MS = 120_000;

/** How long `close` waits for calls under way. */
const DRAIN_MS = 10_000;

/**
 * Starts the embedded engine in a process of its own and keeps it running: after a crash it is started again, calls under way fail with
 * `EngineUnavailable`, and new ones wait for it.
 *
 * @throws DataDirectoryBusy when another engine holds the directory; EngineUnavailable when the first start fails
 */
export async function startEngine(options: EmbeddedOptions): Promise<Engine> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const engine = new EmbeddedEngine(options);
  await engine.start();
  return engine;
}

type Live = Connection & { readonly child: ChildProcess; readonly port: number; readonly since: number };

class EmbeddedEngine implements Engine, Access {
  readonly kind = "embedded";
  readonly client: EngineClient;
  readonly #options: EmbeddedOptions;
  readonly #limits: EngineLimits;
  readonly #secret = randomBytes(32).toString("base64url");
  readonly #events = new EventEmitter<{ state: [EngineState, string]; crashed: [string] }>();
  #state: EngineState = "down";
  #live: Live | undefined;
  #port = 0;
  #epoch = 0;
  #crashes = 0;
  #closing = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#limits = defaultLimits(options.limits);
    this.#events.setMaxListeners(0);
    this.client = new EngineClient(this, options.database);
  }

  get pid(): number | undefined {
    return this.#live?.child.pid;
  }

  get url(): string {
    return `http://${USER}:${this.#secret}@127.0.0.1:${this.#port}`;
  }

  get state(): EngineState {
    return this.#state;
  }

  onState(listener: (state: EngineState, detail: string) => void): () => void {
    this.#events.on("state", listener);
    return () => this.#events.off("state", listener);
  }

  async start(): Promise<void> {
    const live = await this.#spawn();
    this.#enter(live);
  }

  async current(caller: AbortSignal): Promise<Connection> {
    if (this.#closing) throw new EngineUnavailable("The engine is closed");
    if (this.#live !== undefined) return this.#live;
    const limit = this.#options.restartWaitMs ?? 20_000;
    const signal = AbortSignal.any([caller, AbortSignal.timeout(limit)]);
    while (this.#live === undefined) {
      try {
        await once(this.#events, "state", { signal });
      } catch (error) {
        throw new EngineUnavailable(`The engine did not come back within ${limit} ms`, { cause: error });
      }
      if (this.#closing) throw new EngineUnavailable("The engine is closed");
    }
    return this.#live;
  }

  /** A broken connection to a local process nearly always means that it died; its exit is reported within moments. */
  async suspect(connection: Connection): Promise<void> {
    if (this.#live?.epoch !== connection.epoch) return;
    await once(this.#events, "crashed", { signal: AbortSignal.timeout(500) }).catch(() => undefined);
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    clearTimeout(this.#retry);
    this.#change("closed", "closed");
    const live = this.#live;
    if (live === undefined) return;
    const limit = new AbortController();
    await Promise.race([
      this.client.drained(),
      once(live.child, "exit", { signal: limit.signal }).catch(() => undefined),
      delay(DRAIN_MS, undefined, { signal: limit.signal }).catch(() => undefined),
    ]);
    limit.abort();
    this.#live = undefined;
    await stop(live.child);
    await live.client.close();
  }

  async #spawn(): Promise<Live> {
    const child = fork(MAIN, {
      execPath: process.execPath,
      // Results pass through in small pieces; a large young generation would only hold on to them.
      execArgv: ["--max-semi-space-size=4"],
      env: {
        ...process.env,
        // Every running statement holds one of libuv's threads, and every insert one more that feeds it; the others are for kills and
        // compression.
        UV_THREADPOOL_SIZE: String(Lanes.width(this.#limits) + this.#limits.writes + 6),
        // Without it Node.js strips the types at each start, which costs 30 MB that stay.
        NODE_COMPILE_CACHE: resolve(this.#options.dataDir, "run", "compile-cache"),
        NODE_OPTIONS: "",
      },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const lastWords = this.#listen(child);
    const start: Start = {
      dataDir: this.#options.dataDir,
      limits: this.#limits,
      user: USER,
      secret: this.#secret,
      port: this.#port,
      lockWaitMs: this.#options.lockWaitMs ?? 10_000,
    };
    child.send(start);
    const started = await firstWord(child);
    if (!started.ready) {
      await stop(child);
      if (started.busy) throw new DataDirectoryBusy(started.error);
      throw new EngineUnavailable(`The engine did not start: ${started.error} ${lastWords()}`.trim());
    }
    this.#port = started.port;
    this.#epoch += 1;
    const client = createClient({
      url: `http://127.0.0.1:${started.port}`,
      username: USER,
      password: this.#secret,
      max_open_connections: 512,
      request_timeout: 3_600_000,
      keep_alive: { enabled: true, idle_socket_ttl: 60_000 },
      application: "nephoscope",
      // Every failure reaches the caller as an error; printing it too would spill statements into the output.
      log: { level: ClickHouseLogLevel.OFF },
    });
    return { child, client, port: started.port, epoch: this.#epoch, since: performance.now() };
  }

  #enter(live: Live): void {
    live.child.once("exit", (code, signal) => this.#left(live, signal ?? `code ${code}`));
    this.#live = live;
    this.#change("up", `process ${live.child.pid}`);
  }

  #left(live: Live, how: string): void {
    if (this.#closing) return;
    this.#live = undefined;
    void live.client.close();
    this.#crashes = performance.now() - live.since > HEALTHY_MS ? 0 : this.#crashes;
    this.#options.log("error", "The engine process ended unexpectedly; it is started again", {
      how,
      crashes: this.#crashes + 1,
    });
    this.#events.emit("crashed", how);
    this.#change("down", how);
    this.#restart();
  }

  #restart(): void {
    const pause = BACKOFF_MS[Math.min(this.#crashes, BACKOFF_MS.length - 1)];
    this.#crashes += 1;
    this.#retry = setTimeout(async () => {
      try {
        const live = await this.#spawn();
        if (this.#closing) await stop(live.child);
        else this.#enter(live);
      } catch (error) {
        if (this.#closing) return;
        this.#options.log("error", "The engine could not be started again", { error: String(error) });
        this.#restart();
      }
    }, pause);
  }

  #change(state: EngineState, detail: string): void {
    this.#state = state;
    this.#events.emit("state", state, detail);
  }

  /** Passes on what the process says on standard error, and keeps the end of it for a failure's message. */
  #listen(child: ChildProcess): () => string {
    let last = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      last = (last + text).slice(-2000);
      for (const line of text.split("\n"))
        if (line.trim() !== "") this.#options.log("warn", "engine process", { line });
    });
    return () => last.trim();
  }
}

async function firstWord(child: ChildProcess): Promise<Started> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(START_LIMIT_MS)]);
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message as Started),
      once(child, "exit", { signal }).then(
        ([code, how]): Started => ({ ready: false, busy: false, error: `It ended with ${how ?? code}.` }),
      ),
    ]);
  } catch (error) {
    return { ready: false, busy: false, error: `No answer within ${START_LIMIT_MS} ms (${String(error)}).` };
  } finally {
    over.abort();
  }
}

/** SIGKILL is fine: what was acknowledged is on disk, and opening after it takes no longer. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
