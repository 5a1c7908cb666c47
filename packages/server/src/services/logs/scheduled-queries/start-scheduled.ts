import { randomUUID } from "node:crypto";
import type { ServiceCalls } from "../../../platform/service-calls/service-calls.ts";
import type { QueryRights } from "../queries/query-rights.ts";
import type { StartScheduled } from "./run-due-queries.ts";
import { scheduledQueryArn } from "./scheduled-query.ts";

/**
 * Starts queries of schedules as calls of StartQuery under their role: it must still let the service take it on, and its policies must
 * allow the query for each group, at every run.
 */
export function startScheduled({
  calls,
  rights,
}: {
  readonly calls: ServiceCalls;
  readonly rights: QueryRights;
}): StartScheduled {
  return async ({ account, region, name }, { queryString, logGroupIdentifiers, executionRoleArn }, range) => {
    const sourceArn = scheduledQueryArn({ account, region }, name);
    const refusal = rights.roleRefusal(account, executionRoleArn, sourceArn);
    if (refusal !== undefined) throw new Error(`The execution role can't be used: ${refusal}`);
    const answer = await calls.run(
      { account, region, by: "logs.amazonaws.com", roleArn: executionRoleArn, sourceArn, id: randomUUID() },
      "cloudwatch-logs",
      "StartQuery",
      { queryString, ...(logGroupIdentifiers && { logGroupIdentifiers: [...logGroupIdentifiers] }), ...range },
    );
    const queryId = typeof answer === "object" && answer !== null ? Reflect.get(answer, "queryId") : undefined;
    if (typeof queryId !== "string") throw new Error("StartQuery gave no id");
    return queryId;
  };
}
