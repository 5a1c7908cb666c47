import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Service, UnsignedCaller } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { Buckets } from "../../platform/buckets/buckets.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { OwnMetrics } from "../../platform/metrics/own-metrics.ts";
import type { Outbox } from "../../platform/outbox/outbox.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import { openDurableTables } from "../../platform/sqlite/durable-tables.ts";
import type { State } from "../../platform/state/state.ts";
import { guarded, s3Guard } from "./access/guard.ts";
import { isForBucket, unsignedCaller } from "./access/unsigned.ts";
import { s3Access } from "./access.ts";
import { bucketDirectory } from "./buckets/bucket-directory.ts";
import { s3ControlAccess, s3ControlService } from "./control/service.ts";
import { corsDoor } from "./cors/cors-door.ts";
import { objectKeys } from "./encryption/object-keys.ts";
import { openServerKey } from "./encryption/server-key.ts";
import { type EventTargets, eventCarrier, isKnownTarget } from "./events/deliver-events.ts";
import { EVENT_DELIVERY, EVENTS_SCHEMA, openEvents } from "./events/events.ts";
import { expire } from "./lifecycle/expire.ts";
import { accessLog } from "./logging/access-log.ts";
import { openUploads, UPLOADS_SCHEMA } from "./multipart/uploads.ts";
import type { S3Deps } from "./operation.ts";
import { s3Service } from "./service.ts";
import { publishSizes } from "./sizes/publish-sizes.ts";
import { withStorageFailures } from "./storage-failures.ts";
import type { Blobs } from "./store/blobs.ts";
import { directoryBlobs } from "./store/directory-blobs.ts";
import { diskRoom } from "./store/disk-room.ts";
import { INDEX_SCHEMA, openObjectIndex } from "./store/object-index.ts";
import { openPayloads } from "./store/payloads.ts";

export interface S3Parts {
  readonly data: string;
  readonly state: State;
  readonly box: SecretBox;
  readonly keys: Keys;
  readonly authority: Authority;
  /** Where the sizes of buckets are published. */
  readonly metrics?: OwnMetrics;
  /** Where larger payloads are; a directory of the data directory where absent. */
  readonly blobs?: Blobs | undefined;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}

export interface S3 extends Buckets {
  readonly service: Service;
  /** The same for services of ours that have asked already whether whom they work for may. */
  readonly asked: Service;
  /** For the front door: every operation is declared, and asked for inside. */
  readonly access: ServiceAccess;
  /** S3 Control, which says what holds for all buckets of an account. */
  readonly control: { readonly service: Service; readonly access: ServiceAccess };
  /** Who makes unsigned calls to a service of this name; undefined for all services but this one. */
  unsigned(service: string): UnsignedCaller | undefined;
  /** Under which name an unsigned request would be signed; undefined where it is not for a bucket. */
  unsignedRest(req: IncomingMessage): string | undefined;
  /** Sets the headers of CORS on an answer; see the wire's `before`. */
  before(req: IncomingMessage, res: ServerResponse): void;
  /** What browsers ask without a signature before they send a page's request. */
  readonly preflights: ReturnType<typeof corsDoor>["preflights"];
  /** Says by which outbox events go out, and to whom they can. Before it is started. */
  tell(outbox: Outbox, targets: EventTargets): void;
  close(): void;
}

/** The index with all small objects; larger ones are files, which only the disk bounds. */
const MAX_INDEX_BYTES = 1024 * 1_073_741_824;
/** What could not be removed at once is tried again. */
const COLLECT_MS = 60_000;
const SWEEP_MS = 86_400_000;
/** No put takes so long, so what is older and unknown to the index is a crash's remains. */
const REMAINS_MS = 86_400_000;
const FIRST_SWEEP_MS = 600_000;
/** Events are handed over at once; this is for what a full outbox left. */
const EVENTS_MS = 60_000;
const EVENTS_AT_ONCE = 16;
/** As long as S3 takes for the quickest of its own. */
const LOGS_MS = 300_000;
/** S3 publishes them once a day. */
const SIZES_MS = 86_400_000;
const FIRST_SIZES_MS = 300_000;
/** Rules count in days, and S3 takes up to two for it. A run reads the index of every bucket that has rules. */
const LIFECYCLE_MS = 6 * 3_600_000;

/** S3: buckets and objects, with the jobs that remove what is no longer used. */
export async function startS3({
  data,
  state,
  box,
  keys,
  authority,
  metrics,
  blobs,
  jobs,
  clock,
  log,
}: S3Parts): Promise<S3> {
  const serverKey = await openServerKey({ state, box });
  const tables = openDurableTables({
    file: join(data, "s3.db"),
    schema: INDEX_SCHEMA + UPLOADS_SCHEMA + EVENTS_SCHEMA,
    version: 1,
    maxBytes: MAX_INDEX_BYTES,
  });
  const index = openObjectIndex(tables);
  const payloads = openPayloads(index, blobs ?? directoryBlobs(join(data, "blobs")), diskRoom(data, tables.freeBytes));
  const uploads = openUploads(index);
  jobs.every("s3-collect", COLLECT_MS, async () => {
    await payloads.collect();
    await tables.shrink();
  });
  // By the machine's clock, like the times of files.
  jobs.every("s3-sweep", SWEEP_MS, (signal) => payloads.sweep(Date.now() - REMAINS_MS, signal), FIRST_SWEEP_MS);
  const buckets = bucketDirectory(state);
  const table = s3Access({ buckets, uploads });
  const events = openEvents(tables, clock, log);
  jobs.every("s3-events", EVENTS_MS, () => events.pump());
  let targets: EventTargets | undefined;
  const guard = s3Guard({ authority, buckets, index });
  const deps: S3Deps = {
    state,
    buckets,
    index,
    payloads,
    uploads,
    guard,
    events,
    eventTargets: { knows: (arn) => targets !== undefined && isKnownTarget(targets, arn) },
    objectKeys: objectKeys(serverKey, keys),
    clock,
    log,
  };
  const bare = s3Service(deps);
  jobs.every("s3-lifecycle", LIFECYCLE_MS, (signal) => expire(deps, signal));
  const accessLogs = accessLog(deps);
  jobs.every("s3-access-logs", LOGS_MS, () => accessLogs.deliver());
  if (metrics) jobs.every("s3-sizes", SIZES_MS, (signal) => publishSizes(deps, metrics, signal), FIRST_SIZES_MS);
  const service = accessLogs.logged(withStorageFailures(guarded(bare, table, guard, buckets)));
  const anybody = unsignedCaller(service.implemented);
  return {
    service,
    asked: withStorageFailures(bare),
    regionOf: (bucket) => buckets.find(bucket)?.document.region,
    // Access lists allow what policies don't, so S3 asks for itself.
    access: { ...table, needs: () => undefined },
    control: { service: withStorageFailures(s3ControlService({ state })), access: s3ControlAccess },
    unsigned: (name) => (name === service.model.name ? anybody : undefined),
    unsignedRest: (req) => (isForBucket(req, buckets) ? service.model.signingName : undefined),
    tell(outbox, given) {
      targets = given;
      outbox.carrier(EVENT_DELIVERY, eventCarrier(given), EVENTS_AT_ONCE);
      events.through(outbox);
    },
    ...corsDoor(buckets),
    close() {
      payloads.close();
      tables.close();
    },
  };
}
