import type * as Sdk from "@aws-sdk/client-cloudwatch-logs";
import type { Call, Handlers, InputOf, OutputOf } from "@nephoscope/wire";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { ObjectStore } from "../../platform/objects/object-store.ts";
import type { Sequence } from "../../platform/state/sequence.ts";
import type { State } from "../../platform/state/state.ts";
import type { EventStore } from "./events/event-store.ts";
import type { EventTables } from "./events/event-tables.ts";
import type { PutInBody } from "./events/events-in-body.ts";
import type { ExportBuckets } from "./export-tasks/export-bucket.ts";
import type { ExportRunner } from "./export-tasks/export-runner.ts";
import type { FieldColumns } from "./field-columns/field-columns.ts";
import type { LiveTail } from "./live-tail/live-tail.ts";
import type { LogMetrics } from "./log-metrics/log-metrics.ts";
import type { QueryRights } from "./queries/query-rights.ts";
import type { QueryRunner } from "./queries/query-runner.ts";
import type { StreamActivity } from "./streams/stream-activity.ts";
import type { Destinations } from "./subscriptions/destinations/destinations.ts";
import type { Forwarder } from "./subscriptions/forwarding/forwarder.ts";
import type { Vaults } from "./vaults/vaults.ts";

/** What the operations of CloudWatch Logs work with. */
export interface LogsDeps {
  readonly state: State;
  readonly events: EventStore;
  readonly tables: EventTables;
  readonly vaults: Vaults;
  readonly activity: StreamActivity;
  readonly metrics: LogMetrics;
  readonly tail: LiveTail;
  readonly queries: QueryRunner;
  readonly queryRights: QueryRights;
  readonly fieldColumns: FieldColumns;
  readonly keys: Keys;
  readonly objects: ObjectStore;
  readonly exportBuckets: ExportBuckets;
  readonly exports: ExportRunner;
  readonly sequence: Sequence;
  /** Most metric filters of a log group; AWS allows 100 (CloudWatch Logs quotas). */
  readonly metricFiltersPerGroup: number;
  readonly destinations: Destinations;
  readonly forwarder: Pick<Forwarder, "arrived">;
  /** Most subscription filters of a log group; AWS allows 2 (CloudWatch Logs quotas). */
  readonly subscriptionFiltersPerGroup: number;
  readonly clock: Clock;
  readonly log: Log;
}

export type LogsSdk = typeof Sdk;
export type LogsCall = Call<LogsSdk>;
/** What this service reads by itself. */
export interface LogsRead {
  readonly PutLogEvents: PutInBody;
}
type Operations = Required<Handlers<LogsSdk, LogsDeps, LogsRead>>;
/** An operation: `const createLogGroup: LogsOperation<"CreateLogGroup"> = async (input, call, deps) => …`. */
export type LogsOperation<Name extends keyof Operations> = Operations[Name];
export type LogsInput<Name extends string> = InputOf<LogsSdk, Name>;
export type LogsOutput<Name extends string> = OutputOf<LogsSdk, Name>;
