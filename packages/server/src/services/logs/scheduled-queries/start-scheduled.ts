import { randomUUID } from "node:crypto";
import { WireFailure } from "@nephoscope/wire";
import type { LogsCall, LogsDeps } from "../operation.ts";
import { startQuery } from "../queries/start-query.ts";
import type { StartScheduled } from "./run-due-queries.ts";

/**
 * Starts queries of schedules as the service's own calls of StartQuery. The role is named as who asked; there are no roles
 * to take on yet.
 */
export function startScheduled(deps: LogsDeps): StartScheduled {
  return async ({ account, region }, query, range) => {
    const call: LogsCall = {
      requestId: randomUUID(),
      service: "cloudwatch-logs",
      operation: "StartQuery",
      protocol: "awsJson1_1",
      account,
      region,
      principal: { type: "AssumedRole", arn: query.executionRoleArn, principalId: query.id },
      accessKeyId: "",
      sourceIp: "logs.amazonaws.com",
      userAgent: "logs.amazonaws.com",
      // The query runs on by itself once it is started.
      signal: new AbortController().signal,
      receivedAt: new Date(deps.clock.now()),
      invocationId: undefined,
      attempt: 1,
      bodySha256: "",
      error: (name: string, message: string) => new WireFailure(name, message),
    };
    const { queryString, logGroupIdentifiers } = query;
    const { queryId } = await startQuery(
      { queryString, logGroupIdentifiers: logGroupIdentifiers && [...logGroupIdentifiers], ...range },
      call,
      deps,
    );
    if (queryId === undefined) throw new Error("StartQuery gave no id");
    return queryId;
  };
}
