import { type Case, median } from "../case.ts";
import { GROUPS } from "../data-sets/mixed.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

const RUNS = 5;

export const histogram: Case = {
  name: "histogram",
  about: "Events in 5-minute steps over all groups, through Insights; the counts must add up to the data set.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const { rows, ms } = await runInsights(client, {
        groups: GROUPS,
        query: "stats count(*) as events by bin(5m) | limit 10000",
        from: data.start - run * 1000,
        to: data.start + data.span,
      });
      const total = rows.reduce((sum, { events }) => sum + Number(events), 0);
      if (total !== data.events) throw new Error(`The histogram counts ${total} of ${data.events} events`);
      times.push(ms);
    }
    client.close();
    const [first = Number.NaN] = times;
    return [
      { name: "first run", value: first, unit: "ms" },
      { name: "median", value: median(times), unit: "ms", target: { atMost: 250 } },
    ];
  },
};
