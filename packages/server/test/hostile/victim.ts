import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Limits, signRequest } from "@nephoscope/wire";
import { LeakWatch } from "./leaks.ts";
import { type Exchange, type ExchangeOptions, exchange, type RawAnswer, type RawRequest, toBytes } from "./raw-http.ts";
import type { Order, Report } from "./victim-process.ts";

/** Who signs. */
export interface Who {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly account: string;
}

export const OWNER: Who = {
  accessKeyId: "AKIAHOSTILEOWNER0001",
  secret: "owner/Secret+4bWk9XqLr2TzVn8YpHc3Ds6Fg1Jm",
  account: "111111111111",
};
/** Another account on the same server. */
export const NEIGHBOUR: Who = {
  accessKeyId: "AKIAHOSTILENEIGHBOUR",
  secret: "other/Secret+7nBv5CxZ1AsQ9WeR3TyU8IoP2LkJ",
  account: "222222222222",
};

export interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export interface SignOptions {
  readonly who?: Who;
  readonly region?: string;
  readonly service?: string;
  readonly now?: Date;
  /** Further headers, signed with the rest. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly method?: string;
}

export interface Victim {
  readonly port: number;
  readonly pid: number;
  readonly data: string;
  readonly enginePid: number | undefined;
  /** Everything that the server wrote to its log. */
  log(): string;
  /** A signed request, to be sent as it is or spoilt first. */
  signed(operation: string, body: unknown, options?: SignOptions): RawRequest;
  /** Sends bytes, checks that no answer tells anything of the server's inside, and gives the answers. */
  send(bytes: Buffer | string | readonly (Buffer | string)[], options?: ExchangeOptions): Promise<Exchange>;
  /** The same for one request with one answer. */
  sendOne(request: RawRequest, options?: ExchangeOptions): Promise<RawAnswer>;
  call(operation: string, input: unknown, options?: SignOptions): Promise<Reply>;
  /** A call that must succeed; gives the output. */
  done(operation: string, input: unknown, options?: SignOptions): Promise<Record<string, unknown>>;
  /** Stores one event that must still be there at the end, and reads it back. */
  keepOne(): Promise<void>;
  /** Alive, serving, everything acknowledged still there, nothing secret in the log. */
  assertUnharmed(): Promise<void>;
  memory(): Promise<{ rss: number; heapUsed: number; handles: number }>;
  stop(): Promise<void>;
}

export interface VictimOptions {
  readonly limits?: Partial<Limits>;
  readonly maxConnections?: number;
  /** Also set up the account of `NEIGHBOUR`. */
  readonly neighbour?: boolean;
}

const LEDGER = { logGroupName: "hostile/ledger", logStreamName: "kept" };

