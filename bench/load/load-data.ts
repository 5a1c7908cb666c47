import { GROUPS } from "../data-sets/mixed.ts";
import type { PreparedCall, PreparedData } from "../data-sets/prepared.ts";
import { LogsClient } from "../server/logs-client.ts";
import type { ServerUnderTest } from "../server/server-under-test.ts";
import type { LoadReport } from "./generator.ts";
import { generateLoad } from "./run-generator.ts";

/** Connections of the load generator: enough that the server can gather calls for one insert. */
export const CONNECTIONS = 16;

/** Makes the groups and streams of the data set. */
export async function createStreams(server: ServerUnderTest, data: PreparedData): Promise<void> {
  const client = new LogsClient(server.endpoint, CONNECTIONS);
  for (const logGroupName of GROUPS) await client.call("CreateLogGroup", { logGroupName });
  const waiting = data.streams.values();
  const worker = async () => {
    for (const { group, stream } of waiting)
      await client.call("CreateLogStream", { logGroupName: group, logStreamName: stream });
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  client.close();
}

/** Sends calls of the data set to the server. @param bytesPerSecond message bytes; 0 for as fast as it goes */
export function send(
  server: ServerUnderTest,
  data: PreparedData,
  calls: readonly PreparedCall[],
  bytesPerSecond: number,
): Promise<LoadReport> {
  return generateLoad({
    endpoint: server.endpoint,
    callsFile: data.callsFile,
    calls,
    connections: CONNECTIONS,
    bytesPerSecond,
  });
}
