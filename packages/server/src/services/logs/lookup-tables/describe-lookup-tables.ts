import type { LogsOperation } from "../operation.ts";
import { makePageToken, readPageToken } from "../page-token.ts";
import { LOOKUP_TABLE_KIND, type LookupTable, lookupTableArn } from "./lookup-table.ts";

const DEFAULT_RESULTS = 50;

export const describeLookupTables: LogsOperation<"DescribeLookupTables"> = async (input, call, { state, clock }) => {
  const { lookupTableNamePrefix: prefix, maxResults = DEFAULT_RESULTS } = input;
  if (maxResults < 1) throw call.error("InvalidParameterException", "maxResults must be at least 1.");
  const { account, region } = call;
  const request = [call.operation, prefix, account, region];
  let after: string | undefined;
  if (input.nextToken !== undefined) {
    const position = readPageToken(input.nextToken, request, clock.now());
    if (typeof position !== "string")
      throw call.error("InvalidParameterException", "The specified nextToken is invalid.");
    after = position;
  }
  const found = state.list<LookupTable>({
    kind: LOOKUP_TABLE_KIND,
    account,
    region,
    limit: maxResults + 1,
    ...(prefix !== undefined && { prefix }),
    ...(after !== undefined && { after }),
  });
  const page = found.slice(0, maxResults);
  const last = page.at(-1)?.ref.key;
  return {
    lookupTables: page.map(({ ref, document }) => ({
      lookupTableArn: lookupTableArn(call, ref.key),
      lookupTableName: ref.key,
      description: document.description,
      tableFields: [...document.tableFields],
      recordsCount: document.recordsCount,
      sizeBytes: document.sizeBytes,
      lastUpdatedTime: document.lastUpdatedTime,
      kmsKeyId: document.kmsKeyId,
    })),
    nextToken: found.length > page.length && last !== undefined ? makePageToken(last, request, clock.now()) : undefined,
  };
};
