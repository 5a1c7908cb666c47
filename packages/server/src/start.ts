import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { connectEngine, type Engine, migrate, startEngine } from "@nephoscope/engine";
import type { Limits } from "@nephoscope/wire";
import { createFrontDoor } from "./front-door/front-door.ts";
import { openCallAudit } from "./platform/audit/call-audit.ts";
import { type Clock, systemClock } from "./platform/clock/clock.ts";
import { type AccessKeys, type KeyPair, openAccessKeys } from "./platform/identity/access-keys.ts";
import { startJobs } from "./platform/jobs/jobs.ts";
import { jsonLog, type Log } from "./platform/log/log.ts";
import { openMetricStore } from "./platform/metrics/metric-store.ts";
import { notificationTargets } from "./platform/notifications/notification.ts";
import { openOwnMetrics } from "./platform/metrics/own-metrics.ts";
import { countUsage } from "./platform/metrics/usage.ts";
import { directoryObjects } from "./platform/objects/directory-objects.ts";
import { openSecretBox, writePrivateFile } from "./platform/secrets/secret-box.ts";
import { openSequence } from "./platform/state/sequence.ts";
import { openSqliteState } from "./platform/state/sqlite-state.ts";
import { startLogs } from "./services/logs/start-logs.ts";
import { startMonitoring } from "./services/monitoring/start-monitoring.ts";
import { startSqs } from "./services/sqs/start-sqs.ts";
import { stsService } from "./services/sts/service.ts";
import type { Settings } from "./settings.ts";

export interface NephoscopeServer {
  /** Where AWS's clients and browsers find it, such as `http://127.0.0.1:4580`. */
  readonly endpoint: string;
  /** The administrator's key, at the first start only. */
  readonly firstKey: KeyPair | undefined;
  /** The embedded engine's process, for people and tests that watch it. */
  readonly enginePid: () => number | undefined;
  /** Takes no more calls, finishes those under way, and leaves everything on disk. */
  close(): Promise<void>;
}

/** What a test replaces. */
export interface StartOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Limits of the wire; tests make them small, so that reaching them takes no time. */
  readonly limits?: Partial<Limits>;
}

/** Builds the server from its settings and starts it. Several can run in one process, each on its own data directory. */
export async function startServer(settings: Settings, options: StartOptions = {}): Promise<NephoscopeServer> {
  const clock = options.clock ?? systemClock();
  const log =
    options.log ??
    jsonLog(
      settings.logLevel,
      (line) => process.stderr.write(line),
      () => Date.now(),
    );
  mkdirSync(settings.data, { recursive: true, mode: 0o700 });
  const closing: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const step of closing.splice(0).reverse()) await step();
  };

  try {
    // The engine takes longest to start, so it starts first and everything else meanwhile.
    const starting = openEngine(settings, log);
    starting.catch(() => {});
    const state = openSqliteState(join(settings.data, "state.db"), clock.now);
    closing.push(() => state.close());
    const keys = openAccessKeys({ state, box: openSecretBox(join(settings.data, "root.key")) });
    const firstKey = await ensureAdministrator(keys, settings);

    const engine = await starting;
    closing.push(() => engine.close());
    const audit = openCallAudit(engine, log);
    closing.push(() => audit.close());
    const jobs = startJobs(clock, log);
    const metrics = openMetricStore({ engine, state, jobs, clock });
    closing.push(() => metrics.close());
    const ownMetrics = openOwnMetrics(metrics.writer, jobs, clock);
    closing.push(() => ownMetrics.flush());
    const logs = await startLogs({
      state,
      engine,
      objects: directoryObjects(join(settings.data, "objects")),
      sequence: openSequence(state, clock),
      metrics,
      ownMetrics,
      jobs,
      clock,
      log,
    });
    closing.push(() => logs.close());
    // Known once the server listens, which is before anybody can ask for a link.
    let endpoint = "";
    const publicUrl = () => settings.publicUrl ?? endpoint;
    const sqs = startSqs({ data: settings.data, state, jobs, clock, publicUrl });
    closing.push(() => sqs.close());
    const targets = notificationTargets();
    const monitoring = await startMonitoring({ state, metrics, targets, jobs, clock, log });
    closing.push(() => monitoring.close());
    closing.push(() => jobs.close());

    const door = createFrontDoor({
      services: [logs.service, monitoring.service, sqs.service, stsService()],
      keys,
      audit,
      clock,
      log,
      maxConnections: settings.maxConnections,
      limits: options.limits ?? {},
      region: settings.region,
    });
    const { host, port } = await door.listen(settings.listen);
    closing.push(() => door.close());
    endpoint = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    return {
      endpoint,
      firstKey,
      enginePid: () => engine.pid,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openEngine(settings: Settings, log: Log): Promise<Engine> {
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

const DATABASE = "nephoscope";
/** A Logs Insights query may run for an hour (CloudWatch Logs quotas); nothing else does. */
const MAX_QUERY_SECONDS = 3_600;

function clusterAddress(text: string) {
  const url = new URL(text);
  return {
    url: url.origin,
    user: decodeURIComponent(url.username) || "default",
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)) || DATABASE,
  };
}

/**
 * Sees to it that somebody can call: a key that the settings give, or at the first start a new one, which is also kept
 * in a file that only the owner of the data directory can read, for tools on this machine.
 */
async function ensureAdministrator(keys: AccessKeys, settings: Settings): Promise<KeyPair | undefined> {
  const { accountId, adminKeyId, adminSecret } = settings;
  const file = join(settings.data, "admin-key.json");
  if (adminKeyId !== undefined && adminSecret !== undefined) {
    await keys.presetAdministrator(accountId, { accessKeyId: adminKeyId, secretAccessKey: adminSecret });
    return undefined;
  }
  if (keys.hasAdministrator(accountId)) return undefined;
  const pair = await keys.createAdministrator(accountId);
  if (!existsSync(file)) writePrivateFile(file, `${JSON.stringify(pair, null, 2)}\n`);
  return pair;
}
