import { type Case, type Figure, percentile } from "../case.ts";
import { LogsClient } from "../server/logs-client.ts";

const CALLS = 200;
const GROUP = "/bench/lone";

type Page = { events: { message: string }[] };

export const loneCall: Case = {
  name: "lone-call",
  about:
    "One PutLogEvents call of one event at a time, on the loaded server; after each acknowledgement GetLogEvents and FilterLogEvents must " +
    "have the event.",
  async run(bench) {
    const server = await bench.loaded();
    const client = new LogsClient(server.endpoint, 1);
    const logStreamName = `stream-${Date.now()}`;
    const names = { logGroupName: GROUP, logStreamName };
    const groups = await client.call<{ logGroups: unknown[] }>("DescribeLogGroups", { logGroupNamePrefix: GROUP });
    if (groups.logGroups.length === 0) await client.call("CreateLogGroup", { logGroupName: GROUP });
    await client.call("CreateLogStream", names);
    const acknowledged: number[] = [];
    const read: number[] = [];
    const filtered: number[] = [];
    let missing = 0;
    for (let i = 0; i < CALLS; i++) {
      const timestamp = Date.now();
      const message = `lone event ${i} of ${logStreamName}`;
      const put = performance.now();
      await client.call("PutLogEvents", { ...names, logEvents: [{ timestamp, message }] });
      const got = performance.now();
      const page = await client.call<Page>("GetLogEvents", { ...names, startTime: timestamp });
      const filter = performance.now();
      const found = await client.call<Page>("FilterLogEvents", {
        logGroupName: GROUP,
        startTime: timestamp,
        filterPattern: `"${message}"`,
      });
      const end = performance.now();
      acknowledged.push(got - put);
      read.push(filter - got);
      filtered.push(end - filter);
      for (const { events } of [page, found]) if (!events.some((event) => event.message === message)) missing += 1;
    }
    client.close();
    const figures: Figure[] = [
      { name: "acknowledged, median", value: percentile(acknowledged, 0.5), unit: "ms", target: { atMost: 30 } },
      { name: "acknowledged, 99 %", value: percentile(acknowledged, 0.99), unit: "ms" },
      { name: "GetLogEvents after it, median", value: percentile(read, 0.5), unit: "ms" },
      { name: "FilterLogEvents after it, median", value: percentile(filtered, 0.5), unit: "ms" },
      { name: "answers without the acknowledged event", value: missing, unit: "count", target: { atMost: 0 } },
    ];
    return figures;
  },
};
