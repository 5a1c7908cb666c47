import { stat, statfs } from "node:fs/promises";
import { availableParallelism, freemem, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { JobReport } from "../../platform/jobs/jobs.ts";
import { engineHealth } from "./engine-health.ts";
import type { HealthDeps } from "./start-health.ts";
import type { JobHealth, ServerHealth } from "./views.ts";

export async function describeServer(deps: HealthDeps): Promise<ServerHealth> {
  const { data, stores, engine, jobs, outbox, audit, mail, objects, version, startedAt } = deps;
  const disk = await statfs(data);
  const counts = outbox.counts();
  return {
    Version: version,
    NodeVersion: process.versions.node,
    StartedAt: startedAt,
    ProcessBytes: process.memoryUsage.rss(),
    MachineBytes: totalmem(),
    MachineFreeBytes: freemem(),
    Processors: availableParallelism(),
    LoadAverage: loadavg()[0] ?? 0,
    Disk: { FreeBytes: disk.bavail * disk.bsize, TotalBytes: disk.blocks * disk.bsize },
    Engine: await engineHealth(engine),
    Stores: await Promise.all(stores.map(async (Name) => ({ Name, Bytes: await sizeOf(join(data, Name)) }))),
    Objects: objects,
    Mail: mail,
    Outbox: { Waiting: counts.waiting, GivenUp: counts.givenUp },
    LostCallRecords: audit.lost,
    Jobs: jobs.reports().map(jobHealth),
  };
}

/** Of a SQLite file and what its write-ahead log holds. */
async function sizeOf(file: string): Promise<number> {
  const sizes = await Promise.all([file, `${file}-wal`].map(bytesOf));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function bytesOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    // The log is not there when all of it was written back.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}

const jobHealth = ({ name, everyMs, runningSince, last, failures }: JobReport): JobHealth => ({
  Name: name,
  EveryMs: everyMs,
  Failures: failures,
  ...(runningSince !== undefined && { RunningSince: runningSince }),
  ...(last !== undefined && { LastEndedAt: last.endedAt, LastTookMs: last.tookMs }),
  ...(last?.error !== undefined && { LastError: last.error }),
});
