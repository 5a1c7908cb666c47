import { type Case, type Figure, median } from "../case.ts";
import { runInsights } from "../server/insights.ts";
import { LogsClient } from "../server/logs-client.ts";

const PARSE =
  "parse '* * * * * * * * * * * * * *' as version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start, end, action, log_status";
const RUNS = 3;
const ADDRESSES = ["10.0.0.4", "10.0.0.5", "10.0.0.6"] as const;

export const flowRecords: Case = {
  name: "flow-records",
  about:
    "Calls on the wrong port in flow records: every record is parsed, grouped by four of its fields and filtered after. Then the senders of rejected " +
    "traffic.",
  async run(bench) {
    const server = await bench.loaded();
    const { data } = bench;
    const client = new LogsClient(server.endpoint, 1);
    const network = data.streams.find(({ group }) => group === "/vpc/flow")?.stream.replace(/-all$/, "");
    const wrongPort: number[] = [];
    const rejected: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const range = { groups: ["/vpc/flow"], from: data.start - run * 1000, to: data.start + data.span };
      const calls = await runInsights(client, {
        ...range,
        query: `fields @srcaddr, @dstport, @dstaddr, @interface_id | ${PARSE}
          | stats count(*) as callsNotOnPort3306 by srcaddr, dstport, dstaddr, interface_id
          | filter dstport != 3306 and dstport != 80 and interface_id="${network}" and dstaddr = "${ADDRESSES[run]}"
          | sort by callsNotOnPort3306 desc | limit 20`,
      });
      wrongPort.push(calls.ms);
      const senders = await runInsights(client, {
        ...range,
        query: `${PARSE} | filter action = "REJECT" | stats count(*) as rejections by srcaddr | sort rejections desc | limit 20`,
      });
      rejected.push(senders.ms);
      for (const { rows } of [calls, senders])
        if (rows.length !== 20) throw new Error(`${rows.length} rows instead of 20`);
    }
    client.close();
    const [first = Number.NaN] = wrongPort;
    const figures: Figure[] = [
      { name: "records", value: data.eventsOf["/vpc/flow"], unit: "count" },
      { name: "wrong port, first run", value: first, unit: "ms" },
      { name: "wrong port, median", value: median(wrongPort), unit: "ms", target: { atMost: 3000 } },
      { name: "rejected, median", value: median(rejected), unit: "ms" },
    ];
    return figures;
  },
};
