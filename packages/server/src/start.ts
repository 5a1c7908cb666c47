import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockDirectory } from "@nephoscope/engine";
import type { Limits } from "@nephoscope/wire";
import manifest from "../package.json" with { type: "json" };
import { createAuthorise } from "./front-door/authorise.ts";
import { createConsole } from "./front-door/console.ts";
import { createFrontDoor } from "./front-door/front-door.ts";
import { openEngine } from "./open-engine.ts";
import { createAuthority } from "./platform/access/authority.ts";
import { openRulings } from "./platform/access/rulings.ts";
import { openCallAudit } from "./platform/audit/call-audit.ts";
import { dropOldCalls } from "./platform/audit/call-retention.ts";
import { type Clock, systemClock } from "./platform/clock/clock.ts";
import { openFleet } from "./platform/fleet/fleet.ts";
import { fleetDoor } from "./platform/fleet/fleet-door.ts";
import { functionRunner } from "./platform/functions/functions.ts";
import { encodeAuthorizationMessage } from "./platform/identity/authorization-message.ts";
import { ensureFirstAccount } from "./platform/identity/first-account.ts";
import { openIdentity } from "./platform/identity/identity.ts";
import type { KeyPair } from "./platform/identity/key-ids.ts";
import { openSecondFactor } from "./platform/identity/second-factor.ts";
import { openSignIn } from "./platform/identity/sign-in.ts";
import { startJobs } from "./platform/jobs/jobs.ts";
import { jsonLog, type Log } from "./platform/log/log.ts";
import { graphs } from "./platform/mail/graphs.ts";
import { keptMails, MAIL_SCHEMA } from "./platform/mail/mail-outbox.ts";
import { openMailer } from "./platform/mail/open-mailer.ts";
import { openMetricStore } from "./platform/metrics/metric-store.ts";
import { openOwnMetrics } from "./platform/metrics/own-metrics.ts";
import { countUsage } from "./platform/metrics/usage.ts";
import { notificationTargets } from "./platform/notifications/notification.ts";
import { directoryObjects } from "./platform/objects/directory-objects.ts";
import { upstreamObjects } from "./platform/objects/upstream-objects.ts";
import { openUpstreamS3, readUpstreamUrl } from "./platform/objects/upstream-s3.ts";
import { openOutbox } from "./platform/outbox/open-outbox.ts";
import { OUTBOX_SCHEMA } from "./platform/outbox/outbox-tables.ts";
import { createOutgoing } from "./platform/outgoing/outgoing.ts";
import { targetRules } from "./platform/outgoing/target-rules.ts";
import { openRootKey } from "./platform/secrets/root-key.ts";
import { writePrivateFile } from "./platform/secrets/secret-box.ts";
import { serviceCalls } from "./platform/service-calls/service-calls.ts";
import { hostRoleSessionOf, identityRoles, roleSessionOf } from "./platform/service-roles/identity-roles.ts";
import { openDurableTables } from "./platform/sqlite/durable-tables.ts";
import { openSequence } from "./platform/state/sequence.ts";
import { openSqliteState } from "./platform/state/sqlite-state.ts";
import { startDecisions } from "./services/decisions/service.ts";
import { startEc2 } from "./services/ec2/start-ec2.ts";
import { startHealth } from "./services/health/start-health.ts";
import { iamAccess } from "./services/iam/access.ts";
import { startIam } from "./services/iam/start-iam.ts";
import { kmsAccess } from "./services/kms/declarations.ts";
import { startKms } from "./services/kms/start-kms.ts";
import { logsAccess } from "./services/logs/access.ts";
import { startLogs } from "./services/logs/start-logs.ts";
import { monitoringAccess } from "./services/monitoring/access.ts";
import { startMonitoring } from "./services/monitoring/start-monitoring.ts";
import { organizationsAccess } from "./services/organizations/access.ts";
import { organizationsService } from "./services/organizations/service.ts";
import { startRds } from "./services/rds/start-rds.ts";
import { startS3 } from "./services/s3/start-s3.ts";
import { upstreamBlobs } from "./services/s3/store/upstream-blobs.ts";
import { snsAccess } from "./services/sns/access.ts";
import { FIFO_TOPICS_SCHEMA } from "./services/sns/publish/fifo-topics.ts";
import { startSns } from "./services/sns/start-sns.ts";
import { sqsAccess } from "./services/sqs/access.ts";
import { startSqs } from "./services/sqs/start-sqs.ts";
import { startSsm } from "./services/ssm/start-ssm.ts";
import { stsAccess } from "./services/sts/access.ts";
import { unsignedCaller } from "./services/sts/service.ts";
import { startSts } from "./services/sts/start-sts.ts";
import type { Settings } from "./settings.ts";

