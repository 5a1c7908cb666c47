import { type Case, type Figure, median } from "../case.ts";
import { LogsClient } from "../server/logs-client.ts";
import { startServer } from "../server/server-under-test.ts";

const COUNT = 10_000;
const CONNECTIONS = 16;
const GROUP = "many";
const RUNS = 5;

type Page = { readonly nextToken?: string; readonly logGroups?: unknown[]; readonly logStreams?: unknown[] };

export const manyStreams: Case = {
  name: "many-streams",
  about:
    "Ten thousand log groups, and a group with ten thousand streams of one event each: every page of their lists, and reading one stream.",
  async run(bench) {
    await bench.release();
    const server = await startServer(bench.freshDirectory(), "node");
    const client = new LogsClient(server.endpoint, CONNECTIONS);
    const figures: Figure[] = [];
    const forAll = async (name: string, work: (i: number) => Promise<unknown>) => {
      bench.say(name);
      const began = performance.now();
      let next = 0;
      const worker = async () => {
        for (let i = next++; i < COUNT; i = next++) await work(i);
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, worker));
      figures.push({ name, value: (COUNT * 1000) / (performance.now() - began), unit: "calls/s" });
    };
    const pages = async (name: string, operation: string, input: object) => {
      const times: number[] = [];
      let listed = 0;
      let nextToken: string | undefined;
      do {
        const began = performance.now();
        const page: Page = await client.call(operation, { ...input, ...(nextToken !== undefined && { nextToken }) });
        times.push(performance.now() - began);
        listed += (page.logGroups ?? page.logStreams ?? []).length;
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      if (listed < COUNT) throw new Error(`${operation} lists ${listed} of ${COUNT}`);
      figures.push({ name: `${name}: a page, median`, value: median(times), unit: "ms" });
      figures.push({ name: `${name}: a page, longest`, value: Math.max(...times), unit: "ms" });
    };
    const reads = async (name: string, operation: string, input: object) => {
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const began = performance.now();
        const { events } = await client.call<{ events: unknown[] }>(operation, input);
        if (events.length !== 1) throw new Error(`${operation} gives ${events.length} events instead of one`);
        times.push(performance.now() - began);
      }
      figures.push({ name, value: median(times), unit: "ms" });
    };

    const now = Date.now();
    await forAll("groups made", (i) => client.call("CreateLogGroup", { logGroupName: `/app/${i}` }));
    await client.call("CreateLogGroup", { logGroupName: GROUP });
    await forAll("streams made", (i) =>
      client.call("CreateLogStream", { logGroupName: GROUP, logStreamName: `stream-${i}` }),
    );
    await forAll("calls with one event", (i) =>
      client.call("PutLogEvents", {
        logGroupName: GROUP,
        logStreamName: `stream-${i}`,
        logEvents: [{ timestamp: now - i, message: `event ${i}.` }],
      }),
    );
    bench.say("lists");
    await pages("groups", "DescribeLogGroups", {});
    await pages("streams by name", "DescribeLogStreams", { logGroupName: GROUP });
    await pages("streams by last event", "DescribeLogStreams", {
      logGroupName: GROUP,
      orderBy: "LastEventTime",
      descending: true,
    });
    await reads("one stream of them read", "GetLogEvents", { logGroupName: GROUP, logStreamName: "stream-4321" });
    await reads("all of them searched", "FilterLogEvents", { logGroupName: GROUP, filterPattern: '"event 4321."' });
    client.close();
    await server.stop();
    return figures;
  },
};
