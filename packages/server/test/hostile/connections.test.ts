import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { after, afterEach, before, test } from "node:test";
import { readAnswers, toBytes } from "./raw-http.ts";
import { startVictim, type Victim } from "./victim.ts";

/**
 * As many connections as are allowed and then ten times more: what is open goes on working, what is too much costs
 * little. Sockets are bounded by what this process and the server's may open, so the default run takes a small limit;
 * with NEPHOSCOPE_LONG_TESTS=1 it is the limit that users get, and a hundred thousand attempts.
 */
const LONG = process.env.NEPHOSCOPE_LONG_TESTS === "1";
const LIMIT = LONG ? 10_000 : 1_000;
const ATTEMPTS = 10 * LIMIT;
/** Connections under way at once: more than the listen backlog would only wait there. */
const WAVE = 200;

let victim: Victim;
before(async () => {
  // Idle connections must outlast the test; the limit counts also the one that the test calls on.
  victim = await startVictim({
    maxConnections: LIMIT,
    limits: { keepAliveMs: 600_000, headersMs: 600_000, requestMs: 700_000 },
  });
});
after(() => victim.stop());
afterEach(() => victim.assertUnharmed());

/** Loopback has many addresses; each gives another 28,000 ports, which closed connections hold for a minute. */
const addressOf = (index: number) => `127.0.0.${2 + (index % 20)}`;

function open(index: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: victim.port, localAddress: addressOf(index) });
    socket.on("error", () => resolve(undefined));
    socket.once("connect", () => resolve(socket));
  });
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once("close", () => resolve()).resume()));

async function inWaves(count: number, work: (index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += WAVE) {
    await Promise.all(Array.from({ length: Math.min(WAVE, count - start) }, (_, i) => work(start + i)));
  }
}

const callOn = async (socket: Socket): Promise<number | undefined> => {
  socket.write(toBytes(victim.signed("DescribeLogGroups", {})));
  const { answers } = await readAnswers(socket, { timeoutMs: 30_000 });
  return answers[0]?.status;
};

test(`${LIMIT} idle connections, then ${ATTEMPTS} more attempts: open ones work, others are closed`, {
  timeout: 300_000,
}, async (t) => {
  assert.ok(descriptors() > LIMIT + 500, `this machine lets a process open ${descriptors()} files only`);
  const before = await victim.memory();
  const kept: Socket[] = [];
  try {
    await inWaves(LIMIT, async (index) => {
      const socket = await open(index);
      assert.ok(socket !== undefined);
      kept.push(socket);
    });
    const caller = kept[0];
    assert.ok(caller !== undefined);
    assert.equal(await callOn(caller), 200);
    const full = await victim.memory();
    let refused = 0;
    let attempted = 0;
    const started = performance.now();
    const flood = inWaves(ATTEMPTS, async (index) => {
      const socket = await open(index);
      attempted++;
      if (socket === undefined) refused++;
      else {
        await closed(socket);
        refused++;
      }
    });
    // Calls on a connection that is open are answered while the flood goes on.
    let served = 0;
    let over = false;
    void flood.finally(() => {
      over = true;
    });
    do {
      assert.equal(await callOn(caller), 200);
      served++;
    } while (!over);
    await flood;
    const seconds = (performance.now() - started) / 1_000;
    assert.equal(refused, ATTEMPTS);
    assert.ok(
      kept.every((socket) => !socket.destroyed),
      "an open connection was closed",
    );
    const after = await victim.memory();
    const perConnection = (full.rss - before.rss) / LIMIT;
    t.diagnostic(
      `${attempted} attempts in ${seconds.toFixed(1)} s, ${served} calls served meanwhile; ${(perConnection / 1_024).toFixed(1)} KiB for each idle connection; rss ${before.rss} -> ${full.rss} -> ${after.rss}`,
    );
    // A socket with its parser takes some 10 KiB; the flood itself must leave nothing behind.
    assert.ok(perConnection < 40 * 1_024, `${perConnection} bytes for each connection`);
    assert.ok(after.heapUsed - full.heapUsed < 20 * 1_048_576, `${full.heapUsed} grew to ${after.heapUsed}`);
  } finally {
    for (const socket of kept) socket.destroy();
  }
  // The places are free again as soon as the server saw them close.
  const deadline = performance.now() + 20_000;
  for (;;) {
    const socket = await open(0);
    const status = socket === undefined ? undefined : await callOn(socket).catch(() => undefined);
    socket?.destroy();
    if (status === 200) break;
    assert.ok(performance.now() < deadline, "no connection became free");
  }
  const settled = await victim.memory();
  assert.ok(settled.heapUsed - before.heapUsed < 20 * 1_048_576, `${before.heapUsed} grew to ${settled.heapUsed}`);
});

/** Files that a process may have open here. */
function descriptors(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? 0);
}