export interface NephoscopeServer {
  /** Where AWS's clients and browsers find it, such as `http://127.0.0.1:4580`. */
  readonly endpoint: string;
  /** The administrator's key, at the first start only. */
  readonly firstKey: KeyPair | undefined;
  /** Lets the operator into the console at the first start, once and for minutes; see `OneTimeLink`. */
  readonly signInLink: string | undefined;
  /** The embedded engine's process, for people and tests that watch it. */
  readonly enginePid: () => number | undefined;
  /** Takes no more calls, finishes those under way, and leaves everything on disk. */
  close(): Promise<void>;
}

/** What the caller brings, and what a test replaces. */
export interface StartOptions {
  /** The folder of the console's build, or what waits for it. Without one the server has a page with the first steps instead. */
  readonly consoleFiles?: Promise<string | undefined> | string | undefined;
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
    const lock = await lockDirectory(settings.data, LOCK_WAIT_MS);
    closing.push(() => lock.release());
    // The engine takes longest to start, so it starts first and everything else meanwhile.
    const starting = openEngine(settings, log);
    starting.catch(() => {});
    // Also when something else fails meanwhile: an engine that is left behind would keep its data locked.
    closing.push(async () => (await starting.catch(() => undefined))?.close());
    const state = openSqliteState(join(settings.data, "state.db"), clock.now);
    closing.push(() => state.close());
    const box = await openRootKey({ file: join(settings.data, "root.key"), given: settings.rootKey, state });
    const jobs = startJobs(clock, log);
    const identity = openIdentity({ state, box, jobs, clock });
    closing.push(() => identity.uses.flush());
    const factor = openSecondFactor({ state, box, directory: identity.directory, clock });
    const iam = startIam({ state, box, identity, factor, clock });
    // Clients that come by a proxy with TLS use its address.
    const secure = () => settings.publicUrl?.startsWith("https:") === true;
    const rulings = openRulings();
    const authority = createAuthority({ rulings, now: clock.now, secure });
    const { accountId, adminKeyId, adminSecret } = settings;
    const firstKey = await ensureFirstAccount({
      state,
      directory: identity.directory,
      box,
      now: clock.now(),
      accountId,
      preset:
        adminKeyId === undefined || adminSecret === undefined
          ? undefined
          : { accessKeyId: adminKeyId, secretAccessKey: adminSecret },
      keep: (pair) => keepFirstKey(join(settings.data, "admin-key.json"), pair),
    });

