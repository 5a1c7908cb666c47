import { type Case, type Figure, median } from "../case.ts";
import { GROUPS } from "../data-sets/mixed.ts";
import { grep } from "../peers/grep.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

/** None holds a literal of four bytes, so no filter helps: every message is read. */
const EXPRESSIONS = ["(80|443).38[0-9]{3}", "[0-9]{5} 22 [0-9]+ 7 ", "\\.(7|8)[0-9] .*[A-Z]{6} OK$"] as const;
const RUNS = 2;

export const regularExpression: Case = {
  name: "regular-expression",
  about:
    "How many events match an expression without any indexable word, through Insights over all groups. Peer: `grep -E -c`. The counts must agree.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const figures: Figure[] = [];
    for (const expression of EXPRESSIONS) {
      const peer: number[] = [];
      const ours: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const found = await grep("-E", expression, data.messagesFile);
        const { rows, ms } = await runInsights(client, {
          groups: GROUPS,
          query: `filter @message like /${expression}/ | stats count(*) as hits`,
          // Another range each time, so that nothing remembered helps.
          from: data.start - run * 1000,
          to: data.start + data.span,
        });
        if (Number(rows[0]?.hits ?? 0) !== found.lines)
          throw new Error(`/${expression}/: ${rows[0]?.hits} events match, but grep finds ${found.lines}`);
        peer.push(found.ms);
        ours.push(ms);
      }
      figures.push(
        { name: `${expression}: grep -E`, value: median(peer), unit: "ms" },
        { name: `${expression}: Insights`, value: median(ours), unit: "ms" },
        {
          name: `${expression}: Insights / grep -E`,
          value: median(ours) / median(peer),
          unit: "ratio",
          target: { atMost: 0.5 },
        },
      );
    }
    client.close();
    return figures;
  },
};
