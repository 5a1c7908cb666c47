import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { ACCOUNT, keyPolicy, REGION } from "../sealed/house.ts";
import type { Ledger } from "./ledger.ts";
import { makePlaces } from "./places.ts";
import { seeded } from "./random.ts";
import { PROBES, type Probe, recoveryTimes, untilAnswered } from "./recovery.ts";
import { plainSender, sdkSender } from "./senders.ts";
import { freePort, processesOf, type ServerProcess, startServerProcess, untilGone } from "./server-process.ts";
import { signedClient } from "./signed-client.ts";
import { type Findings, noFindings, verifyAll } from "./verify.ts";
import { startWriters } from "./writers.ts";

/** What is killed: always the same process, or now one, now the other, now both at the same moment. */
export const TARGETS = ["server", "engine", "both"] as const;
export type Target = (typeof TARGETS)[number];

export interface CrashOptions {
  readonly kills: number;
  readonly seed: number;
  readonly target: Target;
  /** Writers over plain HTTP, and writers that use AWS's JavaScript SDK as it comes. */
  readonly plainWriters: number;
  readonly sdkWriters: number;
  readonly log: (line: string) => void;
}

export interface CrashReport {
  readonly kills: Readonly<Record<"server" | "engine", number>>;
  readonly calls: { acknowledged: number; unknown: number };
  readonly events: { acknowledged: number; unknown: number };
  readonly findings: Findings;
  /** Milliseconds from each kill until the first good answer of a call that was sent after it. */
  readonly recovery: Readonly<Record<Probe, number[]>>;
  /** Milliseconds from each kill of the server until its engine had left too. */
  readonly engineLeft: number[];
  /** Processes that wanted a processor, over the last minute, at each kill: what else the machine had to do. */
  readonly load: number[];
}

const VICTIMS = ["server", "engine"] as const;

const CREDENTIAL = { accessKeyId: "AKIACRASHRUN00000000", secret: "the-secret-of-the-crash-run-000000000000" };
/** An engine that its server starts again is there within this, or something is wrong. */
const ENGINE_LIMIT_MS = 30_000;
/** An engine without its server ends at once; this is for a machine that is busy. */
const ORPHAN_LIMIT_MS = 10_000;

/** Kills the server or its engine again and again under load, and compares what is stored with what was acknowledged. */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const random = seeded(options.seed);
  const data = mkdtempSync(join(tmpdir(), "nephoscope-crash-"));
  const place = { data, port: await freePort(), credential: CREDENTIAL };
  const endpoint = `http://127.0.0.1:${place.port}`;
  const client = signedClient(endpoint, CREDENTIAL);
  const ledger: Ledger = [];
  const findings = noFindings();
  const recovery: Record<Probe, number[]> = { describe: [], read: [], write: [] };
  const engineLeft: number[] = [];
  const load: number[] = [];
  const kills = { server: 0, engine: 0 };
  const senders = [
    ...Array.from({ length: options.plainWriters }, (_, i) => ({
      name: `plain${i}`,
      sender: plainSender(client, random),
    })),
    ...Array.from({ length: options.sdkWriters }, (_, i) => ({
      name: `sdk${i}`,
      sender: sdkSender(endpoint, CREDENTIAL),
    })),
  ];
  const writers = startWriters(senders, ledger, random);
  let server: ServerProcess = startServerProcess(place);

  try {
    await untilAnswered(server, () => client.call("DescribeLogGroups", {}, { attempts: 1 }));
    await makePlaces(client, await makeKey(endpoint));
    for (let kill = 1; kill <= options.kills; kill++) {
      writers.work();
      // Now and then the next blow comes before the last one is overcome.
      const again = random.chance(0.1) && kill < options.kills;
      await pause(random.between(50, 1_500));
      const victim = options.target === "both" ? random.pick(VICTIMS) : options.target;
      const enginePid = await engineOf(server);
      load.push(loadavg()[0] ?? 0);
      const at = performance.now();
      if (victim === "engine") {
        process.kill(enginePid, "SIGKILL");
        kills.engine++;
      } else {
        await server.kill();
        kills.server++;
        const left = untilGone(enginePid, ORPHAN_LIMIT_MS).then(() => performance.now() - at);
        server = startServerProcess(place);
        engineLeft.push(await left);
      }
      const times = again ? undefined : await recoveryTimes(client, server, ledger, `probe${kill}`, at);
      if (times !== undefined) for (const probe of PROBES) recovery[probe].push(times[probe]);
      await writers.rest();
      if (!again) await verifyAll(client, ledger, findings);
      options.log(progress(kill, victim, times, ledger, findings));
    }
    // Once more after a stop as it should be: what is written at a stop must not spoil anything either.
    await server.stop();
    server = startServerProcess(place);
    await untilAnswered(server, () => client.call("DescribeLogGroups", {}, { attempts: 1 }));
    await verifyAll(client, ledger, findings);
    await server.stop();
    const orphans = processesOf(data);
    if (orphans.length > 0) throw new Error(`processes were left: ${orphans.join(", ")}`);
  } catch (error) {
    throw new Error(`the run broke off; the server wrote:\n${server.output()}`, { cause: error });
  } finally {
    await writers.rest().catch(() => {});
    for (const { sender } of senders) sender.close();
    client.close();
    await server.kill();
    for (const pid of processesOf(data)) await untilGone(pid, ORPHAN_LIMIT_MS);
    rmSync(data, { recursive: true, force: true });
  }
  return { kills, ...totals(ledger), findings, recovery, engineLeft, load };
}

async function makeKey(endpoint: string): Promise<string> {
  const { accessKeyId, secret } = CREDENTIAL;
  const kms = new KMSClient({ endpoint, region: REGION, credentials: { accessKeyId, secretAccessKey: secret } });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy: keyPolicy(ACCOUNT) }));
  kms.destroy();
  return KeyMetadata?.Arn ?? "";
}

/** The engine may be on its way back from the last blow. */
async function engineOf(server: ServerProcess): Promise<number> {
  const deadline = performance.now() + ENGINE_LIMIT_MS;
  for (;;) {
    const pid = server.enginePid();
    if (pid !== undefined) return pid;
    if (performance.now() > deadline) throw new Error("the server has no engine");
    await pause(5);
  }
}

function totals(ledger: Ledger): Pick<CrashReport, "calls" | "events"> {
  const calls = { acknowledged: 0, unknown: 0 };
  const events = { acknowledged: 0, unknown: 0 };
  for (const { outcome, events: count } of ledger) {
    if (outcome === "under way") continue;
    calls[outcome]++;
    events[outcome] += count;
  }
  return { calls, events };
}

function progress(
  kill: number,
  victim: "server" | "engine",
  times: Record<Probe, number> | undefined,
  ledger: Ledger,
  { lost, doubled, altered, misplaced, miscounted }: Findings,
): string {
  const { events } = totals(ledger);
  const back =
    times === undefined
      ? "not waited for"
      : PROBES.map((probe) => `${probe} ${Math.round(times[probe])} ms`).join(", ");
  return `kill ${kill}: ${victim}; ${back}; ${events.acknowledged} events acknowledged, ${events.unknown} unknown; lost ${lost}, doubled ${doubled}, altered ${altered}, misplaced ${misplaced}, miscounted ${miscounted}`;
}
