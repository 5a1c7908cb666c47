import { setTimeout as delay } from "node:timers/promises";
import { type Case, percentile } from "../case.ts";
import { CallWriter } from "../data-sets/call-writer.ts";
import { SERVICE_FIELDS, serviceLine } from "../data-sets/services.ts";
import { CONNECTIONS } from "../load/load-data.ts";
import { generateLoad } from "../load/run-generator.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";
import { startServer } from "../server/server-under-test.ts";

const GROUP = "/bench/services";
const STREAMS = 16;
const MB = 1_000_000;
const COLUMN_LIMIT_MS = 60_000;

export const jsonIngest: Case = {
  name: "json-ingest",
  about:
    "JSON events as fast as they are acknowledged, first with no column for any of their fields, then with a column for each of five.",
  async run(bench) {
    await bench.release();
    const { data } = bench;
    const events = Math.min(data.events, 2_000_000);
    const directory = bench.freshDirectory();
    const callsFile = `${directory}/services.bodies`;
    const writer = new CallWriter<string>(callsFile);
    const start = Date.now() - 3_600_000;
    for (let n = 0; n < events; n++) {
      const message = serviceLine(n);
      const timestamp = start + Math.floor((n * 3_000_000) / events);
      writer.add({ group: GROUP, stream: `service-${n % STREAMS}`, timestamp, message }, Buffer.byteLength(message));
    }
    const { full, streams } = writer.close();
    const server = await startServer(`${directory}/server`, "node");
    try {
      const client = new LogsClient(server.endpoint, CONNECTIONS);
      await client.call("CreateLogGroup", { logGroupName: GROUP });
      for (const { stream } of streams)
        await client.call("CreateLogStream", { logGroupName: GROUP, logStreamName: stream });
      const order = { endpoint: server.endpoint, callsFile, connections: CONNECTIONS, bytesPerSecond: 0 };
      const third = Math.floor(full.length / 3);
      // The first third only brings the server up to speed.
      await generateLoad({ ...order, calls: full.slice(0, third) });
      await server.settled(120_000);
      const [before, plainUsage] = [
        server.usage(),
        await generateLoad({ ...order, calls: full.slice(third, 2 * third) }),
      ];
      const middle = server.usage();
      await server.settled(120_000);
      await client.call("PutIndexPolicy", {
        logGroupIdentifier: GROUP,
        policyDocument: JSON.stringify({ Fields: SERVICE_FIELDS }),
      });
      const counts = SERVICE_FIELDS.map((field) => `count(${field})`).join(", ");
      const read = async () =>
        (await runInsights(client, { groups: [GROUP], query: `stats ${counts}`, from: start, to: Date.now() }))
          .bytesScanned;
      const bytes = await read();
      const asked = performance.now();
      while ((await read()) > bytes / 2) {
        if (performance.now() - asked > COLUMN_LIMIT_MS) throw new Error("The fields have no columns after a minute");
        await delay(2_000);
      }
      await server.settled(120_000);
      const later = server.usage();
      const columns = await generateLoad({ ...order, calls: full.slice(2 * third) });
      const end = server.usage();
      client.close();
      const plain = plainUsage.messageBytes / MB / plainUsage.seconds;
      const computed = columns.messageBytes / MB / columns.seconds;
      const cpu = (from: typeof before, to: typeof before, report: typeof columns) =>
        ((to.cpuSeconds - from.cpuSeconds) * 1000) / (report.messageBytes / MB);
      return [
        { name: "without columns", value: plain, unit: "MB/s" },
        { name: "without columns: CPU", value: cpu(before, middle, plainUsage), unit: "ms/MB" },
        { name: "with 5 columns", value: computed, unit: "MB/s" },
        { name: "with 5 columns: CPU", value: cpu(later, end, columns), unit: "ms/MB" },
        { name: "with 5 columns: 99 % acknowledged within", value: percentile(columns.latencies, 0.99), unit: "ms" },
        { name: "with / without", value: computed / plain, unit: "ratio", target: { atLeast: 0.8 } },
      ];
    } finally {
      await server.stop();
    }
  },
};
