import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Service, UnsignedCaller } from "@nephoscope/wire";
import type { Authority } from "../../platform/access/authority.ts";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import { openDurableTables } from "../../platform/sqlite/durable-tables.ts";
import type { State } from "../../platform/state/state.ts";
import { guarded, s3Guard } from "./access/guard.ts";
import { isForBucket, unsignedCaller } from "./access/unsigned.ts";
import { s3Access } from "./access.ts";
import { bucketDirectory } from "./buckets/bucket-directory.ts";
import { corsDoor } from "./cors/cors-door.ts";
import { objectKeys } from "./encryption/object-keys.ts";
import { openServerKey } from "./encryption/server-key.ts";
import { openUploads, UPLOADS_SCHEMA } from "./multipart/uploads.ts";
import { s3Service } from "./service.ts";
import { withStorageFailures } from "./storage-failures.ts";
import { directoryBlobs } from "./store/directory-blobs.ts";
import { INDEX_SCHEMA, openObjectIndex } from "./store/object-index.ts";
import { openPayloads } from "./store/payloads.ts";

export interface S3Parts {
  readonly data: string;
  readonly state: State;
  readonly box: SecretBox;
  readonly keys: Keys;
  readonly authority: Authority;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}

export interface S3 {
  readonly service: Service;
  /** The same for services of ours that have asked already whether whom they work for may. */
  readonly asked: Service;
  /** For the front door: every operation is declared, and asked for inside. */
  readonly access: ServiceAccess;
  /** Who makes unsigned calls to a service of this name; undefined for all services but this one. */
  unsigned(service: string): UnsignedCaller | undefined;
  /** Under which name an unsigned request would be signed; undefined where it is not for a bucket. */
  unsignedRest(req: IncomingMessage): string | undefined;
  /** Sets the headers of CORS on an answer; see the wire's `before`. */
  before(req: IncomingMessage, res: ServerResponse): void;
  /** What browsers ask without a signature before they send a page's request. */
  readonly preflights: ReturnType<typeof corsDoor>["preflights"];
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

/** S3: buckets and objects, with the jobs that remove what is no longer used. */
export async function startS3({ data, state, box, keys, authority, jobs, clock, log }: S3Parts): Promise<S3> {
  const serverKey = await openServerKey({ state, box });
  const tables = openDurableTables({
    file: join(data, "s3.db"),
    schema: INDEX_SCHEMA + UPLOADS_SCHEMA,
    version: 1,
    maxBytes: MAX_INDEX_BYTES,
  });
  const index = openObjectIndex(tables);
  const payloads = openPayloads(index, directoryBlobs(join(data, "blobs")));
  const uploads = openUploads(index);
  jobs.every("s3-collect", COLLECT_MS, () => payloads.collect());
  // By the machine's clock, like the times of files.
  jobs.every("s3-sweep", SWEEP_MS, (signal) => payloads.sweep(Date.now() - REMAINS_MS, signal), FIRST_SWEEP_MS);
  const buckets = bucketDirectory(state);
  const table = s3Access({ buckets });
  const guard = s3Guard({ authority, buckets, index });
  const bare = s3Service({
    state,
    buckets,
    index,
    payloads,
    uploads,
    guard,
    objectKeys: objectKeys(serverKey, keys),
    clock,
    log,
  });
  const service = withStorageFailures(guarded(bare, table, guard, buckets));
  const anybody = unsignedCaller(service.implemented);
  return {
    service,
    asked: withStorageFailures(bare),
    // Access lists allow what policies don't, so S3 asks for itself.
    access: { ...table, needs: () => undefined },
    unsigned: (name) => (name === service.model.name ? anybody : undefined),
    unsignedRest: (req) => (isForBucket(req, buckets) ? service.model.signingName : undefined),
    ...corsDoor(buckets),
    close() {
      payloads.close();
      tables.close();
    },
  };
}
