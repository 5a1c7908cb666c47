import type { Engine } from "@nephoscope/engine";
import type { Service } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { Buckets } from "../../platform/buckets/buckets.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { FunctionRunner } from "../../platform/functions/functions.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { MetricStore } from "../../platform/metrics/metric-store.ts";
import type { OwnMetrics } from "../../platform/metrics/own-metrics.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { OpenSearchDomain } from "../../platform/outgoing/open-search-domains.ts";
import type { Outgoing } from "../../platform/outgoing/outgoing.ts";
import type { MessageQueues } from "../../platform/queues/message-queues.ts";
import type { ServiceCalls } from "../../platform/service-calls/service-calls.ts";
import type { ServiceRoles } from "../../platform/service-roles/service-roles.ts";
import { type Sequence, sequenceTime } from "../../platform/state/sequence.ts";
import type { State } from "../../platform/state/state.ts";
import { openEventStore } from "./events/event-store.ts";
import { openEventTables } from "./events/event-tables.ts";
import { mergesInARush, RUSH_BYTES, RUSH_MS } from "./events/merges-in-a-rush.ts";
import { exportBuckets } from "./export-tasks/export-bucket.ts";
import { startExports } from "./export-tasks/export-runner.ts";
import { createFieldColumns } from "./field-columns/field-columns.ts";
import { createLiveTail } from "./live-tail/live-tail.ts";
import { openLogMetrics } from "./log-metrics/log-metrics.ts";
import { removeSpareContent } from "./lookup-tables/table-content.ts";
import type { LogsDeps } from "./operation.ts";
import { queryRights } from "./queries/query-rights.ts";
import { createQueryRunner } from "./queries/query-runner.ts";
import { enforceRetention } from "./retention/enforce-retention.ts";
import { freeDeleted } from "./retention/free-deleted.ts";
import { purgeDeleted } from "./retention/purge-deleted.ts";
import { runDueQueries } from "./scheduled-queries/run-due-queries.ts";
import { removeOldRuns } from "./scheduled-queries/scheduled-query-run.ts";
import { startScheduled } from "./scheduled-queries/start-scheduled.ts";
import { logsService } from "./service.ts";
import { openStreamActivity } from "./streams/stream-activity.ts";
import { startSubscriptions } from "./subscriptions/start-subscriptions.ts";
import { openVaults } from "./vaults/vaults.ts";

export interface LogsParts {
  readonly state: State;
  readonly engine: Engine;
  readonly authority: Authority;
  /** Keys of log groups. */
  readonly keys: Keys;
  readonly objects: ObjectStore;
  /** Where exports go, by S3's own API. */
  readonly calls: ServiceCalls;
  /** Roles that scheduled queries run under. */
  readonly roles: ServiceRoles;
  readonly buckets: Buckets;
  readonly sequence: Sequence;
  readonly metrics: MetricStore;
  readonly ownMetrics: OwnMetrics;
  readonly metricFiltersPerGroup: number;
  /** Where subscriptions send to. */
  readonly queues: MessageQueues;
  readonly runner: FunctionRunner;
  readonly outgoing: Outgoing;
  readonly openSearchDomains: readonly OpenSearchDomain[];
  readonly ownAccount: string;
  readonly subscriptionFiltersPerGroup: number;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}

/** Event times and sizes may lag by an hour at AWS; here by this, and after a crash so much is counted again. */
const FLUSH_MS = 5_000;
/** How often recovery is tried until the engine has answered. */
const RECOVER_MS = 10_000;
/** After a failure a metric may show values without events for so long. */
const SETTLE_MS = 10_000;
/** Deleted events are hidden at once; how soon their room is free is a matter of courtesy. */
const PURGE_MS = 60_000;
/** Expired events are hidden at once too. AWS allows itself 72 hours to delete them. */
const RETENTION_MS = 3_600_000;
/** Writing parts anew costs as much as merging them, so what was deleted meanwhile is freed together. */
const FREE_DELETED_MS = 12 * 3_600_000;
const REMOVE_OLD_QUERIES_MS = 6 * 3_600_000;
/** Only calls that failed or were cut off leave any. */
const SPARE_LOOKUP_CONTENT_MS = 3_600_000;
/** AWS's schedules are of minutes; a run may be so late. */
const SCHEDULED_QUERIES_MS = 5_000;
/** How soon a field that was asked for often is answered faster. */
const FIELD_COLUMNS_MS = 10_000;
/** Right after a start there is more urgent work. */
const FIRST_RUN_MS = 30_000;

