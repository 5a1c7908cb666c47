import { setTimeout as pause } from "node:timers/promises";
import { eventsOf, type Ledger, type SentCall } from "./ledger.ts";
import { PROBED } from "./places.ts";
import type { ServerProcess } from "./server-process.ts";
import { CallUnanswered, type SignedClient } from "./signed-client.ts";

/** Resources only, a read of events, and a write: each needs more of the server than the one before. */
export const PROBES = ["describe", "read", "write"] as const;
export type Probe = (typeof PROBES)[number];

/** Past this a server that does not answer is taken for dead. */
const ANSWER_LIMIT_MS = 60_000;
const ONE_ATTEMPT = { attempts: 1 };

/**
 * Milliseconds from `since` until the first good answer of each kind. Every question is a call of its own that was sent
 * after `since`; what is written goes into the ledger like everything else.
 */
export async function recoveryTimes(
  client: SignedClient,
  server: ServerProcess,
  ledger: Ledger,
  writer: string,
  since: number,
): Promise<Record<Probe, number>> {
  const timed = async (ask: (number: number) => Promise<unknown>) => {
    await untilAnswered(server, ask);
    return performance.now() - since;
  };
  const [describe, read, write] = await Promise.all([
    timed(() => client.call("DescribeLogGroups", {}, ONE_ATTEMPT)),
    timed(() => {
      const recent = { startTime: Date.now() - 1_000, limit: 1 };
      return client.call("FilterLogEvents", { logGroupName: PROBED.group, ...recent }, ONE_ATTEMPT);
    }),
    timed((number) => writeOne(client, ledger, writer, number)),
  ]);
  return { describe, read, write };
}

/** Asks again and again until there is an answer. Throws when the server ends meanwhile. */
export async function untilAnswered(server: ServerProcess, ask: (number: number) => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + ANSWER_LIMIT_MS;
  for (let number = 0; ; number++) {
    try {
      await ask(number);
      return;
    } catch (error) {
      if (!(error instanceof CallUnanswered)) throw error;
      if (!server.isRunning()) throw new Error("the server ended by itself", { cause: error });
      if (performance.now() > deadline) throw new Error("the server does not answer", { cause: error });
      // Often enough to see when, and rarely enough not to take part in it.
      await pause(30);
    }
  }
}

async function writeOne(client: SignedClient, ledger: Ledger, writer: string, number: number): Promise<void> {
  const now = Date.now();
  const call: SentCall = {
    writer,
    number,
    ...PROBED,
    events: 1,
    fromMs: now,
    toMs: now,
    padding: 20,
    outcome: "under way",
  };
  ledger.push(call);
  try {
    const input = { logGroupName: call.group, logStreamName: call.stream, logEvents: eventsOf(call) };
    await client.call("PutLogEvents", input, ONE_ATTEMPT);
    call.outcome = "acknowledged";
  } finally {
    if (call.outcome !== "acknowledged") call.outcome = "unknown";
  }
}
