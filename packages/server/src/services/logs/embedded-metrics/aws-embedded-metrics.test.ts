import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { readSettings } from "../../../settings.ts";
import { startServer } from "../../../start.ts";

// The client looks where it runs as soon as it is loaded; here it shall take itself for one that writes to its output.
process.env.AWS_EMF_ENVIRONMENT = "Local";
const { createMetricsLogger, StorageResolution, Unit } = await import("aws-embedded-metrics");

/** What the client of AWS writes to a container's output, which a log driver sends on line by line. */
async function linesOfClient(work: (logger: ReturnType<typeof createMetricsLogger>) => void): Promise<string[]> {
  const lines: string[] = [];
  const write = console.log;
  console.log = (line: string) => lines.push(line);
  try {
    const logger = createMetricsLogger();
    work(logger);
    await logger.flush();
  } finally {
    console.log = write;
  }
  return lines;
}

test("what aws-embedded-metrics writes becomes metrics", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nephoscope-emf-"));
  const server = await startServer(
    readSettings({ env: { NEPHOSCOPE_DATA: folder, NEPHOSCOPE_LISTEN: "127.0.0.1:0" } }),
    { log: () => {} },
  );
  t.after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  assert.ok(server.firstKey !== undefined);
  const config = { endpoint: server.endpoint, region: "us-east-1", credentials: server.firstKey, maxAttempts: 1 };
  const logs = new CloudWatchLogsClient(config);
  const metrics = new CloudWatchClient(config);

  const lines = await linesOfClient((logger) => {
    logger.setNamespace("Shop");
    logger.setDimensions({ Service: "basket" });
    logger.putMetric("Latency", 20, Unit.Milliseconds, StorageResolution.High);
    logger.putMetric("Latency", 40, Unit.Milliseconds, StorageResolution.High);
    logger.putMetric("Orders", 3, Unit.Count);
    logger.setProperty("RequestId", "4711");
  });
  assert.equal(lines.length, 1);
  await logs.send(new CreateLogGroupCommand({ logGroupName: "app" }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: "app", logStreamName: "s" }));
  const logEvents = lines.map((message) => ({ timestamp: Date.now(), message }));
  await logs.send(new PutLogEventsCommand({ logGroupName: "app", logStreamName: "s", logEvents }));

  const read = async (MetricName: string) => {
    const { Datapoints } = await metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: "Shop",
        MetricName,
        Dimensions: [{ Name: "Service", Value: "basket" }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        Period: 3_600,
        Statistics: ["Sum", "SampleCount"],
      }),
    );
    return Datapoints?.map(({ Sum, SampleCount, Unit: unit }) => [Sum, SampleCount, unit]);
  };
  assert.deepEqual(await read("Latency"), [[60, 2, "Milliseconds"]]);
  assert.deepEqual(await read("Orders"), [[3, 1, "Count"]]);
});