    const engine = await starting;
    const audit = openCallAudit(engine, log, clock.now);
    closing.push(() => audit.close());
    jobs.every("audit-retention", CALLS_MS, () => dropOldCalls(engine, clock.now()), FIRST_RUN_MS);
    jobs.every("audit-strangers", STRANGERS_MS, async () => {
      const calls = audit.skipped();
      if (calls > 0) log("warn", "calls of unproven callers were too many to record them all", { skipped: calls });
    });
    const metrics = openMetricStore({ engine, state, jobs, clock });
    closing.push(() => metrics.close());
    const ownMetrics = openOwnMetrics(metrics.writer, jobs, clock);
    const kms = startKms({ state, box, authority, jobs, clock });
    const upstream =
      settings.objectsUrl === undefined ? undefined : openUpstreamS3(readUpstreamUrl(settings.objectsUrl));
    closing.push(() => upstream?.close());
    // Known once the server listens, which is before anybody can ask for a link.
    let endpoint = "";
    const publicUrl = () => settings.publicUrl ?? endpoint;
    const sqs = startSqs({ data: settings.data, state, authority, keys: kms.keys, box, jobs, clock, publicUrl });
    closing.push(() => sqs.close());
    const s3 = await startS3({
      data: settings.data,
      state,
      box,
      keys: kms.keys,
      authority,
      metrics: ownMetrics,
      blobs: upstream && upstreamBlobs(upstream),
      jobs,
      clock,
      log,
    });
    closing.push(() => s3.close());
    let port: number | undefined;
    const rules = targetRules({ allow: settings.allowPrivateTargets, ownPort: () => port });
    const outgoing = createOutgoing({ rules, publicUrl });
    closing.push(() => outgoing.close());
    const runner = functionRunner();
    const roleSession = (account: string, role: string, session: string) =>
      roleSessionOf(identity, account, role, session, clock.now());
    const calls = serviceCalls({ now: clock.now, roleSession });
    const logs = await startLogs({
      state,
      authority,
      engine,
      keys: kms.keys,
      objects: upstream ? upstreamObjects(upstream) : directoryObjects(join(settings.data, "objects")),
      calls,
      roles: identityRoles(identity),
      buckets: s3,
      sequence: openSequence(state, clock),
      metrics,
      ownMetrics,
      metricFiltersPerGroup: settings.metricFiltersPerGroup,
      queues: sqs.queues,
      runner,
      outgoing,
      openSearchDomains: settings.openSearchDomains,
      ownAccount: accountId,
      subscriptionFiltersPerGroup: settings.subscriptionFiltersPerGroup,
      jobs,
      clock,
      log,
    });
    closing.push(() => logs.close());
    const fleet = await openFleet({ state, box, clock, jobs });
    const sealDenial = (account: string, message: object) => encodeAuthorizationMessage(box, account, message);
    const called = [{ service: logs.service, access: logsAccess({ state }) }, s3];
    calls.serve(
      called.map(({ service }) => service),
      createAuthorise(called, authority, sealDenial),
    );
    const ssm = startSsm({ state, fleet, box, keys: kms.keys, clock, jobs });
    const ec2 = startEc2({ state, fleet, roles: identityRoles(identity), calls, clock, jobs, metrics: ownMetrics });
    const rds = startRds({ state, fleet, clock });
    const outboxTables = openDurableTables({
      file: join(settings.data, "outbox.db"),
      schema: OUTBOX_SCHEMA + MAIL_SCHEMA + FIFO_TOPICS_SCHEMA,
      version: 1,
      maxBytes: MAX_OUTBOX_BYTES,
    });
    closing.push(() => outboxTables.close());
    const outbox = openOutbox({ tables: outboxTables, clock, log });
    closing.push(() => outbox.close());
    const mailer = openMailer(settings, outboxTables, clock, log);
    closing.push(() => mailer.close());
    const sts = startSts({ identity, factor, authority, outgoing, box, clock });
    const { directory } = identity;
    const organizations = organizationsService({ state, directory, clock, managementAccount: accountId });
    const graphsOfMails = graphs();
    const targets = notificationTargets();
    s3.tell(outbox, { topics: targets, queues: sqs.queues, runner });
    const sns = startSns({
      state,
      box,
      keys: kms.keys,
      outbox,
      tables: outboxTables,
      mailer,
      graphs: graphsOfMails,
      outgoing,
      queues: sqs.queues,
      runner,
      authority,
      notifications: targets,
      jobs,
      clock,
      log,
      publicUrl,
    });
    const monitoring = await startMonitoring({ state, metrics, targets, jobs, clock, log });
    closing.push(() => monitoring.close());
    graphsOfMails.drawnBy((request) => monitoring.pictures.draw(request));
    closing.push(() => jobs.close());

