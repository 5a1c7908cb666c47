import assert from "node:assert/strict";
import { test } from "node:test";
import { ListObjectsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { Bucket, made, put } from "../one-bucket.ts";
import { openHouse } from "../s3-house.ts";

test("listings go page by page in the order of bytes, with groups in one row", async (t) => {
  const { client } = await openHouse(t);
  await made(client);
  const keys = Array.from({ length: 60 }, (_, i) => [`a/${i}`, `b${i}/x/y`, `\u{1f600}${i}`, `\uffee${i}`]).flat();
  await Promise.all(keys.map((key) => put(client, key, key)));
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const collect = async (more: object) => {
    const found: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ...more, ContinuationToken }));
      const rows = [
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      ];
      assert.equal(page.KeyCount, rows.length);
      found.push(...rows.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      ContinuationToken = page.NextContinuationToken;
      assert.equal(page.IsTruncated, ContinuationToken !== undefined);
    } while (ContinuationToken !== undefined);
    return found;
  };
  /** S3's rule, written down a second time: group what has the delimiter after the prefix. */
  const expected = (prefix: string, delimiter: string) => [
    ...new Set(
      sorted
        .filter((key) => key.startsWith(prefix))
        .map((key) => {
          const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
          return at < 0 ? key : key.slice(0, at + delimiter.length);
        }),
    ),
  ];
  for (const MaxKeys of [1, 7, 1000])
    for (const [Prefix, Delimiter] of [
      ["", ""],
      ["", "/"],
      ["a/", "/"],
      ["b1", "/"],
      ["a", ""],
      ["b", "/x/"],
      ["none", "/"],
      ["\u{1f600}", ""],
    ] as const)
      assert.deepEqual(
        await collect({ MaxKeys, Prefix, Delimiter }),
        expected(Prefix, Delimiter),
        `${MaxKeys} ${Prefix} ${Delimiter}`,
      );
  assert.deepEqual(
    await collect({ StartAfter: "b30/x/y" }),
    sorted.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from("b30/x/y")) > 0),
  );
  const old: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new ListObjectsCommand({ Bucket, Marker, MaxKeys: 7, Delimiter: "/" }));
    old.push(
      ...[
        ...(page.Contents ?? []).map(({ Key }) => Key ?? ""),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
      ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    Marker = page.IsTruncated ? page.NextMarker : undefined;
  } while (Marker !== undefined);
  assert.deepEqual(old, expected("", "/"));
});
