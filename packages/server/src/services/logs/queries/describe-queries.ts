import type { Resource } from "../../../platform/state/state.ts";
import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { QUERY_KIND, type QueryRecord } from "./query-record.ts";

const DEFAULT_RESULTS = 50;
/** Queries looked at for one page when the filter picks few of them. */
const MAX_SCANNED = 10_000;
const CHUNK = 500;

/** Newest first. */
export const describeQueries: LogsOperation<"DescribeQueries"> = async (input, call, { state, clock }) => {
  const request = [input.logGroupName, input.status, input.queryLanguage, call.account, call.region];
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const limit = input.maxResults ?? DEFAULT_RESULTS;
  const picks = ({ document }: Resource<QueryRecord>) =>
    (input.logGroupName === undefined || document.logGroupNames.includes(input.logGroupName)) &&
    (input.status === undefined || document.status === input.status) &&
    (input.queryLanguage === undefined || input.queryLanguage === "CWLI");

  const found: Resource<QueryRecord>[] = [];
  let more = true;
  for (let scanned = 0; more && scanned < MAX_SCANNED && found.length < limit; scanned += CHUNK) {
    const chunk = state.list<QueryRecord>({
      kind: QUERY_KIND,
      account: call.account,
      region: call.region,
      descending: true,
      limit: CHUNK,
      ...(after !== undefined && { after }),
    });
    more = chunk.length === CHUNK;
    for (const query of chunk) {
      if (found.length === limit) {
        more = true;
        break;
      }
      if (picks(query)) found.push(query);
      after = query.ref.key;
    }
  }
  return {
    queries: found.map(({ ref, document }) => ({
      queryLanguage: "CWLI" as const,
      queryId: ref.key,
      queryString: normalised(document),
      status: document.status,
      createTime: document.createTime,
      logGroupName: document.logGroupNames[0],
      queryDuration: document.durationMs === undefined ? undefined : Math.round(document.durationMs),
      bytesScanned: document.statistics?.bytesScanned,
      userIdentity: document.userIdentity,
    })),
    nextToken: more && after !== undefined ? makePageToken(after, request, clock.now()) : undefined,
  };
};

/** The form in which AWS echoes a query: its source and range in front, in milliseconds. It runs as it is. */
function normalised({ logGroupNames, startTime, endTime, queryString }: QueryRecord): string {
  if (/^\s*source\b/i.test(queryString)) return queryString;
  const source = logGroupNames.map((name) => `"${name}"`).join(", ");
  return `SOURCE ${source} START=${startTime}000 END=${endTime}999 | ${queryString}`;
}
