import { randomUUID } from "node:crypto";
import { type Engine, EngineError, EngineUnavailable } from "@nephoscope/engine";
import type { EngineHealth } from "./views.ts";

/** Somebody waits for the page; an engine that does not answer by then is as good as away. */
const TIMEOUT_MS = 5_000;
/** What ids of these very questions begin with, so that they are not listed among those that run. */
const OWN_QUERIES = "health-";
/** The longest-running ones. */
const MOST_QUERIES = 50;

/** What the engine tells of itself; that it is away is an answer too. */
export async function engineHealth({ client, kind, state }: Engine): Promise<EngineHealth> {
  const ask = <T extends unknown[]>(sql: string) =>
    client.rows<T>({ sql, timeoutMs: TIMEOUT_MS, queryId: `${OWN_QUERIES}${randomUUID()}` });
  if (state !== "up") return { Kind: kind, State: state, Fault: "The engine is being started." };
  try {
    // One after the other: the engine reads few things at once, and people's queries want those places.
    const about = await ask<
      [version: string, uptime: number, memory: string, limit: string, merges: string, mutations: string]
    >(`SELECT version(), uptime(),
         (SELECT sum(value) FROM system.metrics WHERE metric = 'MemoryTracking'),
         (SELECT sum(toUInt64OrZero(value)) FROM system.server_settings WHERE name = 'max_server_memory_usage'),
         (SELECT count() FROM system.merges), (SELECT count() FROM system.mutations WHERE NOT is_done)`);
    const disks = await ask<[name: string, free: string, total: string]>(
      "SELECT name, free_space, total_space FROM system.disks",
    );
    const tables = await ask<[name: string, parts: string, rows: string, bytes: string, uncompressed: string]>(
      `SELECT table, count(), sum(rows), sum(bytes_on_disk) AS bytes, sum(data_uncompressed_bytes)
       FROM system.parts WHERE database = currentDatabase() AND active GROUP BY table ORDER BY bytes DESC`,
    );
    const queries = await ask<[id: string, kind: string, seconds: number, rows: string, memory: string]>(
      // The embedded engine gives queries ids of its own, and keeps the client's in the comment.
      `SELECT if(Settings['log_comment'] = '', query_id, Settings['log_comment']) AS id, query_kind, elapsed, read_rows, memory_usage FROM system.processes
       WHERE NOT startsWith(id, '${OWN_QUERIES}') ORDER BY elapsed DESC LIMIT ${MOST_QUERIES}`,
    );
    const [version = "", uptime = 0, memory = 0, limit = 0, merges = 0, mutations = 0] = about[0] ?? [];
    return {
      Kind: kind,
      State: state,
      Details: {
        Version: version,
        UptimeSeconds: Number(uptime),
        MemoryBytes: Number(memory),
        MemoryLimitBytes: Number(limit),
        Merges: Number(merges),
        Mutations: Number(mutations),
        Disks: disks.map(([Name, free, total]) => ({ Name, FreeBytes: Number(free), TotalBytes: Number(total) })),
        Tables: tables.map(([Name, parts, rows, bytes, uncompressed]) => ({
          Name,
          Parts: Number(parts),
          Rows: Number(rows),
          Bytes: Number(bytes),
          UncompressedBytes: Number(uncompressed),
        })),
        Queries: queries.map(([Id, Kind, Seconds, rows, used]) => ({
          Id,
          Kind,
          Seconds,
          ReadRows: Number(rows),
          MemoryBytes: Number(used),
        })),
      },
    };
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof EngineUnavailable)) throw error;
    return { Kind: kind, State: state, Fault: error.message };
  }
}
