/** Puts and gets objects as fast as the server answers, in a process of its own. */
import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { signRequest } from "@nephoscope/wire";
import { CREDENTIAL, REGION } from "../server/server-under-test.ts";

export type ObjectLoadOrder = {
  readonly endpoint: string;
  readonly bucket: string;
  /** `list` asks for pages of 1,000 keys from places all over the bucket. */
  readonly kind: "put" | "get" | "list";
  readonly bytes: number;
  readonly connections: number;
  readonly seconds: number;
};

export type ObjectLoadReport = {
  readonly calls: number;
  readonly seconds: number;
  /** Milliseconds of each call. */
  readonly latencies: readonly number[];
};

/** Keys that puts overwrite in turn, for each connection. */
const KEYS = 4;

async function load(order: ObjectLoadOrder): Promise<ObjectLoadReport> {
  const { endpoint, bucket, kind, connections } = order;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = kind === "put" ? randomBytes(order.bytes) : Buffer.alloc(0);
  const digest = createHash("sha256").update(body).digest("hex");
  const { host, hostname, port } = new URL(endpoint);
  const latencies: number[] = [];
  const began = performance.now();
  const end = began + order.seconds * 1_000;
  const pathOf = (connection: number, i: number) =>
    kind === "list"
      ? `/${bucket}?list-type=2&start-after=${encodeURIComponent(`key/${String((i * 7_919 * 127) % 1_000_000).padStart(7, "0")}`)}`
      : `/${bucket}/${connection}-${order.bytes > 1_000_000 ? i % KEYS : i}`;
  const call = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = signRequest(
        { method: kind === "put" ? "PUT" : "GET", path, headers: { host, "x-amz-content-sha256": digest }, body },
        CREDENTIAL,
        { region: REGION, service: "s3" },
        new Date(),
      );
      const sent = request(
        {
          agent,
          hostname,
          port,
          path,
          method: kind === "put" ? "PUT" : "GET",
          headers: { ...headers, "content-length": body.length },
        },
        (res) => {
          res.on("data", () => {}).on("error", reject);
          res.on("end", () => (res.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${res.statusCode}`))));
        },
      );
      sent.on("error", reject).end(body);
    });
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      for (let i = 0; performance.now() < end; i++) {
        const start = performance.now();
        await call(pathOf(connection, i));
        latencies.push(performance.now() - start);
      }
    }),
  );
  agent.destroy();
  return { calls: latencies.length, seconds: (performance.now() - began) / 1_000, latencies };
}

process.once("message", (order: ObjectLoadOrder) => {
  load(order).then(
    (report) => process.send?.(report, undefined, undefined, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
