import { type Case, type Figure, median } from "../case.ts";
import { GROUPS, HITS, NEEDLES } from "../data-sets/mixed.ts";
import { grep } from "../peers/grep.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

type FilterPage = { events?: unknown[]; nextToken?: string };

export const rareWord: Case = {
  name: "rare-word",
  about:
    "A word that 4 of all events hold, another word each time, through Insights over all groups and through FilterLogEvents for one group " +
    "after the other, until its last page. Peer: `grep -F -c` over the same messages in a file.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const [from, to] = [data.start, data.start + data.span];
    const peer: number[] = [];
    const insights: number[] = [];
    const filter: number[] = [];
    for (const word of NEEDLES) {
      const found = await grep("-F", word, data.messagesFile);
      peer.push(found.ms);
      const query = `fields @timestamp, @message | filter @message like "${word}" | limit 100`;
      const { rows, ms } = await runInsights(client, { groups: GROUPS, query, from, to });
      insights.push(ms);
      const began = performance.now();
      const events = await filterAll(client, word, from, to);
      filter.push(performance.now() - began);
      for (const count of [found.lines, rows.length, events])
        if (count !== HITS) throw new Error(`"${word}" was found ${count} times instead of ${HITS}`);
    }
    client.close();
    const [first = Number.NaN] = insights;
    const figures: Figure[] = [
      { name: "grep -F, median", value: median(peer), unit: "ms" },
      { name: "Insights, first word", value: first, unit: "ms" },
      { name: "Insights, median", value: median(insights), unit: "ms", target: { atMost: 100 } },
      { name: "Insights / grep -F", value: median(insights) / median(peer), unit: "ratio", target: { atMost: 0.1 } },
      { name: `FilterLogEvents, ${GROUPS.length} groups in turn, median`, value: median(filter), unit: "ms" },
      { name: "FilterLogEvents / grep -F", value: median(filter) / median(peer), unit: "ratio" },
    ];
    return figures;
  },
};

async function filterAll(client: LogsClient, word: string, startTime: number, endTime: number): Promise<number> {
  let count = 0;
  for (const logGroupName of GROUPS) {
    let nextToken: string | undefined;
    do {
      const page: FilterPage = await client.call("FilterLogEvents", {
        logGroupName,
        filterPattern: word,
        startTime,
        endTime,
        ...(nextToken !== undefined && { nextToken }),
      });
      count += page.events?.length ?? 0;
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return count;
}
