import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { virtualClock } from "../../../platform/clock/virtual-clock.ts";
import { openDurableTables } from "../../../platform/sqlite/durable-tables.ts";
import { openSqliteState } from "../../../platform/state/sqlite-state.ts";
import { BUCKET_KIND } from "../buckets/bucket.ts";
import { openUploads, UPLOADS_SCHEMA } from "../multipart/uploads.ts";
import { INDEX_SCHEMA, openObjectIndex } from "../store/object-index.ts";
import { publishSizes } from "./publish-sizes.ts";

test("each bucket's bytes and objects are published, with versions and parts, and zeros of an empty one", async (t) => {
  const data = mkdtempSync(join(tmpdir(), "nephoscope-s3-sizes-"));
  const state = openSqliteState(join(data, "state.db"), virtualClock(0).now);
  const tables = openDurableTables({
    file: join(data, "s3.db"),
    schema: INDEX_SCHEMA + UPLOADS_SCHEMA,
    version: 1,
    maxBytes: 2 ** 30,
  });
  t.after(() => {
    tables.close();
    state.close();
    rmSync(data, { recursive: true });
  });
  const index = openObjectIndex(tables);
  const uploads = openUploads(index);
  const bucket = (number: number, key: string) => ({
    put: { kind: BUCKET_KIND, account: "", region: "", key },
    document: { number, account: "111122223333", region: "eu-west-1", createdAt: 0, versioning: "Enabled" },
    expect: "absent" as const,
  });
  await state.commit({ cause: { action: "test" }, changes: [bucket(1, "full"), bucket(2, "empty")] });
  const attributes = { metadata: {}, tags: {} };
  const object = { etag: "", modified: 0, attributes, checksum: undefined, multipart: false, payload: [] };
  for (const size of [10, 20]) await index.put({ bucket: 1, key: "k" }, "Enabled", { ...object, size }, undefined);
  const place = { bucket: 1, key: "u" };
  const id = await uploads.start(place, { attributes, checksum: undefined }, 0);
  await uploads.addPart(place, id, { number: 1, size: 5, etag: "", modified: 0, checksum: undefined, payload: [] });
  const published: string[] = [];
  await publishSizes(
    { state, index, uploads },
    {
      add: ({ account, region, namespace, metric, dimensions }, unit, value) =>
        published.push([account, region, namespace, metric, ...Object.values(dimensions), unit, value].join(" ")),
      flush: async () => {},
    },
    new AbortController().signal,
  );
  const at = "111122223333 eu-west-1 AWS/S3";
  assert.deepEqual(published.sort(), [
    `${at} BucketSizeBytes empty StandardStorage Bytes 0`,
    `${at} BucketSizeBytes full StandardStorage Bytes 35`,
    `${at} NumberOfObjects empty AllStorageTypes Count 0`,
    `${at} NumberOfObjects full AllStorageTypes Count 3`,
  ]);
});
