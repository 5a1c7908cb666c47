// The load generator: a process of its own, so that its work is not the server's and can be told apart.
import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { PreparedCall } from "../data-sets/prepared.ts";
import { LogsClient, ServiceError } from "../server/logs-client.ts";

export type LoadOrder = {
  readonly endpoint: string;
  readonly callsFile: string;
  readonly calls: readonly PreparedCall[];
  readonly connections: number;
  /** Bytes of messages a second; 0 for as fast as the connections allow. */
  readonly bytesPerSecond: number;
};

export type LoadReport = {
  readonly seconds: number;
  readonly calls: number;
  readonly events: number;
  readonly messageBytes: number;
  readonly bodyBytes: number;
  /** For each call, milliseconds from when it was due to its acknowledgement, sorted; a call that had to wait for a free connection counts its waiting. */
  readonly latencies: readonly number[];
  /** Answers that asked to try again, by name. */
  readonly retries: Readonly<Record<string, number>>;
  /** CPU time of the generator itself. */
  readonly cpuSeconds: number;
};

/** Errors after which AWS's clients try again. */
const TRY_AGAIN = new Set(["ThrottlingException", "ServiceUnavailableException", "InternalFailure"]);
const PAUSE_MS = 50;

process.on("message", (order: LoadOrder) => {
  load(order).then((report) => {
    process.send?.(report, undefined, undefined, () => process.disconnect());
  });
});

async function load({ endpoint, callsFile, calls, connections, bytesPerSecond }: LoadOrder): Promise<LoadReport> {
  const client = new LogsClient(endpoint, connections);
  const file = openSync(callsFile, "r");
  const latencies: number[] = [];
  const retries: Record<string, number> = {};
  const due = schedule(calls, bytesPerSecond);
  const cpu = process.cpuUsage();
  const began = performance.now();
  let next = 0;

  const worker = async (body: Buffer) => {
    for (let i = next++; i < calls.length; i = next++) {
      const call = calls[i];
      if (call === undefined) return;
      const at = began + (due[i] ?? 0);
      const early = at - performance.now();
      if (early > 0) await delay(early);
      const from = bytesPerSecond > 0 ? at : performance.now();
      readSync(file, body, 0, call.length, call.offset);
      await acknowledged(body.subarray(0, call.length));
      latencies.push(performance.now() - from);
    }
  };
  const acknowledged = async (body: Buffer) => {
    for (;;) {
      try {
        await client.send("PutLogEvents", body);
        return;
      } catch (error) {
        if (!(error instanceof ServiceError) || !TRY_AGAIN.has(error.code)) throw error;
        retries[error.code] = (retries[error.code] ?? 0) + 1;
        await delay(PAUSE_MS);
      }
    }
  };

  const largest = Math.max(...calls.map(({ length }) => length));
  await Promise.all(Array.from({ length: connections }, () => worker(Buffer.allocUnsafe(largest))));
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  client.close();
  closeSync(file);
  return {
    seconds,
    calls: calls.length,
    events: sum(calls.map(({ events }) => events)),
    messageBytes: sum(calls.map(({ messageBytes }) => messageBytes)),
    bodyBytes: sum(calls.map(({ length }) => length)),
    latencies: latencies.sort((a, b) => a - b),
    retries,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

/** When each call is due, in milliseconds after the start. */
function schedule(calls: readonly PreparedCall[], bytesPerSecond: number): number[] {
  let before = 0;
  return calls.map(({ messageBytes }) => {
    const at = bytesPerSecond > 0 ? (before / bytesPerSecond) * 1000 : 0;
    before += messageBytes;
    return at;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
