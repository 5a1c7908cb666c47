import type { LogsOperation, LogsOutput } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { epochMs } from "./schedule-of-query.ts";
import { requireScheduledQuery, scheduledQueryArn } from "./scheduled-query.ts";
import { listRuns, outcomeOf, runKey } from "./scheduled-query-run.ts";

const DEFAULT_RESULTS = 50;
const CHUNK = 500;

type Item = NonNullable<LogsOutput<"GetScheduledQueryHistory">["triggerHistory"]>[number];

/** Newest first; both times included. A query has at most the runs of seven days. */
export const getScheduledQueryHistory: LogsOperation<"GetScheduledQueryHistory"> = async (input, call, deps) => {
  const { state, clock } = deps;
  const { ref, document } = requireScheduledQuery(state, call, input.identifier);
  const from = epochMs(input.startTime);
  const to = epochMs(input.endTime);
  if (from > to) throw call.error("ValidationException", "The startTime must not be later than the endTime.");
  const request = [call.operation, document.id, input.startTime, input.endTime, input.executionStatuses];
  let before = runKey(Math.min(to, clock.now()) + 1);
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string") throw call.error("ValidationException", "The specified nextToken is invalid.");
    before = position;
  }
  const limit = input.maxResults ?? DEFAULT_RESULTS;
  const items: Item[] = [];
  for (let more = true; more; ) {
    const chunk = listRuns(state, document.id, { before, limit: CHUNK });
    more = chunk.length === CHUNK;
    for (const { ref: runRef, document: run } of chunk) {
      if (run.triggeredTimestamp < from) {
        more = false;
        break;
      }
      const { status, errorMessage } = outcomeOf(state, call, run, clock.now());
      if (input.executionStatuses === undefined || input.executionStatuses.includes(status)) {
        if (items.length === limit) {
          return { ...head(), triggerHistory: items, nextToken: makePageToken(before, request, clock.now()) };
        }
        items.push({
          queryId: run.queryId,
          executionStatus: status,
          triggeredTimestamp: run.triggeredTimestamp,
          errorMessage,
        });
      }
      before = runRef.key;
    }
  }
  return { ...head(), triggerHistory: items };

  function head() {
    return { name: ref.key, scheduledQueryArn: scheduledQueryArn(call, ref.key) };
  }
};
