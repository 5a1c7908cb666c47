import { setImmediate } from "node:timers/promises";
import type { OwnMetrics } from "../../../platform/metrics/own-metrics.ts";
import { BUCKET_KIND, type Bucket } from "../buckets/bucket.ts";
import type { S3Deps } from "../operation.ts";

/** Rows counted in one go: some milliseconds, then other work has its turn. */
const PAGE = 10_000;

interface Size {
  bytes: number;
  objects: number;
}

/**
 * The storage metrics that S3 publishes each day: BucketSizeBytes and NumberOfObjects, of all versions and of parts whose
 * upload is not completed (S3 user guide, "Metrics and dimensions").
 */
export async function publishSizes(
  { state, index, uploads }: Pick<S3Deps, "state" | "index" | "uploads">,
  metrics: OwnMetrics,
  signal: AbortSignal,
): Promise<void> {
  const sizes = new Map<number, Size>();
  const add = (bucket: number, bytes: number) => {
    const size = sizes.get(bucket) ?? { bytes: 0, objects: 0 };
    size.bytes += bytes;
    size.objects += 1;
    sizes.set(bucket, size);
  };
  for (let after = 0; ; ) {
    const page = index.sizes(after, PAGE);
    const last = page.at(-1);
    if (!last) break;
    for (const { bucket, size } of page) add(bucket, size);
    after = last.id;
    await setImmediate();
    if (signal.aborted) return;
  }
  for (const { bucket, size } of uploads.partSizes()) add(bucket, size);
  for (const { ref, document } of state.list<Bucket>({ kind: BUCKET_KIND, account: "", region: "" })) {
    const { bytes, objects } = sizes.get(document.number) ?? { bytes: 0, objects: 0 };
    const publish = (metric: string, unit: "Bytes" | "Count", StorageType: string, value: number) =>
      metrics.add(
        {
          account: document.account,
          region: document.region,
          namespace: "AWS/S3",
          metric,
          dimensions: { BucketName: ref.key, StorageType },
        },
        unit,
        value,
      );
    publish("BucketSizeBytes", "Bytes", "StandardStorage", bytes);
    publish("NumberOfObjects", "Count", "AllStorageTypes", objects);
  }
}
