import type { CallRecord } from "@nephoscope/wire";
import type { OwnMetrics } from "./own-metrics.ts";

/** Services by the names that AWS/Usage has for them, as far as they differ from the SDK's. */
const SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: "CloudWatch",
  "cloudwatch-logs": "CloudWatch Logs",
  sns: "SNS",
  sqs: "SQS",
  sts: "STS",
};

/** Counts a call in the metric CallCount of AWS/Usage (user guide, "CloudWatch usage metrics"). Refused callers count nowhere. */
export function countUsage(own: OwnMetrics, { account, region, service, operation, outcome }: CallRecord): void {
  if (account === undefined || region === undefined || service === undefined || operation === undefined) return;
  // A name that is not known came from the caller and could be any; a metric of each would fill the index.
  if (!outcome.ok && (outcome.code === "UnknownOperationException" || outcome.code === "NotImplemented")) return;
  own.add(
    {
      account,
      region,
      namespace: "AWS/Usage",
      metric: "CallCount",
      dimensions: { Class: "None", Resource: operation, Service: SERVICES[service] ?? service, Type: "API" },
    },
    "None",
    1,
  );
}
