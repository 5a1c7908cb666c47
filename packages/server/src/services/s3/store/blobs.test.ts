import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { openUpstreamS3 } from "../../../platform/objects/upstream-s3.ts";
import { KEY, openHouse } from "../s3-house.ts";
import type { Blobs } from "./blobs.ts";
import { directoryBlobs } from "./directory-blobs.ts";
import { upstreamBlobs } from "./upstream-blobs.ts";

const id = () => randomBytes(16).toString("hex");

/** Yields its memory again and again, as payloads that are sealed do. */
async function* reused(body: Buffer, size = 100_000) {
  const memory = Buffer.alloc(size);
  for (let at = 0; at < body.length; at += size) {
    const length = body.copy(memory, 0, at, at + size);
    yield memory.subarray(0, length);
  }
}

async function read(blobs: Blobs, name: string, start: number, end: number): Promise<Buffer> {
  const out: Buffer[] = [];
  for await (const piece of blobs.get(name, start, end)) out.push(Buffer.from(piece));
  return Buffer.concat(out);
}

const kinds: Record<string, (t: TestContext) => Promise<Blobs>> = {
  async "a directory"(t) {
    const root = mkdtempSync(join(tmpdir(), "nephoscope-blobs-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    return directoryBlobs(root);
  },
  async "another S3"(t) {
    const { client, endpoint } = await openHouse(t);
    await client.send(new CreateBucketCommand({ Bucket: "upstream" }));
    const upstream = openUpstreamS3({
      endpoint: new URL(endpoint),
      bucket: "upstream",
      prefix: "here/",
      region: "us-east-1",
      accessKeyId: KEY.accessKeyId,
      secret: KEY.secretAccessKey,
      pausesMs: [],
    });
    t.after(() => upstream.close());
    return upstreamBlobs(upstream);
  },
};

/** An S3 that others wrote. */
const MOTO = "moto_server";
if (spawnSync(MOTO, ["--help"]).status === 0)
  kinds["moto's S3"] = async (t) => {
    const child = spawn(MOTO, ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "pipe", "pipe"] });
    t.after(() => child.kill());
    const port = await new Promise<string>((resolve, reject) => {
      const look = (text: Buffer) => {
        const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text.toString());
        if (found?.[1] !== undefined) resolve(found[1]);
      };
      child.stdout.on("data", look);
      child.stderr.on("data", look);
      child.once("exit", () => reject(new Error("moto_server ended at its start")));
    });
    const endpoint = new URL(`http://127.0.0.1:${port}`);
    await fetch(new URL("/upstream", endpoint), { method: "PUT" });
    const upstream = openUpstreamS3({
      endpoint,
      bucket: "upstream",
      prefix: "here/",
      region: "us-east-1",
      accessKeyId: KEY.accessKeyId,
      secret: KEY.secretAccessKey,
      pausesMs: [],
    });
    t.after(() => upstream.close());
    return upstreamBlobs(upstream);
  };
else test("blobs in moto's S3", { skip: `${MOTO} is not here` }, () => {});

for (const [kind, open] of Object.entries(kinds)) {
  test(`${kind}: a blob is read back whole and in ranges`, async (t) => {
    const blobs = await open(t);
    const body = randomBytes(3_000_000);
    const name = id();
    await blobs.put(name, reused(body), body.length);
    assert.ok((await read(blobs, name, 0, body.length - 1)).equals(body));
    for (const [start, end] of [
      [0, 0],
      [1_000_000, 2_000_000],
      [2_999_999, 2_999_999],
    ] as const)
      assert.ok((await read(blobs, name, start, end)).equals(body.subarray(start, end + 1)));
  });

  test(`${kind}: a source that fails leaves no blob`, async (t) => {
    const blobs = await open(t);
    const name = id();
    const broken = (async function* () {
      yield randomBytes(1_000_000);
      throw new Error("source broke");
    })();
    await assert.rejects(blobs.put(name, broken, 2_000_000), /source broke/);
    await assert.rejects(read(blobs, name, 0, 9));
  });

  test(`${kind}: a blob that was removed is gone, and removing it again is no error`, async (t) => {
    const blobs = await open(t);
    const name = id();
    await blobs.put(name, reused(randomBytes(10)), 10);
    await blobs.remove(name);
    await blobs.remove(name);
    await assert.rejects(read(blobs, name, 0, 9));
  });

  test(`${kind}: blobs older than a time are listed`, async (t) => {
    const blobs = await open(t);
    const names = [id(), id(), id()];
    for (const name of names) await blobs.put(name, reused(randomBytes(10)), 10);
    const older = async (time: number) => {
      const found: string[] = [];
      for await (const page of blobs.older(time)) found.push(...page);
      return found.sort();
    };
    assert.deepEqual(await older(Date.now() + 60_000), names.sort());
    assert.deepEqual(await older(Date.now() - 60_000), []);
  });

  test(`${kind}: no name but the server's own reaches a path`, async (t) => {
    const blobs = await open(t);
    for (const name of ["", "..", "../../etc/passwd", "A".repeat(32), `${"a".repeat(31)}/`])
      await assert.rejects(async () => blobs.put(name, reused(Buffer.alloc(1)), 1), /not the name of a blob/);
  });
}