/** CloudWatch Logs with its background jobs. */
export async function startLogs(parts: LogsParts): Promise<{ service: Service; close(): Promise<void> }> {
  const { state, engine, keys, objects, sequence, metrics: store, ownMetrics: own, jobs, clock, log } = parts;
  const vaults = openVaults({ state, engine, keys, clock, log });
  const tables = openEventTables({ state, engine, vaults });
  const watchMerges = mergesInARush(engine, tables, clock.now);
  let stored = 0;
  let seen = 0;
  const lookAtMerges = jobs.every("logs-merges-in-a-rush", RUSH_MS, () => {
    seen = stored;
    return watchMerges(stored);
  });
  const events = openEventStore(engine, tables, (bytes) => {
    stored += bytes;
    if (stored - seen > RUSH_BYTES) void lookAtMerges();
  });
  const activity = openStreamActivity({ state, engine, tables, sequence });
  const fieldColumns = createFieldColumns({ engine, tables, clock, log });
  const queries = createQueryRunner({ state, engine, objects, keys, clock, log });
  const tail = createLiveTail(sequenceTime);
  await queries.recover();
  const metrics = openLogMetrics({ state, engine, tables, writer: store.writer, own, clock });
  // Nothing is answered and nothing rolled up before it is known which values a crash has left without their events.
  await metrics.settle();
  store.hold(() => metrics.unsettledSince());
  jobs.every("logs-settle-metrics", SETTLE_MS, () => metrics.settle());

  jobs.every("logs-recover-activity", RECOVER_MS, () => activity.recover(), 0);
  jobs.every("logs-stream-activity", FLUSH_MS, () => activity.flush());
  const inTurn = takingTurns();
  jobs.every(
    "logs-purge",
    PURGE_MS,
    inTurn(async (signal) => {
      // Once events are purged it could not be told any more that their values belong to something.
      await metrics.settle();
      await purgeDeleted({ state, engine, tables, activity }, signal);
      await vaults.sweep();
    }),
    FIRST_RUN_MS,
  );
  jobs.every(
    "logs-retention",
    RETENTION_MS,
    inTurn(async (signal) => {
      await metrics.settle();
      const done = await enforceRetention({ state, engine, tables, activity, nowMs: clock.now() }, signal);
      if (done.droppedPartitions + done.deletedEvents > 0) log("info", "expired events deleted", done);
    }),
    FIRST_RUN_MS,
  );
  jobs.every(
    "logs-free-deleted",
    FREE_DELETED_MS,
    inTurn((signal) => freeDeleted(engine, tables, signal)),
    RETENTION_MS,
  );
  const { destinations, forwarder } = await startSubscriptions({ ...parts, own, events, activity });
  const bucketsOfExports = exportBuckets(parts.calls, parts.buckets);
  const exports = startExports({ state, events, buckets: bucketsOfExports, jobs, clock, log });
  const deps: LogsDeps = {
    state,
    events,
    tables,
    vaults,
    activity,
    metrics,
    tail,
    queries,
    queryRights: queryRights({ authority: parts.authority, state, roles: parts.roles }),
    fieldColumns,
    keys,
    objects,
    exportBuckets: bucketsOfExports,
    exports,
    sequence,
    metricFiltersPerGroup: parts.metricFiltersPerGroup,
    destinations,
    forwarder,
    subscriptionFiltersPerGroup: parts.subscriptionFiltersPerGroup,
    clock,
    log,
  };
  const start = startScheduled({ calls: parts.calls, rights: deps.queryRights });
  jobs.every("logs-scheduled-queries", SCHEDULED_QUERIES_MS, (signal) =>
    runDueQueries({ state, clock, log, start }, signal),
  );
  jobs.every(
    "logs-scheduled-query-runs",
    REMOVE_OLD_QUERIES_MS,
    (signal) => removeOldRuns({ state, nowMs: clock.now() }, signal),
    FIRST_RUN_MS,
  );
  jobs.every(
    "logs-spare-lookup-content",
    SPARE_LOOKUP_CONTENT_MS,
    (signal) => removeSpareContent({ state, objects, nowMs: clock.now() }, signal),
    FIRST_RUN_MS,
  );
  jobs.every("logs-field-columns", FIELD_COLUMNS_MS, (signal) => fieldColumns.tend(signal), 0);
  jobs.every("logs-remove-old-queries", REMOVE_OLD_QUERIES_MS, (signal) => queries.removeOld(signal), FIRST_RUN_MS);

  return {
    service: logsService(deps),
    async close() {
      await forwarder.close();
      await exports.close();
      await queries.close();
      await events.close();
      await activity.flush();
    },
  };
}

/** Jobs that wait for each other: dropping a partition ends the deletes that the engine has under way. */
function takingTurns() {
  let last: Promise<unknown> = Promise.resolve();
  return (action: (signal: AbortSignal) => Promise<void>) => (signal: AbortSignal) => {
    const run = last.then(() => action(signal));
    last = run.catch(() => {});
    return run;
  };
}