    const console = createConsole({
      files: await options.consoleFiles,
      people: { credential: identity.credential, passwords: openSignIn({ state, identity, factor, clock }) },
      account: settings.accountId,
      region: settings.region,
      publicUrl,
      record: (call) => audit.record(call),
      state,
      jobs,
      clock,
      log,
    });
    const door = createFrontDoor({
      services: [
        { service: iam, access: iamAccess({ directory }) },
        { service: kms.service, access: kmsAccess() },
        { service: logs.service, access: logsAccess({ state }) },
        { service: monitoring.service, access: monitoringAccess({ state }) },
        { service: sns.service, access: snsAccess({ state }) },
        { service: sqs.service, access: sqsAccess({ state }) },
        s3,
        s3.control,
        ec2,
        rds,
        ...ssm.services,
        startDecisions({ engine }),
        startHealth({
          data: settings.data,
          stores: ["state.db", "s3.db", "outbox.db", "queues.db"],
          engine,
          jobs,
          outbox,
          keptMails: keptMails(outboxTables),
          audit,
          mail: mailer.description,
          objects: upstream === undefined ? "directory" : "s3",
          operatorAccount: accountId,
          version: manifest.version,
          startedAt: clock.now(),
        }),
        { service: sts, access: stsAccess() },
        { service: organizations, access: organizationsAccess({ managementAccount: accountId }) },
      ],
      authority,
      sealDenial,
      rulings,
      identity,
      unsigned: (service) => (service === "sts" ? unsignedCaller(accountId, settings.region) : s3.unsigned(service)),
      unsignedRest: s3.unsignedRest,
      before: s3.before,
      hosts: fleetDoor({
        fleet,
        activations: ssm.credential,
        roleSession: (host, role) => hostRoleSessionOf(identity, host, role, clock.now()),
      }),
      audit,
      usage: (call) => countUsage(ownMetrics, call),
      clock,
      log,
      maxConnections: settings.maxConnections,
      limits: options.limits ?? {},
      console,
      pages: [sns.pages, s3.preflights],
    });
    const address = await door.listen(settings.listen);
    closing.push(() => door.close());
    port = address.port;
    endpoint = `http://${address.host.includes(":") ? `[${address.host}]` : address.host}:${port}`;
    // What waits since before may hold links, so it goes out once their beginning is known.
    outbox.start();
    return {
      endpoint,
      firstKey,
      signInLink: firstKey && `${localOf(endpoint)}/#/sign-in?link=${console.issueLink(firstKey.accessKeyId)}`,
      enginePid: () => engine.pid,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An address that listens everywhere is no address to go to. */
const localOf = (endpoint: string): string =>
  endpoint.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");

/** Deliveries and mails that wait, together. Who publishes is told when it is reached. */
const MAX_OUTBOX_BYTES = 8 * 1_073_741_824;

/** A server that is told to stop, and one that is started then, may overlap for a moment. */
const LOCK_WAIT_MS = 2_000;
/** Months are dropped whole, so a day more or less matters little. */
const CALLS_MS = 86_400_000;
/** Right after a start there is more urgent work. */
const FIRST_RUN_MS = 30_000;
/** Who floods the port should be seen soon, and in few lines. */
const STRANGERS_MS = 60_000;
/**
 * Keeps the first key in a file that only the owner of the data directory can read, for tools on this machine. A file that is
 * there already belongs to a store that is gone.
 */
function keepFirstKey(file: string, pair: KeyPair): void {
  rmSync(file, { force: true });
  writePrivateFile(file, `${JSON.stringify(pair, null, 2)}\n`);
}
