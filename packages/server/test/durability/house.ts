import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Engine, startEngine } from "@nephoscope/engine";
import { readSettings, startServer } from "@nephoscope/server";
import { type SignedClient, signedClient } from "../crash/signed-client.ts";
import { type LeapingClock, leapingClock } from "./leaping-clock.ts";

export const CREDENTIAL = { accessKeyId: "AKIADURABILITY000000", secret: "the-secret-of-the-durability-tests-00000" };

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A server on a clock that the test moves, and its engine, which the test can look into. */
export interface House {
  readonly data: string;
  readonly clock: LeapingClock;
  readonly engine: Engine;
  readonly client: SignedClient;
  /** Where the server listens now. */
  readonly endpoint: string;
  /** What the server has logged. */
  readonly logged: readonly LogLine[];
  /** Stops the server as it should be stopped and starts it again on the same data; `clock` in place of the old one. */
  restart(clock?: LeapingClock): Promise<void>;
}

export interface HouseOptions {
  readonly startMs?: number;
  /** A data directory that is there already, such as one that a killed server left. */
  readonly data?: string;
}

/** Noon of a Friday, so that neither a day nor a week nor a month ends close by. */
export const NOON_MS = Date.UTC(2026, 10, 20, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export async function openHouse(t: TestContext, options: HouseOptions = {}): Promise<House> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "nephoscope-durability-"));
  const logged: LogLine[] = [];
  const log = (level: string, message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    logged.push({ level, message, fields });
  };
  const engine = await startEngine({ dataDir: join(data, "engine"), database: "nephoscope", log });
  let clock = leapingClock(options.startMs ?? NOON_MS);
  const settings = readSettings({
    flags: {
      data,
      listen: "127.0.0.1:0",
      "admin-key-id": CREDENTIAL.accessKeyId,
      "admin-secret": CREDENTIAL.secret,
      // To the server the engine is a ClickHouse like another, so that the test can share it and look inside.
      "clickhouse-url": engine.url,
    },
  });
  const start = async () => {
    const server = await startServer(settings, { clock, log });
    return { server, client: signedClient(server.endpoint, CREDENTIAL, () => clock.now()) };
  };
  const stop = async () => {
    running.client.close();
    await running.server.close();
  };
  t.after(async () => {
    await stop();
    await engine.close();
    rmSync(data, { recursive: true, force: true });
  });
  let running = await start();
  return {
    data,
    engine,
    logged,
    get clock() {
      return clock;
    },
    get client() {
      return running.client;
    },
    get endpoint() {
      return running.server.endpoint;
    },
    async restart(next = clock) {
      await stop();
      clock = next;
      running = await start();
    },
  };
}

/** Longest time that work in the background may take, while the clock is moved on and on. */
const PATIENCE_MS = 60_000;

/** Moves the clock by `stepMs` again and again until `check` gives no complaint. */
export async function advanceUntil(
  house: House,
  stepMs: number,
  check: () => Promise<string | undefined>,
): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const complaint = await check();
    if (complaint === undefined) return;
    if (performance.now() > deadline) throw new Error(`still after ${PATIENCE_MS} ms: ${complaint}`);
    await house.clock.advance(stepMs);
    await pause(20);
  }
}

export interface Event {
  readonly timestamp: number;
  readonly message: string;
}

export async function makeStream(client: SignedClient, group: string, ...streams: string[]): Promise<void> {
  await client.call("CreateLogGroup", { logGroupName: group });
  for (const stream of streams) await client.call("CreateLogStream", { logGroupName: group, logStreamName: stream });
}

export function putInput(group: string, stream: string, events: readonly Event[]): object {
  return { logGroupName: group, logStreamName: stream, logEvents: events };
}

export async function put(client: SignedClient, group: string, stream: string, events: readonly Event[]) {
  await client.call("PutLogEvents", putInput(group, stream, events));
}

/** Messages of a group as FilterLogEvents gives them, in order. */
export async function messagesOf(client: SignedClient, group: string): Promise<string[]> {
  const messages: string[] = [];
  let nextToken: string | undefined;
  do {
    const page: { events: Event[]; nextToken?: string } = await client.call("FilterLogEvents", {
      logGroupName: group,
      nextToken,
    });
    messages.push(...page.events.map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return messages;
}

/** Messages of a stream as GetLogEvents gives them, in order. At most a page. */
export async function readStream(client: SignedClient, group: string, stream: string) {
  const { events } = await client.call<{ events: (Event & { ingestionTime: number })[] }>("GetLogEvents", {
    logGroupName: group,
    logStreamName: stream,
    startFromHead: true,
  });
  return events;
}

export async function storedBytes(client: SignedClient, group: string): Promise<number | undefined> {
  const { logGroups } = await client.call<{ logGroups: { logGroupName: string; storedBytes: number }[] }>(
    "DescribeLogGroups",
    { logGroupNamePrefix: group },
  );
  return logGroups.find(({ logGroupName }) => logGroupName === group)?.storedBytes;
}

/** What the events count for: their bytes and 26 for each (PutLogEvents, API reference). */
export function sizeOf(events: readonly Event[]): number {
  return events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
}

/** Rows of the engine's table that a query can see, whoever may see them. */
export async function rowsInEngine({ engine }: House): Promise<number> {
  const [row] = await engine.client.rows<[string]>({ sql: "SELECT toString(count()) FROM events" });
  return Number(row?.[0]);
}

/** Rows that take room on disk, also those that are only marked as deleted. */
export async function rowsOnDisk({ engine }: House): Promise<number> {
  const [row] = await engine.client.rows<[string]>({
    sql: "SELECT toString(sum(rows)) FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active",
  });
  return Number(row?.[0]);
}

export function expectCount(count: () => Promise<number | undefined>, expected: number, what: string) {
  return async () => {
    const found = await count();
    return found === expected ? undefined : `${what}: ${found}, not ${expected}`;
  };
}
