import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signRequest } from "@nephoscope/wire";
import { openDurableTables } from "../../packages/server/src/platform/sqlite/durable-tables.ts";
import { INDEX_SCHEMA, openObjectIndex } from "../../packages/server/src/services/s3/store/object-index.ts";
import { type Case, type Figure, percentile } from "../case.ts";
import type { ObjectLoadOrder, ObjectLoadReport } from "../load/object-load.ts";
import { CREDENTIAL, REGION, startServer } from "../server/server-under-test.ts";

const BUCKET = "bench";
const LARGE = 64 * 1024 * 1024;
const KEYS = 1_000_000;

export const objects: Case = {
  name: "objects",
  about:
    "S3 over kept connections from a process of its own: 64 MiB objects put and got over two, 4 KiB objects put over 64 (each acknowledged when it is on disk), and pages of 1,000 keys from all over a bucket of a million, one at a time. The million is written into the index while the server is down.",
  async run(bench) {
    await bench.release();
    const directory = bench.freshDirectory();
    let server = await startServer(directory, "node");
    const figures: Figure[] = [];
    const rate = ({ calls, seconds }: ObjectLoadReport) => calls / seconds;
    try {
      const { endpoint } = server;
      await createBucket(endpoint);
      for (const kind of ["put", "get"] as const) {
        bench.say(`64 MiB, ${kind}`);
        const report = await generate({ endpoint, bucket: BUCKET, kind, bytes: LARGE, connections: 2, seconds: 10 });
        const megabytes = (rate(report) * LARGE) / 1e6;
        figures.push({ name: `${kind} of 64 MiB`, value: megabytes, unit: "MB/s", target: { atLeast: 300 } });
      }
      bench.say("4 KiB, put");
      const small = await generate({
        endpoint,
        bucket: BUCKET,
        kind: "put",
        bytes: 4_096,
        connections: 64,
        seconds: 10,
      });
      figures.push({ name: "puts of 4 KiB", value: rate(small), unit: "calls/s", target: { atLeast: 1_500 } });
      figures.push({ name: "puts of 4 KiB: 99 % within", value: percentile(small.latencies, 0.99), unit: "ms" });
      bench.say("filling a bucket");
      await server.stop();
      await fill(directory);
      server = await startServer(directory, "node");
      const order = { endpoint: server.endpoint, bucket: BUCKET, kind: "list", bytes: 0, connections: 1 } as const;
      const list = await generate({ ...order, seconds: 10 });
      figures.push(
        { name: "page of 1,000 keys of a million: median", value: percentile(list.latencies, 0.5), unit: "ms" },
        {
          name: "page of 1,000 keys of a million: 99 % within",
          value: percentile(list.latencies, 0.99),
          unit: "ms",
          target: { atMost: 50 },
        },
      );
    } finally {
      await server.stop();
    }
    return figures;
  },
};

async function createBucket(endpoint: string): Promise<void> {
  const path = `/${BUCKET}`;
  const headers = signRequest(
    { method: "PUT", path, headers: { host: new URL(endpoint).host }, body: "" },
    CREDENTIAL,
    { region: REGION, service: "s3" },
    new Date(),
  );
  const answer = await fetch(endpoint + path, { method: "PUT", headers });
  if (!answer.ok) throw new Error(`The bucket was not made: ${await answer.text()}`);
}

/** A server's first bucket has the number 1. */
async function fill(directory: string): Promise<void> {
  const tables = openDurableTables({
    file: join(directory, "s3.db"),
    schema: INDEX_SCHEMA,
    version: 1,
    maxBytes: 2 ** 40,
  });
  const index = openObjectIndex(tables);
  const object = {
    size: 0,
    etag: "d41d8cd98f00b204e9800998ecf8427e",
    modified: Date.now(),
    attributes: { metadata: {}, tags: {} },
    checksum: undefined,
    multipart: false,
    payload: [],
  };
  const BATCH = 10_000;
  for (let first = 0; first < KEYS; first += BATCH)
    await Promise.all(
      Array.from({ length: BATCH }, (_, i) =>
        index.put({ bucket: 1, key: `key/${String(first + i).padStart(7, "0")}` }, "Off", object, undefined),
      ),
    );
  tables.close();
}

function generate(order: ObjectLoadOrder): Promise<ObjectLoadReport> {
  const child = fork(fileURLToPath(new URL("../load/object-load.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.on("message", (report: ObjectLoadReport) => resolve(report));
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`The load generator ended with ${code} before its report`)));
    child.send(order);
  });
}
