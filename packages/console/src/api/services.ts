import type * as CloudWatch from "@aws-sdk/client-cloudwatch";
import type * as Logs from "@aws-sdk/client-cloudwatch-logs";
import { type JsonService, jsonClient } from "./json-client.ts";
import { queryClient } from "./query-client.ts";

export const logsService: JsonService = { name: "logs", target: "Logs_20140328", version: "1.1" };
/** CloudWatch Logs, with Insights. */
export const logs = jsonClient<typeof Logs>(logsService);

/** Metrics, alarms, dashboards. */
export const monitoring = jsonClient<typeof CloudWatch>({
  name: "monitoring",
  target: "GraniteServiceVersion20100801",
  version: "1.0",
});

/** The same in another region than the one that is open, for graphs that name theirs. */
export const monitoringIn = (region: string) =>
  jsonClient<typeof CloudWatch>({
    name: "monitoring",
    target: "GraniteServiceVersion20100801",
    version: "1.0",
    region,
  });

/** Topics and subscriptions. */
export const sns = queryClient({ name: "sns", version: "2010-03-31" });
