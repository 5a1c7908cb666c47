import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../../platform/clock/clock.ts";
import { BUCKET_KIND, type Bucket } from "../buckets/bucket.ts";
import type { EventCause } from "../events/event-record.ts";
import type { EventName } from "../events/notification-rules.ts";
import type { S3Deps } from "../operation.ts";
import type { StoredObject } from "../store/stored-object.ts";
import {
  currentExpires,
  type LifecycleRule,
  markerExpires,
  noncurrentExpires,
  uploadExpires,
} from "./lifecycle-rules.ts";

type ExpireDeps = Pick<S3Deps, "state" | "index" | "uploads" | "events" | "payloads" | "log"> & {
  readonly clock: Clock;
};

/** Versions looked at in one go: a millisecond or so, then other work has its turn. */
const PAGE = 500;
const LAST = Buffer.alloc(1_100, 0xff);

const CAUSE: EventCause = { principalId: "s3.amazonaws.com", sourceIp: undefined, requestId: "lifecycle" };

/** Removes what the rules of buckets let expire. What it misses at a crash it finds at its next run. */
export async function expire(deps: ExpireDeps, signal: AbortSignal): Promise<void> {
  const buckets = deps.state.list<Bucket>({ kind: BUCKET_KIND, account: "", region: "" });
  for (const { ref, document } of buckets) {
    const rules = document.lifecycle?.filter(({ enabled }) => enabled) ?? [];
    if (rules.length === 0 || signal.aborted) continue;
    await expireObjects(deps, ref.key, document, rules, signal);
    await expireUploads(deps, document, rules, signal);
  }
  await deps.payloads.collect();
}

async function expireObjects(
  deps: ExpireDeps,
  name: string,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  signal: AbortSignal,
): Promise<void> {
  const { index, clock } = deps;
  let from: Buffer = Buffer.alloc(0);
  while (!signal.aborted) {
    const page = [...index.versions(bucket.number, from, LAST, PAGE)];
    const last = page.at(-1);
    if (!last) return;
    // The last key may go on behind the page, so it is looked at as a whole, by itself.
    const whole = page.filter(({ key }) => key !== last.key);
    let newer: StoredObject | undefined;
    let count = 0;
    const look = async (version: StoredObject) => {
      const first = newer?.key !== version.key;
      const successor = first ? undefined : newer;
      count = first ? 0 : successor?.latest ? 0 : count + 1;
      newer = version;
      await expireVersion(deps, name, bucket, rules, version, successor, count, clock.now());
    };
    for (const version of whole) await look(version);
    const firstOfLast = index.latest({ bucket: bucket.number, key: last.key });
    if (firstOfLast) {
      await look(firstOfLast);
      for (let at = firstOfLast; ; ) {
        const older = index.older(bucket.number, at, PAGE);
        for (const version of older) await look(version);
        const oldest = older.at(-1);
        if (!oldest || older.length < PAGE) break;
        at = oldest;
      }
    }
    from = Buffer.concat([Buffer.from(last.key, "utf8"), Buffer.from([0])]);
    await setImmediate();
  }
}

/** `successor`: the next newer version of the key. `newer`: how many versions, current no more, are newer. */
async function expireVersion(
  { index, events }: ExpireDeps,
  name: string,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  version: StoredObject,
  successor: StoredObject | undefined,
  newer: number,
  now: number,
): Promise<void> {
  const place = { bucket: bucket.number, key: version.key };
  const described = { key: version.key, size: version.size, tags: version.attributes.tags };
  const note = (event: EventName) => (object: StoredObject) => events.note(event, name, bucket, object, CAUSE);
  if (successor) {
    if (noncurrentExpires(rules, described, successor.modified, newer, now))
      await index.removeVersion(place, version.version, note("LifecycleExpiration:Delete"));
    return;
  }
  if (version.marker) {
    const hides = index.older(bucket.number, version, 1).length > 0;
    if (!hides && markerExpires(rules, version.key, version.modified, now))
      await index.removeVersion(place, version.version, note("LifecycleExpiration:Delete"));
    return;
  }
  if (!currentExpires(rules, { ...described, modified: version.modified }, now)) return;
  const marks = bucket.versioning !== "Off";
  try {
    await index.remove(
      place,
      bucket.versioning,
      now,
      (current) => {
        // Somebody may have written the key meanwhile.
        if (current?.id !== version.id) throw new Replaced();
      },
      note(marks ? "LifecycleExpiration:DeleteMarkerCreated" : "LifecycleExpiration:Delete"),
    );
  } catch (error) {
    if (!(error instanceof Replaced)) throw error;
  }
}

class Replaced extends Error {}

async function expireUploads(
  { uploads, clock }: ExpireDeps,
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now();
  let from: Buffer = Buffer.alloc(0);
  while (!signal.aborted) {
    const page = uploads.inOrder(bucket.number, from, LAST, PAGE);
    const last = page.at(-1);
    if (!last) return;
    for (const upload of page)
      if (uploadExpires(rules, upload.key, upload.started, now)) await uploads.abort(upload, upload.id);
    // A key may have more uploads than a page; those that stay are not looked at again before the next run.
    from = Buffer.concat([last.bytes, Buffer.from([0])]);
    await setImmediate();
  }
}
