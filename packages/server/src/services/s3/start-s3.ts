import { join } from "node:path";
import type { Service } from "@nephoscope/wire";
import type { ServiceAccess } from "../../platform/access/need.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Jobs } from "../../platform/jobs/jobs.ts";
import type { Keys } from "../../platform/keys/keys.ts";
import type { Log } from "../../platform/log/log.ts";
import type { SecretBox } from "../../platform/secrets/secret-box.ts";
import { openDurableTables } from "../../platform/sqlite/durable-tables.ts";
import type { State } from "../../platform/state/state.ts";
import { s3Access } from "./access.ts";
import { bucketDirectory } from "./buckets/bucket-directory.ts";
import { objectKeys } from "./encryption/object-keys.ts";
import { openServerKey } from "./encryption/server-key.ts";
import { openUploads, UPLOADS_SCHEMA } from "./multipart/uploads.ts";
import { s3Service } from "./service.ts";
import { directoryBlobs } from "./store/directory-blobs.ts";
import { INDEX_SCHEMA, openObjectIndex } from "./store/object-index.ts";
import { openPayloads } from "./store/payloads.ts";

export interface S3Parts {
  readonly data: string;
  readonly state: State;
  readonly box: SecretBox;
  readonly keys: Keys;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
}

export interface S3 {
  readonly service: Service;
  readonly access: ServiceAccess;
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
export async function startS3({ data, state, box, keys, jobs, clock, log }: S3Parts): Promise<S3> {
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
  const service = s3Service({
    state,
    buckets,
    index,
    payloads,
    uploads,
    objectKeys: objectKeys(serverKey, keys),
    clock,
    log,
  });
  return {
    service,
    access: s3Access({ buckets }),
    close() {
      payloads.close();
      tables.close();
    },
  };
}
