import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetQueryResultsCommand,
  StartQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { type Destination, firstLine, REGION, start, startSink } from "./processes.ts";

/** What takes the agent's calls, in a process of its own. */
export interface Taker extends Destination {
  readonly process: ChildProcess;
  /** Events that came until now. */
  count(): Promise<number>;
}

/** Counts events and forgets them. */
export async function startCounter(): Promise<Taker> {
  const sink = await startSink("count");
  return { ...sink, count: async () => (await sink.read()).events };
}

const DAY_SECONDS = 86_400;

/** Stores events of one group, which is counted by a query of Logs Insights. */
export async function startHouse(directory: string, group: string): Promise<Taker> {
  const house = start(new URL("house.ts", import.meta.url).pathname, directory);
  const { endpoint, key } = JSON.parse(await firstLine(house));
  const credentials = { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey };
  const client = new CloudWatchLogsClient({ endpoint, region: REGION, credentials });
  await client.send(new CreateLogGroupCommand({ logGroupName: group }));
  return {
    endpoint,
    ...credentials,
    process: house,
    async count() {
      const now = Math.floor(Date.now() / 1000);
      const { queryId } = await client.send(
        new StartQueryCommand({
          logGroupName: group,
          startTime: now - DAY_SECONDS,
          endTime: now + DAY_SECONDS,
          queryString: "stats count(*) as events",
        }),
      );
      for (;;) {
        const { status, results = [] } = await client.send(new GetQueryResultsCommand({ queryId }));
        if (status === "Complete") return Number(results[0]?.find(({ field }) => field === "events")?.value ?? 0);
        if (status !== "Running" && status !== "Scheduled") throw new Error(`the query ended as ${status}`);
        await sleep(100);
      }
    },
  };
}
