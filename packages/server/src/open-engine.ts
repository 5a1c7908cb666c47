import { join } from "node:path";
import { connectEngine, type Engine, migrate, startEngine } from "@nephoscope/engine";
import type { Log } from "./platform/log/log.ts";
import type { Settings } from "./settings.ts";

const DATABASE = "nephoscope";
/** A Logs Insights query may run for an hour (CloudWatch Logs quotas); nothing else does. */
const MAX_QUERY_SECONDS = 3_600;

/** The embedded engine, or the cluster that the settings name, with its tables as this version needs them. */
export async function openEngine(settings: Settings, log: Log): Promise<Engine> {
  const engine =
    settings.clickhouseUrl === undefined
      ? await startEngine({
          dataDir: join(settings.data, "engine"),
          database: DATABASE,
          log,
          limits: {
            querySeconds: MAX_QUERY_SECONDS,
            ...(settings.engineMemoryMb !== undefined && { memory: settings.engineMemoryMb * 1_048_576 }),
          },
        })
      : connectEngine(clusterAddress(settings.clickhouseUrl));
  const database = settings.clickhouseUrl === undefined ? DATABASE : clusterAddress(settings.clickhouseUrl).database;
  try {
    await migrate({ client: engine.client, database, log });
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

function clusterAddress(text: string) {
  const url = new URL(text);
  return {
    url: url.origin,
    user: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || DATABASE,
  };
}
