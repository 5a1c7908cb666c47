import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { openLab } from "./cli-lab.ts";
import { eventually } from "./parts.ts";

// Walkthrough "analysing logs", section 5: the 404 answers of a web server as a metric.

const GROUP = "AccessLogGroup";
const NAME = "accesslogs-404-errors";
const PATTERN = "[host, logName, user, timestamp, request, statusCode=404, size]";
const STREAM = "i-0123456789abcdef0-http.log";

export async function metricOfLog(t: TestContext): Promise<void> {
  const { aws, now } = await openLab(t);
  const line = (path: string, status: number) =>
    `10.0.0.7 - - [21/Nov/2026:08:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 196`;
  const lines = [line("/", 200), line("/missing", 404), line("/index.html", 304), line("/favicon.ico", 404)];
  await aws("logs", "create-log-group", "--log-group-name", GROUP);
  await aws("logs", "create-log-stream", "--log-group-name", GROUP, "--log-stream-name", STREAM);
  const write = () =>
    aws(
      ...["logs", "put-log-events", "--log-group-name", GROUP, "--log-stream-name", STREAM, "--log-events"],
      JSON.stringify(lines.map((message, index) => ({ timestamp: Math.floor(now()) + index, message }))),
    );
  await write();

  // "Test pattern" of the console: the newest events of the stream.
  const newest = await aws("logs", "get-log-events", "--log-group-name", GROUP, "--log-stream-name", STREAM);
  const shown = lines.map((_line, index) => String(newest.at(`events.${index}.message`)));
  const tested = await aws(
    ...["logs", "test-metric-filter", "--filter-pattern", PATTERN, "--log-event-messages", ...shown],
  );
  assert.deepEqual(
    [tested.at("matches.0.eventMessage"), tested.at("matches.1.eventMessage"), tested.at("matches.length")],
    [lines[1], lines[3], 2],
  );
  assert.deepEqual(tested.at("matches.0.extractedValues.$statusCode"), "404");

  await aws(
    ...["logs", "put-metric-filter", "--log-group-name", GROUP, "--filter-name", NAME, "--filter-pattern", PATTERN],
    "--metric-transformations",
    JSON.stringify([{ metricName: NAME, metricNamespace: "WebsiteLogMetrics", metricValue: "1", defaultValue: 0 }]),
  );
  const began = now();
  await write();
  const listed = await aws("cloudwatch", "list-metrics", "--namespace", "WebsiteLogMetrics");
  assert.deepEqual(
    [listed.at("Metrics.0.MetricName"), listed.at("Metrics.0.Dimensions.length"), listed.at("Metrics.length")],
    [NAME, 0, 1],
  );
  const hourAgo = new Date(began - 3_600_000).toISOString();
  const inAMinute = new Date(began + 60_000).toISOString();
  const points = await eventually("the point of 30 seconds", async () => {
    const answer = await aws(
      ...["cloudwatch", "get-metric-data", "--start-time", hourAgo, "--end-time", inAMinute, "--metric-data-queries"],
      JSON.stringify([
        {
          Id: "m1",
          MetricStat: { Metric: { Namespace: "WebsiteLogMetrics", MetricName: NAME }, Period: 30, Stat: "Sum" },
        },
      ]),
    );
    return answer.at("MetricDataResults.0.Values.length") === 1 && answer;
  });
  assert.equal(points.at("MetricDataResults.0.Values.0"), 2);
  t.diagnostic(`${Math.round(now() - began)} ms until the AWS CLI showed the point`);
}
