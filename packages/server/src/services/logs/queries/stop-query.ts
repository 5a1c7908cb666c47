import type { LogsOperation } from "../operation.ts";
import { findQuery } from "./query-record.ts";

export const stopQuery: LogsOperation<"StopQuery"> = async (input, call, { state, queries }) => {
  if (findQuery(state, call, input.queryId) === undefined) {
    throw call.error(
      "ResourceNotFoundException",
      `The query ${input.queryId} does not exist, or its results have expired.`,
    );
  }
  if (!(await queries.stop(input.queryId))) {
    throw call.error("InvalidParameterException", "The query has already ended, so it can't be stopped.");
  }
  return { success: true };
};
