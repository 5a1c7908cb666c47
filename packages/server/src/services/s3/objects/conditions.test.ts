import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { get, made, put, refused } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

test("conditions decide over reads and writes", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const { ETag } = await put(client, "k", "one", { IfNoneMatch: "*" });
  await refused(put(client, "k", "two", { IfNoneMatch: "*" }), "PreconditionFailed", 412);
  await refused(put(client, "k", "two", { IfMatch: '"no"' }), "PreconditionFailed", 412);
  await refused(put(client, "new", "two", { IfMatch: ETag }), "NoSuchKey", 404);
  assert.equal((await get(client, "k", { IfMatch: ETag })).bytes.toString(), "one");
  await refused(get(client, "k", { IfMatch: '"no"' }), "PreconditionFailed", 412);
  await assert.rejects(
    get(client, "k", { IfNoneMatch: ETag }),
    (error: { $metadata?: { httpStatusCode?: number } }) => error.$metadata?.httpStatusCode === 304,
  );
  await refused(get(client, "k", { IfUnmodifiedSince: new Date(0) }), "PreconditionFailed", 412);
  await put(client, "k", "two", { IfMatch: ETag });
  assert.equal((await get(client, "k")).bytes.toString(), "two");
});

test("of puts that race to be the first only one is", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      put(client, "k", randomBytes(i % 2 === 0 ? 10 : 100_000), { IfNoneMatch: "*" }),
    ),
  );
  assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});
