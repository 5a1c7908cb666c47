import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { LOGICAL_DESTINATION_KIND, type LogicalDestination, logicalDestinationArn } from "./logical-destination.ts";
import { toDestination } from "./put-destination.ts";

const DEFAULT_LIMIT = 50;

/** An account's destinations in the order of their names. */
export const describeDestinations: LogsOperation<"DescribeDestinations"> = async (input, call, { state, clock }) => {
  const { account, region } = call;
  const prefix = input.DestinationNamePrefix ?? "";
  const limit = input.limit ?? DEFAULT_LIMIT;
  const request = [call.operation, account, region, prefix];
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const found = state.list<LogicalDestination>({
    kind: LOGICAL_DESTINATION_KIND,
    account,
    region,
    prefix,
    ...(after !== undefined && { after }),
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    destinations: page.map(({ ref, document }) =>
      toDestination(logicalDestinationArn(call, ref.key), ref.key, document),
    ),
    nextToken:
      found.length > limit && last !== undefined ? makePageToken(last.ref.key, request, clock.now()) : undefined,
  };
};
