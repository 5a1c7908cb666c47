import { type Case, type Figure, median } from "../case.ts";
import { GROUPS } from "../data-sets/mixed.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

const RUNS = 9;
const QUERY = "fields @timestamp, @message | sort @timestamp desc | limit 20";

export const newest: Case = {
  name: "newest",
  about: "The 20 newest events, the default query of the Insights page: of the largest group, and of all groups.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const measure = async (groups: readonly string[]) => {
      const times: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const range = { from: data.start - run * 1000, to: data.start + data.span };
        const { rows, ms } = await runInsights(client, { groups, query: QUERY, ...range });
        if (rows.length !== 20) throw new Error(`${rows.length} rows instead of 20`);
        times.push(ms);
      }
      return times;
    };
    const one = await measure(["/vpc/flow"]);
    const all = await measure(GROUPS);
    client.close();
    const [first = Number.NaN] = one;
    const figures: Figure[] = [
      { name: "one group, first run", value: first, unit: "ms" },
      { name: "one group, median", value: median(one), unit: "ms", target: { atMost: 50 } },
      { name: `${GROUPS.length} groups, median`, value: median(all), unit: "ms", target: { atMost: 50 } },
    ];
    return figures;
  },
};