export async function startVictim(options: VictimOptions = {}): Promise<Victim> {
  const data = await mkdtemp(join(tmpdir(), "nephoscope-hostile-"));
  const child = fork(new URL("./victim-process.ts", import.meta.url), {
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      PATH: process.env.PATH,
      HOME: data,
      NEPHOSCOPE_DATA: join(data, "data"),
      NEPHOSCOPE_LISTEN: "127.0.0.1:0",
      NEPHOSCOPE_ACCOUNT_ID: OWNER.account,
      NEPHOSCOPE_ADMIN_KEY_ID: OWNER.accessKeyId,
      NEPHOSCOPE_ADMIN_SECRET: OWNER.secret,
      NEPHOSCOPE_LOG_LEVEL: "debug",
      NEPHOSCOPE_ENGINE_MEMORY_MB: "2048",
      ...(options.maxConnections !== undefined && { NEPHOSCOPE_MAX_CONNECTIONS: String(options.maxConnections) }),
      ...(options.limits !== undefined && { HOSTILE_LIMITS: JSON.stringify(options.limits) }),
      ...(options.neighbour && {
        HOSTILE_NEIGHBOUR: `${NEIGHBOUR.account} ${NEIGHBOUR.accessKeyId} ${NEIGHBOUR.secret}`,
      }),
    },
  });
  let log = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const ready = await report(child, "ready", () => log);
  const port = Number(new URL(ready.endpoint).port);
  const kept: string[] = [];
  const watch = new LeakWatch([data, OWNER.secret, NEIGHBOUR.secret]);

  const signed: Victim["signed"] = (operation, body, sign = {}) => {
    const text = body instanceof Buffer ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const { who = OWNER, region = "us-east-1", service = "logs", now = new Date(), method = "POST" } = sign;
    const headers = signRequest(
      {
        method,
        path: "/",
        headers: {
          host: `127.0.0.1:${port}`,
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${sign.target ?? "Logs_20140328"}.${operation}`,
          ...sign.headers,
        },
        body: text,
      },
      who,
      { region, service },
      now,
    );
    return {
      method,
      target: "/",
      version: "HTTP/1.1",
      headers: [...Object.entries(headers), ["content-length", String(text.length)]],
      body: text,
    };
  };

  const send: Victim["send"] = async (bytes, sending) => {
    watch.sent([bytes].flat().map(String).join(""));
    const result = await exchange(port, bytes, sending);
    for (const answer of result.answers) {
      const shown = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      assert.deepEqual(watch.leaks(`${shown}\n${answer.body.toString("utf8")}`), [], "an answer shows internals");
    }
    return result;
  };

  const sendOne: Victim["sendOne"] = async (request, sending = {}) => {
    const { answers, end, timedOut } = await send(toBytes(request), { methods: [request.method], ...sending });
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer: the connection is ${end}${timedOut ? ", time ran out" : ""}`);
    return answer;
  };

  const call: Victim["call"] = async (operation, input, sign) => {
    const answer = await sendOne(signed(operation, input, sign), { timeoutMs: 30_000 });
    return { status: answer.status, body: JSON.parse(answer.body.toString("utf8")) as Record<string, unknown> };
  };

  const done: Victim["done"] = async (operation, input, sign) => {
    const { status, body } = await call(operation, input, sign);
    assert.equal(status, 200, `${operation}: ${JSON.stringify(body)}`);
    return body;
  };

  const readKept = async () => {
    const events: string[] = [];
    let nextToken: unknown;
    for (;;) {
      const page = await done("GetLogEvents", { ...LEDGER, startFromHead: true, nextToken });
      for (const event of page.events as { message: string }[]) events.push(event.message);
      if (page.nextForwardToken === nextToken) return events;
      nextToken = page.nextForwardToken;
    }
  };

  const memory = async () => {
    const reported = report(child, "memory", () => log);
    child.send({ ask: "memory" } satisfies Order);
    const { rss, heapUsed, handles } = await reported;
    return { rss, heapUsed, handles };
  };

  await done("CreateLogGroup", { logGroupName: LEDGER.logGroupName });
  await done("CreateLogStream", LEDGER);

  const victim: Victim = {
    port,
    pid: child.pid ?? 0,
    data,
    enginePid: ready.enginePid,
    log: () => log,
    signed,
    send,
    sendOne,
    call,
    done,
    async keepOne() {
      const message = `kept ${kept.length} ${randomUUID()}`;
      await done("PutLogEvents", { ...LEDGER, logEvents: [{ timestamp: Date.now(), message }] });
      kept.push(message);
    },
    async assertUnharmed() {
      assert.equal(child.exitCode, null, `the server ended: ${log.slice(-2_000)}`);
      assert.equal(child.signalCode, null, `the server was killed: ${log.slice(-2_000)}`);
      await victim.keepOne();
      assert.deepEqual((await readKept()).sort(), [...kept].sort());
      for (const secret of [OWNER.secret, NEIGHBOUR.secret]) assert.ok(!log.includes(secret), "a secret is in the log");
      assert.doesNotMatch(log, /Signature=[0-9a-f]{64}/, "a signature is in the log");
      assert.doesNotMatch(log, /unhandled|uncaught/i);
    },
    memory,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        child.send({ ask: "close" } satisfies Order);
        // A server that does not close in time is a finding too, but must not hold up the tests.
        const late = await Promise.race([gone.then(() => false), wait(20_000, true, { ref: false })]);
        if (late) child.kill("SIGKILL");
        await gone;
        assert.ok(!late, "the server did not close within 20 s");
      }
      await rm(data, { recursive: true, force: true });
    },
  };
  return victim;
}

async function report<Said extends Report["said"]>(
  child: ChildProcess,
  said: Said,
  log: () => string,
): Promise<Extract<Report, { said: Said }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Report) => {
      if (message.said !== said) return;
      done();
      resolve(message as Extract<Report, { said: Said }>);
    };
    const onExit = () => {
      done();
      reject(new Error(`the server ended instead of telling "${said}": ${log().slice(-4_000)}`));
    };
    const done = () => child.off("message", onMessage).off("exit", onExit);
    child.on("message", onMessage).on("exit", onExit);
  });
}
