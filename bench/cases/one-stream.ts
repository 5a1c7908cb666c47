import { type Case, type Figure, median } from "../case.ts";
import { LogsClient } from "../server/logs-client.ts";

const RUNS = 5;
type Page = { events: { timestamp: number; message: string }[]; nextForwardToken: string };

export const oneStream: Case = {
  name: "one-stream",
  about:
    "GetLogEvents: the first page, the page after it, and the last page of a stream; one of few streams and one of many.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const figures: Figure[] = [];
    for (const group of ["/vpc/flow", "/host/auth"] as const) {
      const streams = data.streams.filter((stream) => stream.group === group);
      const times: [number[], number[], number[]] = [[], [], []];
      for (const { stream } of streams.slice(0, RUNS)) {
        const names = { logGroupName: group, logStreamName: stream, limit: 1000 };
        const page = async (of: number[], input: Record<string, unknown>) => {
          const began = performance.now();
          const found = await client.call<Page>("GetLogEvents", { ...names, ...input });
          of.push(performance.now() - began);
          return found;
        };
        const first = await page(times[0], { startFromHead: true });
        if (first.events.length === 0) throw new Error(`${stream} is empty`);
        await page(times[1], { startFromHead: true, nextToken: first.nextForwardToken });
        await page(times[2], { startFromHead: false });
      }
      for (const [i, which] of ["first", "second", "last"].entries())
        figures.push({
          name: `${which} 1,000 of one of ${streams.length} streams, median`,
          value: median(times[i] ?? []),
          unit: "ms",
        });
    }
    client.close();
    return figures;
  },
};
